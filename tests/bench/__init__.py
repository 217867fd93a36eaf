"""What it costs: ``python -m tests.bench``."""
