"""How a customer is reached: contact points, addresses, people of a company, public data."""
