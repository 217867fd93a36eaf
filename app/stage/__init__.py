"""A contest on a stage: the order of appearance and its draw, the console (控台), the clock, experts' comments."""
