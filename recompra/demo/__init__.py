"""A synthetic Brazilian shop from a known process: data for the first day, truth for scoring."""
