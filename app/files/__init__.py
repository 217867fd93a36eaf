"""Photos and documents, addressed by their content."""
