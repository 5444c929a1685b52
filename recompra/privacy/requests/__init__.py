"""What data subjects ask for, and how it is answered in time."""
