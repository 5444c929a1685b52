"""One file per tile; each has a TILE."""
