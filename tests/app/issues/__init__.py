"""Tests of app/issues."""
