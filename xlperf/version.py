"""Versions: of xlperf, and of the xlwings that it works with. Imports nothing."""

VERSION = "0.1.0"
XLWINGS_VERSION = "0.37.8"
"""Package, DLL and the VBA in the workbook must be of one version, so it is exact; the dependencies
in pyproject.toml name it too.
"""
INSTALL_XLWINGS = f'python -m pip install "xlwings=={XLWINGS_VERSION}"'
"""What to run where it is missing; it brings what it needs itself, pywin32 on Windows."""
