"""Systems to which a list of people is handed over, one file each."""
