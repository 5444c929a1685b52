"""Every command of the house by where it stands: its own here, and those that the rooms offer.

Each is imported when it is asked for: what fits models or writes PDF takes a second to load, and most
commands need none of it.
"""

from __future__ import annotations

COMMANDS = {
    "setup": "recompra.cli.setup.setup",
    "serve": "recompra.cli.serve.serve",
    "worker": "recompra.cli.serve.worker",
    "check": "recompra.cli.check.check",
    "backup": "recompra.cli.backup.backup",
    "restore": "recompra.cli.restore.restore",
    "recover": "recompra.cli.recover.recover",
    "import": "recompra.ingest.commands.import_",
    "enrich": "recompra.customers.enrichment.commands.enrich",
    "metrics": "recompra.dashboards.commands.metrics",
    "models": "recompra.predictions.commands.models",
    "demo": "recompra.demo.commands.demo",
    "bench": "recompra.bench.commands.bench",
}
