"""The QA log: everything that was checked is in it, to read and for machines; and it cannot be
attached.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from tests.release.packs import ATTACHED, published
from xlperf.errors import PackError
from xlperf.release import qa
from xlperf.release.manifest import digest
from xlperf.release.qa import PackFacts, log, passed
from xlperf.tables.data import Acknowledgement
from xlperf.tables.problems import Code, Effect, Problem, Severity
from xlperf.tables.rows import NOWHERE

SETTLED = Acknowledgement("JUMP-0123456789", "A raid.", "Analyst", date(2014, 12, 31), row=NOWHERE)


def facts(**changes):
    found = {
        "when": datetime(2014, 11, 3, 10, 0, tzinfo=UTC),
        "workbook": "Dashboard.xlsm",
        "period": date(2014, 9, 30),
        "marking": "OFFICIAL",
        "fingerprint": "0123456789abcdef",
        "checks": [
            Problem(
                Severity.ERROR,
                Code.NOT_A_NUMBER,
                "Monthly",
                "D7",
                "'n/a' is no number.",
                "Type it.",
                "SP12",
                effect=Effect.COLOUR,
                lines=("SP12",),
                identity="NOT_A_NUMBER-0123456789",
            ),
            Problem(
                Severity.NOTE,
                Code.STALE,
                "Returns",
                "",
                "Data\nof 2013.",
                "Ask.",
                effect=Effect.INFORMATION,
            ),
            Problem(
                Severity.WARNING,
                Code.JUMP,
                "Monthly",
                "D9",
                "30.",
                "Look.",
                effect=Effect.LATER,
                settled=SETTLED,
            ),
        ],
        "warnings": ["Settings!B30: the setting 'recipients' is blank."],
        "suppression": ["SP6: 2 figures below 5 withheld, and 1 that could lead to them."],
        "leaks": dict.fromkeys(ATTACHED, ()),
        "files": {name: digest(data) for name, data in ATTACHED.items()},
        "attached": tuple(ATTACHED),
        "versions": qa.versions(),
    }
    return PackFacts(**{**found, **changes})


def both(made):
    files = log(made)
    assert list(files) == ["QA log.txt", "qa.json"]
    return files["QA log.txt"].decode(), json.loads(files["qa.json"])


def test_the_log_says_what_was_checked():
    text, data = both(facts())
    for words in (
        "3 November 2014, 10:00 +0000, from Dashboard.xlsm",
        "Twelve months to 30 September 2014; marking OFFICIAL",
        "Leak check\n----------\nPassed.\nOFFICIAL Dashboard September 2014.xlsx: nothing found",
        "SP6: 2 figures below 5 withheld",
        (
            "Before it is signed\n-------------------\nSettings!B30: the setting 'recipients' is"
            " blank."
        ),
        "Checks: 1 that changes a colour, 1 note (1 more settled).",
        "ERROR NOT_A_NUMBER Monthly!D7: 'n/a' is no number. Type it.",
        "NOTE STALE Returns: Data of 2013. Ask.\n\nSettled checks\n",
        "WARNING JUMP Monthly!D9: 30. Look. Settled by Analyst, until 31 December 2014: A raid.",
        (
            f"{digest(ATTACHED['OFFICIAL Report September 2014.pdf'])} OFFICIAL Report September"
            " 2014.pdf"
        ),
        "September 2014.pdf (attached)",
        "xlperf 0.1.0",
        "For the office; not attached",
    ):
        assert words in text.replace("\n    ", " "), words
    assert data["leakcheck"] == {"passed": True, "found": {name: [] for name in ATTACHED}}
    assert data["checks"][0] == {
        "severity": "error",
        "code": "NOT_A_NUMBER",
        "sheet": "Monthly",
        "cell": "D7",
        "found": "'n/a' is no number.",
        "remedy": "Type it.",
        "measure": "SP12",
        "effect": "colour",
        "identity": "NOT_A_NUMBER-0123456789",
        "lines": ["SP12"],
        "settled": None,
    }
    assert data["checks"][2]["settled"] == {
        "reason": "A raid.",
        "role": "Analyst",
        "until": "2014-12-31",
    }
    assert data["counts_of_checks"] == {
        "change_colour": 1,
        "look_at": 0,
        "other_periods": 0,
        "notes": 1,
        "settled": 1,
    }
    assert data["files"] == {name: digest(content) for name, content in ATTACHED.items()}
    assert (data["when"], data["period"]) == ("2014-11-03T10:00:00+00:00", "2014-09-30")
    assert {"xlperf", "Python", "numpy", "scipy", "xlsxwriter", "python-calamine"} == set(
        data["versions"]
    )


@pytest.mark.parametrize(
    ("leaks", "says"),
    [
        ({**dict.fromkeys(ATTACHED, ()), "QA log.txt": ["a name"]}, "QA log.txt: a name"),
        ({name: ["a hidden sheet, Data"] for name in ATTACHED}, ".pdf: a hidden sheet, Data"),
        ({next(iter(ATTACHED)): ()}, "OFFICIAL Report September 2014.pdf: NOT LOOKED INTO"),
        ({}, "NOT LOOKED INTO"),
    ],
)
def test_a_leak_or_a_file_not_looked_into_is_no_pass(leaks, says):
    made = facts(leaks=leaks)
    assert not passed(made)
    text, data = both(made)
    assert "NOT PASSED." in text
    assert says in text.replace("\n    ", " ")
    assert data["leakcheck"]["passed"] is False


def test_a_log_of_nothing_says_so():
    text, data = both(facts(checks=[], suppression=[], warnings=[]))
    assert "No checks raised." in text
    assert "Nothing is to be seen to." in text
    assert data["warnings"] == []
    assert "Nothing is recorded." in text


def test_a_library_that_is_not_there_is_said_to_be_so(monkeypatch):
    monkeypatch.setattr(qa, "LIBRARIES", ("no-such-library",))
    assert qa.versions()["no-such-library"] == "not installed"


def test_the_log_cannot_be_attached(tmp_path):
    for name in (qa.TEXT, qa.JSON):
        with pytest.raises(PackError, match="may go to the panel"):
            published(tmp_path / "pack", files={name: b""})
