"""Lists of people that leave the house: asked for with a reason, written by the worker, kept for a day."""
