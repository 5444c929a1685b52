"""The page on which a rule is put together: the form as a tree, its acts, its words, its figures."""
