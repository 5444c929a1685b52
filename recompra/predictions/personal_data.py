"""What this room holds about people: nothing in its tables. What a customer is likely to do stands in the
warehouse, under a key that leads nowhere once the person is forgotten; a model is made of groups."""

from recompra.theme.personal import Declared, columns

PERSONAL: tuple[Declared, ...] = ()
NOT_PERSONAL = frozenset(
    columns("predictions.ModelRecord", "name as_of parameters data accuracy reason")
    + columns("predictions.PredictionRefresh", "reason as_of computed_on version")
)
