"""A contest's scheme, units, entries, judges, recusals, attendance; import from Excel."""
