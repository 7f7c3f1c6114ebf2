"""The judgements and the statistics as functions on lists, arrays and tables, for Python and for
cells.

The code that judges the lines of the tiles judges here too: a function makes the one measure that
its arguments describe and assesses it. Results are small frozen values (`result_types`) that turn
into tables of pandas. `registry` and `cells` give them to Excel. An argument that cannot be used
raises `xlperf.errors.FunctionError`, a ValueError, whose sentence names it.
"""

from xlperf.functions.comparisons import change, offences, total
from xlperf.functions.control_charts import g_chart, p_chart, runs, t_chart, u_chart, xmr
from xlperf.functions.explanations import why
from xlperf.functions.groups import funnel, position
from xlperf.functions.other_colours import whatif
from xlperf.functions.percentages import attainable, margin, survey, wilson
from xlperf.functions.series import projection, spc, steps

__all__ = [
    "attainable",
    "change",
    "funnel",
    "g_chart",
    "margin",
    "offences",
    "p_chart",
    "position",
    "projection",
    "runs",
    "spc",
    "steps",
    "survey",
    "t_chart",
    "total",
    "u_chart",
    "whatif",
    "why",
    "wilson",
    "xmr",
]
