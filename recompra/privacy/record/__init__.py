"""The record of processing, the operators, and who answers for the data."""
