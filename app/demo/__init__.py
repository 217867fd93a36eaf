"""The demo: two invented tours and a contest in rounds, made through the application's own deeds and served from a folder."""
