"""What this room holds about people: nothing in its tables. A report is made for who asked, then goes."""

from __future__ import annotations

from datetime import datetime

from recompra.dashboards.models import Report
from recompra.dashboards.report_file import REPORTS
from recompra.theme.personal import Declared, columns

PERSONAL: tuple[Declared, ...] = ()
NOT_PERSONAL = frozenset(columns("dashboards.Report", "as_of since format reason"))


def busy(before: datetime) -> bool:
    """Whether a report asked for before then is being written."""
    return Report.objects.filter(status=Report.Status.RUNNING, created_at__lt=before).exists()


def clear() -> dict[str, int]:
    """Delete the reports that were made: they name everybody."""
    return {"dashboards.files": REPORTS.delete_all()}
