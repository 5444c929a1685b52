"""Buy-till-you-die: how often a customer buys, and whether the buying has ended, from three numbers each.

`fit.fit` finds a model's parameters on grouped rows; what it returns answers for each row. Plain arrays, no
engine, no table. The page docs/btyd.md has the formulas and their sources.
"""
