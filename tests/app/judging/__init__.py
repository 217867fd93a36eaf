"""Tests of app.judging."""
