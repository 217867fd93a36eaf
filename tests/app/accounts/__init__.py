"""Tests of signing in and of people."""
