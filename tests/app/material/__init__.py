"""Tests of app/material."""
