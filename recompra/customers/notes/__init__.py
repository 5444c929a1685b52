"""What colleagues write down about a customer, and whom they call to it."""
