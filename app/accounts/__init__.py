"""People, passwords, sessions and what they may do in which contest."""
