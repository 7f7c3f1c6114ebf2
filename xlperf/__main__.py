"""Run as ``python -m xlperf``."""

import sys

from xlperf.cli import program

sys.exit(program())
