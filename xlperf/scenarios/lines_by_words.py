"""Lines that a person means: a priority, a measure or a line by name, or words of their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import UsageError
from xlperf.message_texts import below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.tables.data import Tables

MOST_NAMED = 12
"""Lines named where words fit several."""


def lines_meant(wanted: str, lines: Sequence[Assessment], tables: Tables) -> list[Assessment]:
    """Find the lines of a priority (SP12), a measure or a line; or those of one priority whose
    titles hold all words ("burglary", "burglary satisfaction").

    Raises
    ------
    UsageError
        There are none, with names alike; or words fit lines of several priorities, with the lines.
    """
    key = wanted.strip().casefold()
    exact = [line for line in lines if key in _names(line)]
    if exact:
        return exact
    words = key.split()
    fitting = [
        line for line in lines if words and all(word in _text(line, tables) for word in words)
    ]
    if not fitting:
        raise UsageError(_unknown(wanted, lines, tables))
    if len({line.measure.priority for line in fitting}) > 1:
        raise UsageError(_several(wanted, fitting, tables))
    return fitting


def titled(line: Assessment, tables: Tables) -> str:
    """Label of a line after the title of its priority, where it has one."""
    title = tables.priority(line.measure.priority).title
    return f"{title}: {line.label}" if title else line.label


def _names(line: Assessment) -> tuple[str, ...]:
    names = (line.measure.priority, line.measure.name, line.line)
    return tuple(name.casefold() for name in names)


def _text(line: Assessment, tables: Tables) -> str:
    """All that words are looked for in."""
    return f"{line.line} {line.measure.label} {titled(line, tables)}".casefold()


def _several(wanted: str, fitting: Sequence[Assessment], tables: Tables) -> str:
    named = [f"{line.line}  {titled(line, tables)}" for line in fitting]
    return (
        f"'{wanted}' fits {len(fitting)} lines. Give the name of one, or more words. Did you mean:"
        f"{below(named, MOST_NAMED)}"
    )


def _unknown(wanted: str, lines: Sequence[Assessment], tables: Tables) -> str:
    from difflib import get_close_matches  # where nothing fits: a refresh does not load it

    names = {name: item for line in lines for name, item in _spelt(line, tables).items()}
    near = get_close_matches(wanted.strip().casefold(), names, 3, 0.7)
    meant = f" Did you mean {' or '.join(dict.fromkeys(names[item] for item in near))}?"
    priorities = ", ".join(dict.fromkeys(line.measure.priority for line in lines))
    said = f"There is no priority, measure, line or word '{wanted}'."
    return f"{said}{meant if near else ''} Priorities: {priorities}."


def _spelt(line: Assessment, tables: Tables) -> dict[str, str]:
    """Names and words that a person may have meant, each as it is written."""
    names = (line.measure.priority, line.measure.name, line.line)
    words = [word.strip("(),:;") for word in titled(line, tables).split()]
    return {name.casefold(): name for name in (*names, *(word for word in words if len(word) > 3))}
