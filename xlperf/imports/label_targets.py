"""Where figures of others belong here: labels of a file -> measures of the workbook.

A label is taken by itself only where it is exactly a name of ours: of a measure, of an MSG measure,
or of a line that only one measure has. All else has to be said, or is left out with the name that
may be meant. Several labels may make one measure: their figures are added up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.tables import schema
from xlperf.tables.measure_kinds import KINDS, FigureForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlperf.tables.data import Measure

NEAR = 0.72
"""Likeness from which a name is asked about; it is never used by itself."""
TABLES = (schema.MONTHLY, schema.TOTALS, schema.SURVEYS, schema.PEERS)
"""Tables that imports write to."""
COLUMNS = {
    schema.MONTHLY.name: ("Count",),
    schema.TOTALS.name: ("Count",),
    schema.SURVEYS.name: ("Percent", "Satisfied", "n", "Mean score"),
    schema.PEERS.name: ("Count", "Percent", "Denominator", "n"),
}
"""Columns that figures go to, by table; the first is meant where none is named."""
IN_PEERS = "Peers: "
"""Before a name: the MSG measure of that name is meant."""
PLUS = re.compile(r"\s+\+\s+")


class Target(NamedTuple):
    """A column of a measure's table that figures go to."""

    table: str
    """Name of the table."""
    measure: str
    """Measure or MSG measure; empty: all MSG measures that are counted."""
    column: str

    @property
    def text(self) -> str:
        """Write it as a person gives it."""
        if self == EVERY_DENOMINATOR:
            return self.column
        name = self.measure
        plain = self.column == COLUMNS[self.table][0]
        return f"{IN_PEERS if self.in_peers else ''}{name}{'' if plain else f'.{self.column}'}"

    @property
    def in_peers(self) -> bool:
        """Whether it is a figure of the group."""
        return self.table == schema.PEERS.name


EVERY_DENOMINATOR = Target(schema.PEERS.name, "", "Denominator")
"""The denominators of all measures of the group that are counted."""


@dataclass(frozen=True)
class OurNames:
    """What figures can be of, by the names that mean it, normalised."""

    targets: Mapping[str, Target]
    spelling: Mapping[str, str]
    """The names as written in the workbook."""

    @classmethod
    def of(cls, measures: Iterable[Measure]) -> OurNames:
        """Collect the names of a workbook's measures."""
        targets: dict[str, Target] = {}
        spelling: dict[str, str] = {}
        lines: dict[str, list[tuple[str, Target]]] = defaultdict(list)

        def add(name: str, target: Target) -> None:
            if targets.setdefault(normalised(name), target) is target:
                spelling[normalised(name)] = name

        items = [item for item in measures if KINDS[item.kind].table in TABLES]
        for item in items:
            table = KINDS[item.kind].table
            assert table is not None  # noqa: S101 - those without were left out
            form = KINDS[item.kind].form
            column = "Mean score" if form is FigureForm.SCORE else COLUMNS[table.name][0]
            target = Target(table.name, item.name, column)
            add(item.name, target)
            lines[normalised(item.label)].append((item.label, target))
        for item in items:
            if item.msg_measure:
                share = KINDS[item.kind].form is FigureForm.SHARE
                peers = Target(schema.PEERS.name, item.msg_measure, "Percent" if share else "Count")
                add(f"{IN_PEERS}{item.msg_measure}", peers)
                add(item.msg_measure, peers)
        for same in lines.values():
            if len(same) == 1:
                add(*same[0])
        return cls(targets, spelling)

    def target(self, text: str) -> Target:
        """Read a target as a person gives it. Raises `UsageError` with the near names."""
        name, column = text.strip(), ""
        if normalised(name) not in self.targets:
            name, dot, column = text.strip().rpartition(".")
            name, column = (name, column) if dot else (text.strip(), "")
        if normalised(name) == "denominator":
            return EVERY_DENOMINATOR
        target = self.targets.get(normalised(name))
        if target is None:
            raise UsageError(f"There is no measure '{text.strip()}'.{self.question(name)}")
        if not column:
            return target
        for title in COLUMNS[target.table]:
            if normalised(title) == normalised(column):
                return target._replace(column=title)
        raise UsageError(
            f"'{text.strip()}': figures of {name} go to {', '.join(COLUMNS[target.table])}, not to"
            f" '{column}'."
        )

    def near(self, label: str) -> str:
        """The name that a label may mean; empty: none is near."""
        wanted = normalised(label)
        close = get_close_matches(wanted, self.targets, n=1, cutoff=NEAR)
        if not close:
            words = set(wanted.split())
            close = [key for key in self.targets if words and words <= set(key.split())][:1]
        return self.spelling[close[0]] if close else ""

    def question(self, label: str) -> str:
        """Ask whether the near name is meant; empty where none is."""
        near = self.near(label)
        return f" Did you mean {near}?" if near else ""


@dataclass(frozen=True)
class LabelMapping:
    """What labels of a source mean: targets by label, normalised. No target: it is left out."""

    targets: Mapping[str, tuple[Target, ...]]
    spelling: Mapping[str, str]
    """The labels as the file, or a person, writes them."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Target | None]]) -> LabelMapping:
        """Collect pairs of a label and a target; later pairs add to earlier ones."""
        targets: dict[str, tuple[Target, ...]] = {}
        spelling: dict[str, str] = {}
        for label, target in pairs:
            key = normalised(label)
            spelling.setdefault(key, label)
            have = targets.get(key, ())
            targets[key] = have if target is None or target in have else (*have, target)
        return cls(targets, spelling)

    def parts(self) -> dict[Target, tuple[str, ...]]:
        """Labels that make each target, normalised."""
        parts: dict[Target, tuple[str, ...]] = {}
        for key, targets in self.targets.items():
            for target in targets:
                parts[target] = (*parts.get(target, ()), key)
        return parts

    def completed(self, labels: Iterable[str], names: OurNames) -> LabelMapping:
        """Add labels of a file that are exactly names of ours and stand in no pair."""
        pairs: list[tuple[str, Target | None]] = [
            (self.spelling[key], target)
            for key, targets in self.targets.items()
            for target in targets or (None,)
        ]
        for label in labels:
            key = normalised(label)
            if key not in self.targets:
                pairs.append((label, names.targets.get(key)))
        return LabelMapping.of(pairs)


def pairs_in(text: str, names: OurNames) -> list[tuple[str, Target | None]]:
    """Read ``their label + another label = OUR_MEASURE``; without a measure they are left out.

    Raises `UsageError` where it is not that.
    """
    theirs, sign, ours = text.rpartition("=")
    labels = [label.strip() for label in PLUS.split(theirs)]
    if not sign or not all(labels):
        raise UsageError(f"'{text}' is no mapping. Give it as --map LABEL=MEASURE.")
    target = names.target(ours) if ours.strip() else None
    return [(label, target) for label in labels]
