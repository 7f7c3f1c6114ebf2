"""Run as ``python -m xlperf``."""

import sys

from xlperf.cli import main

sys.exit(main())
