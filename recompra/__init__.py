"""Recompra: a retention CRM that a shop runs itself."""

import os

# Before numpy is loaded. Our fits work on small matrices: a second thread for each only waits, which
# made them a third dearer, and sums taken in one thread are the same on every machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
