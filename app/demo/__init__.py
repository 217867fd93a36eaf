"""The demo: two invented tours and a contest in rounds, made by the application's own deeds, in a folder of its own."""
