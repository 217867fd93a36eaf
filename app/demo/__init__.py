"""The demo: two invented tours, made through the application's own deeds, and served from a folder of their own."""
