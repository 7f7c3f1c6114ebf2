"""The judgements and the statistics as functions on lists, arrays and ranges, for notebooks and for
cells.

What the tiles judge is judged here by the same code: a function builds the one measure that its
arguments describe and assesses it. Functions return plain values: a colour in words, a number, or
rows of numbers. Whatever cannot be used raises `xlperf.errors.FunctionError`, whose sentence names
the argument.
"""

from xlperf.functions.judgements import change, msg, offences, position, spc, survey, total, why
from xlperf.functions.numbers import attainable, lines, margin, projection, runs, wilson, xmr

__all__ = [
    "attainable",
    "change",
    "lines",
    "margin",
    "msg",
    "offences",
    "position",
    "projection",
    "runs",
    "spc",
    "survey",
    "total",
    "why",
    "wilson",
    "xmr",
]
