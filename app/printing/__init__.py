"""Papers set as PDF: fonts and what they lack, leaves with tables, cards to cut. Knows no contest, and no word."""
