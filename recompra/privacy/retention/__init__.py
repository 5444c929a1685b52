"""How long what is kept, and clearing up what is past it."""
