"""The customer dashboard: tiles, each a question with its chart, its table and the people behind it."""
