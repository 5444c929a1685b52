"""The models that were fitted, what the shop chose about them, and the work that fits them anew."""

from recompra.predictions.models.choice import PredictionSettings
from recompra.predictions.models.record import ModelRecord
from recompra.predictions.models.refresh import PredictionRefresh

__all__ = ["ModelRecord", "PredictionRefresh", "PredictionSettings"]
