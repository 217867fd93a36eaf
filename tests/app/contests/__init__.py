"""Tests of the contest's desk."""
