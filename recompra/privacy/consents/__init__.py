"""What people said about being reached: the ledger, its fold, its texts."""
