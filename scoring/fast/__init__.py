"""The same panels over whole planes of marks at once, with numpy: many marks, no working.

Everything is whole numbers: ticks in a cube, points over one denominator, scores as numerator and denominator. What a
machine word cannot hold is not wrapped around but refused (``TooLarge``), and is then counted in Fractions elsewhere.
Source: docs/scoring.md, "Live".
"""
