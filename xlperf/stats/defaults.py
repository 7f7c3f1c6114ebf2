"""Numbers that count where nobody chose another: in the settings, and as defaults of functions."""

from __future__ import annotations

Z = 1.96
"""Width of lines and intervals in standard deviations, as printed in the report: 95% of a normal
distribution lies within.
"""
DRIFT = 0.10
"""Smallest yearly drift: log change a year, root mean square, of an offence of a whole force."""
DISPERSION = 4.0
"""Index of dispersion assumed of counts of which only totals are known."""
