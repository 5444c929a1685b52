"""The lease: the right to do one row of work for a while, fenced so that a late worker changes nothing."""
