"""The customer's page: the frame of its tabs, a period in figures, the timeline, the lists of products."""
