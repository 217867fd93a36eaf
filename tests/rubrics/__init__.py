"""Tests of the schemes that are shipped, and of the reference an organiser's engineer writes his own by."""
