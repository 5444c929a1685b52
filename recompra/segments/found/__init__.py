"""The people behind a rule or a figure, as a list that every page can show."""
