"""*Análises*: who moved between segments, whether the cuts tell who buys, how good the predictions are, and
which models made them."""
