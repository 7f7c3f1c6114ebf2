"""Spark is tested where it is installed, with Java: ``pip install .[spark]``."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("pyspark") else ["test_spark.py"]
