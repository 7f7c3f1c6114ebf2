"""The Excel tables of a workbook: their columns, what each may hold, and what it means.

One source for the reader, the checks, the workbook builder (headers, validation, notes) and the
documentation. Titles compare without regard to case or spacing. ``OWNED`` tables are written by
xlperf, all others by people.
"""

from __future__ import annotations

from xlperf.tables.columns import Column, Consequence, Holds, Table
from xlperf.tables.decision_tables import (
    ACKNOWLEDGED,
    BREAKS,
    COLOURS,
    COMMENTS,
    DECISIONS,
    DIRECTIONS,
    MEASURES,
    OVERRIDES,
    PART_OF,
    PRIORITIES,
    RETURN_STATUSES,
    RETURNS,
    SETTINGS,
    THRESHOLD,
)
from xlperf.tables.figure_tables import AMOUNTS, FAMILIES, FORCES, MONTHLY, PEERS, SURVEYS, TOTALS
from xlperf.tables.intake_tables import REVISIONS, SOURCES
from xlperf.tables.owned_tables import (
    CHART_DATA,
    CHART_POINTS,
    CHART_SENTENCE,
    CHART_SERIES,
    CHART_TITLE,
    CHECKS,
    FROM_CENTRE,
    GROUP_SERIES,
    HISTORY,
    INPUTS,
    LOG,
    MONTHS_ROWS,
    PLACE_ROWS,
    SERIES,
    SERIES_LENGTH,
    SURVEY_ROWS,
    WAY_ROWS,
    WORKINGS,
)
from xlperf.tables.report_tables import ACTIONS, REPORT_TEXTS
from xlperf.tables.return_tables import CONTRIBUTIONS, RECEIVED

DATA = (
    SETTINGS,
    PRIORITIES,
    MEASURES,
    MONTHLY,
    SURVEYS,
    TOTALS,
    PEERS,
    FORCES,
    AMOUNTS,
    FAMILIES,
    BREAKS,
    RETURNS,
    OVERRIDES,
    ACKNOWLEDGED,
    COMMENTS,
)
OWNED = (WORKINGS, CHECKS, HISTORY, LOG, SERIES, CHART_DATA, INPUTS)
ALL = DATA + OWNED
"""What a refresh reads."""
INTAKE = (SOURCES, REVISIONS, RECEIVED, CONTRIBUTIONS)
"""What imports and returns of partners read and write; a refresh does not need it."""
REPORT = (REPORT_TEXTS, ACTIONS)
"""What people say in the report and on no tile: read when a pack is made."""
NEEDED = (SETTINGS, MEASURES)
"""Without these two a workbook is not a dashboard of ours."""
