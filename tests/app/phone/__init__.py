"""Tests of the judge's phone."""
