"""A customer's record: made, corrected, compared, noted and taken back in one place."""
