"""The web application: pages, languages, files. It calls ``scoring`` and is never called by it."""
