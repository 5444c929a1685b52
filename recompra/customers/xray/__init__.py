"""The customer's page: the frame of its tabs, the figures of a period, the timeline, the lists of products."""
