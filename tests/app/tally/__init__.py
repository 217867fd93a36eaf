"""Tests of the slice that only scores."""
