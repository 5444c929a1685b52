"""What the lists of recommendations have in common."""
