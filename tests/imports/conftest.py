"""Tests on open data run where it is: in a folder ``shared/data`` beside the repository."""

from __future__ import annotations

from tests.imports.dashboards import OPEN_DATA

collect_ignore = [] if OPEN_DATA else ["test_open_data.py"]
