"""A workbook judged, before anything is written: all shells, documents and edits use it."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from xlperf.assessment.basis import Basis
from xlperf.assessment.charts import charts
from xlperf.assessment.judgement_charts import judgement_charts
from xlperf.assessment.track_record import track_record
from xlperf.frozen import frozen
from xlperf.tiles.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.assessment.charts import Chart
    from xlperf.assessment.evidence import Assessment
    from xlperf.assessment.judgement_charts import JudgementChart
    from xlperf.assessment.track_record import TrackRecord
    from xlperf.config import Settings
    from xlperf.excel.port import CellState, Edit, Grid, MarkedCell, SetRows
    from xlperf.tables.data import Tables
    from xlperf.tables.problems import Problem


@frozen
class Assessed:
    """A workbook read, checked and judged; nothing written yet."""

    settings: Settings
    tables: Tables
    lines: tuple[Assessment, ...]
    problems: tuple[Problem, ...]
    grids: Mapping[str, Grid]
    cells: Mapping[str, CellState]
    drafted: SetRows | None = None
    """Edit that puts drafts into the Comments sheet; None when they stand there already, or cannot.
    """

    titled: tuple[Edit, ...] = ()
    """Edits that give tiles the titles and labels of the plan, and remember them."""

    connections: Mapping[str, MarkedCell] = field(default_factory=dict)
    """Cells with markers, by the names that a refresh gives them."""
    disconnected: tuple[str, ...] = ()
    """Names of cells into which another marker was typed: a refresh deletes them."""

    @cached_property
    def basis(self) -> Basis:
        """What the lines are judged by, for these tables."""
        return Basis(self.tables, self.settings)

    @cached_property
    def charts(self) -> tuple[Chart, ...]:
        """What charts show of these lines and tables: with others, they are others."""
        return charts(self.lines, self.basis)

    @cached_property
    def judgement_charts(self) -> tuple[JudgementChart, ...]:
        """Charts that carry the judgement of these lines, for those who may see every figure."""
        return judgement_charts(self.lines, self.basis)

    @cached_property
    def record(self) -> TrackRecord:
        """How earlier projections did, of lines and tables that these are."""
        return track_record(self.basis)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all the assessment was made from: data tables, settings, period, version."""
        return fingerprint(self.grids, self.settings)
