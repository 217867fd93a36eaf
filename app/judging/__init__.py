"""Score sheets, paper entry, decisions, collect and open."""
