"""The QA log: what was checked of a pack, for the office; a text to read and the same as JSON. It
is never attached.

It may quote what *Checks* quotes, small numbers too: only the files that `xlperf.release.manifest`
lets be attached leave, and neither of these is one.
"""

from __future__ import annotations

import json
import platform
import textwrap
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from xlperf.periods import day_name
from xlperf.release.mail import plain
from xlperf.tiles.counting import checks_text, counted
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from xlperf.tables.problems import Problem

TEXT, JSON = "QA log.txt", "qa.json"
SCHEMA = 1
WIDTH = 96
LIBRARIES = ("numpy", "scipy", "xlsxwriter", "python-calamine")
"""What figures and workbook are made with."""


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What was checked of one pack, and what came out."""

    when: datetime
    workbook: str
    """Its file name, without the folder."""
    period: date
    marking: str
    fingerprint: str
    checks: Sequence[Problem]
    """All of the sheet Checks."""
    warnings: Sequence[str]
    """What to see to before the pack is signed."""
    suppression: Sequence[str]
    """A sentence for each thing withheld, or for the rule that withheld nothing."""
    leaks: Mapping[str, Sequence[str]]
    """What the leak check found, for each file it looked into; nothing: it passed."""
    files: Mapping[str, str]
    """SHA-256 of each file by name."""
    attached: Sequence[str]
    versions: Mapping[str, str]


def versions() -> dict[str, str]:
    """Versions of xlperf, of Python and of the libraries that make figures and workbook."""
    numbers = {"xlperf": VERSION, "Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            numbers[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            numbers[name] = "not installed"
    return numbers


def passed(facts: PackFacts) -> bool:
    """Whether the leak check looked into every attached file and found nothing in any file."""
    return not any(facts.leaks.values()) and set(facts.attached) <= set(facts.leaks)


def log(facts: PackFacts) -> dict[str, bytes]:
    """Give the two files of the log by their names."""
    return {TEXT: _text(facts).encode(), JSON: _json(facts)}


def _json(facts: PackFacts) -> bytes:
    data = {
        "schema": SCHEMA,
        "when": facts.when.isoformat(timespec="seconds"),
        "workbook": facts.workbook,
        "period": facts.period.isoformat(),
        "marking": facts.marking,
        "fingerprint": facts.fingerprint,
        "leakcheck": {
            "passed": passed(facts),
            "found": {name: list(found) for name, found in facts.leaks.items()},
        },
        "suppression": list(facts.suppression),
        "warnings": list(facts.warnings),
        "checks": [_plain_check(problem) for problem in facts.checks],
        "counts_of_checks": counted(facts.checks),
        "files": dict(facts.files),
        "attached": list(facts.attached),
        "versions": dict(facts.versions),
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _text(facts: PackFacts) -> str:
    lines = [
        "QA log: what was checked of a panel pack. For the office; not attached.",
        "",
        f"Made {day_name(facts.when.date())}, {facts.when:%H:%M %z}, from {plain(facts.workbook)}",
        f"Twelve months to {day_name(facts.period)}; marking {plain(facts.marking) or 'none'}",
        f"Fingerprint of data and settings {facts.fingerprint}",
        *_section(
            "Leak check", [f"{'Passed' if passed(facts) else 'NOT PASSED'}.", *_leaks(facts)]
        ),
        *_section("Suppression", facts.suppression or ["Nothing is recorded."]),
        *_section("Before it is signed", facts.warnings or ["Nothing is to be seen to."]),
        *_section("Checks", [f"{checks_text(facts.checks)}.", *_open(facts.checks)]),
        *_section("Settled checks", _settled(facts.checks) or ["None."]),
        *_section("Files", [_file(name, facts) for name in facts.files]),
        *_section("Versions", [f"{name} {version}" for name, version in facts.versions.items()]),
    ]
    return "\n".join(lines) + "\n"


def _section(title: str, items: Sequence[str]) -> list[str]:
    lines = ["", title, "-" * len(title)]
    for item in items:
        lines += textwrap.wrap(plain(item), WIDTH, subsequent_indent="    ", break_long_words=False)
    return lines


def _leaks(facts: PackFacts) -> list[str]:
    lines = [
        f"{name}: {item}"
        for name, found in facts.leaks.items()
        for item in found or ["nothing found"]
    ]
    return lines + [
        f"{name}: NOT LOOKED INTO" for name in facts.attached if name not in facts.leaks
    ]


def _open(problems: Sequence[Problem]) -> list[str]:
    return [_check(problem) for problem in problems if problem.settled is None]


def _settled(problems: Sequence[Problem]) -> list[str]:
    """Findings that somebody settled: who, why and until when."""
    lines = []
    for problem in problems:
        if problem.settled is not None:
            end = f", until {day_name(problem.settled.until)}" if problem.settled.until else ""
            lines.append(
                f"{_check(problem)} Settled by {problem.settled.role}{end}:"
                f" {problem.settled.reason}"
            )
    return lines


def _check(problem: Problem) -> str:
    return f"{problem.severity.upper()} {problem.code} {problem}"


def _plain_check(problem: Problem) -> dict[str, object]:
    """What a finding says, as texts."""
    names = (
        "severity",
        "code",
        "sheet",
        "cell",
        "found",
        "remedy",
        "measure",
        "effect",
        "identity",
    )
    settled = problem.settled
    why = None
    if settled is not None:
        until = settled.until and settled.until.isoformat()
        why = {"reason": settled.reason, "role": settled.role, "until": until}
    plain = {name: str(getattr(problem, name)) for name in names}
    return {**plain, "lines": list(problem.lines), "settled": why}


def _file(name: str, facts: PackFacts) -> str:
    return f"{facts.files[name]} {name}{' (attached)' if name in facts.attached else ''}"
