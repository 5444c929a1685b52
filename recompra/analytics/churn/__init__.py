"""The risk of losing a customer: a logistic that leans on the buy-till-you-die model, learnt from the
shop's own past windows.

Plain arrays of grouped rows, no engine, no table. The page docs/churn-risk.md tells the recipe and its
reasons.
"""
