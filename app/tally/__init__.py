"""Only the scores (只算分): a grid of marks in, a ranking and a tally sheet out. Keeps nothing."""
