"""Forgetting a person, and keeping it so."""
