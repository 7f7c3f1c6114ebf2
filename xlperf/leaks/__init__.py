"""The leak check: what is in a file that is about to leave, and was not meant to.

In: the bytes of any file, its name, and what it may hold, if that is known (`Expected`). Out: the
leaks, each with its place and remedy. It denies by default: parts, properties, headers, extensions
and fields that a pack needs are listed, and everything else is a leak by its name. Nothing is
written, nothing is sent, and no part is run. It knows nothing of how a file was made.
"""

from xlperf.leaks.checking import check
from xlperf.leaks.findings import Expected, Leak
from xlperf.leaks.kinds import LeakKind

__all__ = ["Expected", "Leak", "LeakKind", "check"]
