"""Real contests, whose published results the engine must reproduce: each with its data, its scheme and its tests."""
