"""What informs and never decides: exposure, agreement, flags, robustness, what-if. No rule imports this room."""

import os

# Small systems solved often: a second thread of the linear algebra waits more than it works (0.4 s instead of 0.04 for
# 2,000 entries and 200 judges on two busy cores). It is read when numpy is loaded, and whoever sets it keeps his say.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
