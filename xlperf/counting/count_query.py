"""A query of counts: which table, which columns, which codes are which measure.

It is a file of TOML that a person writes and another can read:

    table = "crimes"
    date = "recorded_on"
    code = "offence_code"
    area = "force"

    [[measures]]
    name = "SP12_offences"
    codes = ["28A", "28B"]
    from = "2013-04"

A query of a scan says instead which columns make a series, and needs no codes:

    date = "recorded_on"
    area = "force"

    [scan]
    series = ["lsoa", "category"]

Months are numbered as `xlperf.periods.Month`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlperf.errors import UsageError
from xlperf.imports.sources import since_month

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from xlperf.periods import Month

LEAST = 5
"""Counts below this stay in the engine, where a query does not say otherwise: a usual threshold in
published tables of people.
"""
TEXTS = ("table", "date", "code", "area", "record", "entered")
KEYS = {*TEXTS, "only", "measures", "scan", "least", "late_months", "dates_are_texts"}
OF_MEASURES = {"name", "codes", "from", "until", "small_counts"}
OF_SCANS = {"series", "small_counts"}


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Codes of a measure, and the months in which they are its codes."""

    codes: tuple[str, ...]
    first: Month | None = None
    last: Month | None = None

    def holds(self, month: Month) -> bool:
        """Whether these are the codes of a month."""
        return (self.first is None or self.first <= month) and (
            self.last is None or month <= self.last
        )


@dataclass(frozen=True, slots=True)
class CountedMeasure:
    """A measure and its codes: several spans where the way of recording changed."""

    name: str
    spans: tuple[CodeSpan, ...]
    small_counts: bool = False
    """Whether counts below the threshold may leave the engine."""


@dataclass(frozen=True, slots=True)
class CountQuery:
    """What is counted."""

    name: str
    date: str
    """Column with the day of a record, or its month as 2014-09."""
    code: str
    measures: tuple[CountedMeasure, ...]
    table: str = ""
    """Empty: the files are the table."""
    area: str = ""
    """Column of the force; empty: all records are those of the own force."""
    record: str = ""
    """Column with the number of a record: of its rows the one entered last counts."""
    entered: str = ""
    """Column with the day on which a row was entered: what came later is not counted."""
    only: Mapping[str, str] = field(default_factory=dict)
    least: int = LEAST
    late_months: int = 0
    """Months up to the last whose records are still coming: their counts are provisional."""
    dates_are_texts: bool = False
    """Asked only where SQL is written without looking at the table."""
    series: tuple[str, ...] | None = None
    """Columns that make a series of a scan, besides the force; None: the query does not say."""
    small_series: bool = False
    """Whether counts of series below the threshold may leave the engine."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the table must have."""
        named = (
            *(self.date, self.code, self.area, self.record, self.entered),
            *(*self.only, *(self.series or ())),
        )
        return tuple(dict.fromkeys(filter(None, named)))

    @property
    def series_names(self) -> tuple[str, ...]:
        """Columns that together name a series: the force first, if there is one."""
        return tuple(dict.fromkeys(filter(None, (self.area, *(self.series or ())))))

    @property
    def withholds_series(self) -> bool:
        """Whether small counts of series stay in the engine."""
        return not self.small_series and self.least > 1

    @property
    def count_columns(self) -> tuple[str, ...]:
        """Names of the counts of the measures, in letters that every engine takes."""
        return tuple(
            f"m{number}_{re.sub('[^A-Za-z0-9]', '_', measure.name)}"
            for number, measure in enumerate(self.measures)
        )


def read_query(path: Path, *, scan: bool = False) -> CountQuery:
    """Read a query; raises `UsageError` where it cannot be understood.

    Only a scan needs no codes and measures.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError as error:  # tomllib's own errors and wrong bytes are ValueErrors
        raise UsageError(f"{path.name} is no query that can be read: {error}.") from None
    try:
        return _query(path.stem, data, scan=scan)
    except UsageError as error:  # a month that is none
        raise UsageError(f"{path.name}: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path.name}: {error}. See docs/counting.md.") from None


def _query(name: str, data: Mapping[str, Any], *, scan: bool) -> CountQuery:
    _require_known(data, KEYS, "the query")
    for key in ("date",) if scan else ("date", "code", "measures"):
        if not data.get(key):
            raise ValueError(f"'{key}' is missing")
    texts = {"code": ""} | {key: _text(data, key) for key in TEXTS if key in data}
    of_scan = data.get("scan", {})
    _require_known(of_scan, OF_SCANS, "scan")
    only = {_text({"only": key}, "only"): _value(key, value)
            for key, value in data.get("only", {}).items()}  # fmt: skip
    if texts.get("record") and not texts.get("entered"):
        raise ValueError("'record' needs 'entered': which row of a record counts?")
    return CountQuery(
        name,
        measures=tuple(_measures(data.get("measures", ()))),
        only=only,
        least=_whole(data, "least", LEAST),
        late_months=_whole(data, "late_months", 0),
        dates_are_texts=_flag(data, "dates_are_texts"),
        series=_titles(of_scan["series"]) if "series" in of_scan else None,
        small_series=_flag(of_scan, "small_counts"),
        **texts,
    )


def _measures(items: Any) -> Iterator[CountedMeasure]:
    spans: dict[str, list[CodeSpan]] = {}
    small: dict[str, bool] = {}
    for item in items:
        _require_known(item, OF_MEASURES, "a measure")
        name, codes = _text(item, "name"), item["codes"]
        if not isinstance(codes, list) or not codes or not all(isinstance(c, str) for c in codes):
            raise ValueError(f"the codes of {name} are a list of texts, as ['28A', '28B']")
        first, last = (since_month(item.get(key, "")) for key in ("from", "until"))
        if first is not None and last is not None and last < first:
            raise ValueError(f"the codes of {name} end before they begin")
        spans.setdefault(name, []).append(
            CodeSpan(tuple(code.strip() for code in codes), first, last)
        )
        allowed = _flag(item, "small_counts")
        if small.setdefault(name, allowed) != allowed:
            raise ValueError(f"small_counts of {name} is said twice, in two ways")
    for name, own in spans.items():
        yield CountedMeasure(name, tuple(own), small[name])


def _require_known(data: Mapping[str, Any], known: set[str], what: str) -> None:
    if not isinstance(data, dict):
        raise TypeError(f"{what} is no table of TOML")
    unknown = sorted(data.keys() - known)
    if unknown:
        raise ValueError(f"{what} has '{unknown[0]}', which means nothing here")


def _titles(items: Any) -> tuple[str, ...]:
    if not isinstance(items, list) or not all(isinstance(item, str) and item for item in items):
        raise TypeError("'series' is a list of columns, as ['lsoa', 'category']")
    return tuple(items)


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"'{key}' is a text")
    return value


def _value(column: str, value: Any) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        raise TypeError(f"'only' asks for one text of '{column}', as 'recorded'")
    return str(value)


def _whole(data: Mapping[str, Any], key: str, default: int) -> int:
    value = data.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"'{key}' is a whole number")
    return value


def _flag(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise TypeError(f"'{key}' is true or false")
    return value
