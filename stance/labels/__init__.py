"""How sentences × actors get their label: `gold`, `votes`, or `rules`."""
