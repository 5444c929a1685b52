"""Who is shut out of what."""
