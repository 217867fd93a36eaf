"""Snowboard halfpipe: six judges, trimmed mean, best of three runs."""
