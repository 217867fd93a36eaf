"""The second calculation: a bundle recomputed from the written rule, by other code than the engine's.

Plain tables and Fractions, one small file per step of the rule, in the order of docs/scoring.md: sheets, panel, units,
ranking, prizes. Slow and plain on purpose; nothing of what calculates in ``scoring`` is imported here.
"""
