"""The leak check: what is in a file that is about to leave, and was not meant to.

It denies by default. Parts, properties, headers, extensions and fields that a pack needs are
listed; everything else is a leak by its name. Nothing is written, nothing is sent, and no part is
run.
"""

from xlperf.leaks.checking import check
from xlperf.leaks.findings import Expected, Leak
from xlperf.leaks.kinds import LeakKind

__all__ = ["Expected", "Leak", "LeakKind", "check"]
