"""Everything that is predicted, fitted and published in one generation of the facts."""

from __future__ import annotations

from recompra.predictions.models import PredictionRefresh
from recompra.work.lease import Lease


def perform(row: PredictionRefresh, lease: Lease) -> None:
    """Fit the models on what was sold and write what they say of every customer."""
