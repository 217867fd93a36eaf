"""Statistics that inform: each against a source or an oracle of its own."""
