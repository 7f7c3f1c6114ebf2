"""The leak check: what is in a file that is about to leave, and was not meant to.

It denies by default. Parts, properties, headers, extensions and fields that a pack needs are listed; everything else is
a leak by its name. Nothing is written, nothing is sent, and no part is run.
"""

from xlperf.pack.leaks.checking import check
from xlperf.pack.leaks.findings import Expected, Leak
from xlperf.pack.leaks.kinds import Kind

__all__ = ["Expected", "Kind", "Leak", "check"]
