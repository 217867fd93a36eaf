"""The engine's tests: one file per room, the reference examples, and what must hold for every contest."""
