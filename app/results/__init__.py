"""The result of a contest, computed when it is asked for: ranking, working, what is missing."""
