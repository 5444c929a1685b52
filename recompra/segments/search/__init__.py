"""The page Pesquisa: ready conditions, alone and together."""
