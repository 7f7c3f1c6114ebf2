"""Lines that words mean."""

from __future__ import annotations

import pytest

from tests.shipped import SHIPPED
from xlperf.assessment.assessing import assess
from xlperf.errors import UsageError
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.scenarios.lines_by_words import lines_meant


@pytest.fixture(scope="module")
def meant():
    """What words mean in the shipped workbook: names of lines."""
    data = assess_workbook(FileWorkbook.open(SHIPPED))
    lines = assess(data.tables, data.settings)
    return lambda words: [line.line for line in lines_meant(words, lines, data.tables)]


def test_names_mean_what_they_name_in_any_case(meant):
    assert meant("sp12_OFFENCES_spc") == ["SP12_offences_spc"]
    assert meant(" SP12_satisfaction ") == ["SP12_satisfaction", "SP12_satisfaction_position"]
    assert len(meant("SP12")) == 6
    assert meant("SP1") == ["SP1_entrants"]


def test_words_of_one_priority_mean_its_lines_that_hold_all_of_them(meant):
    assert len(meant("Burglary")) == 6
    assert meant("burglary latest 6") == ["SP12_offences_spc"]
    assert meant("burglary satisfaction") == ["SP12_satisfaction", "SP12_satisfaction_position"]


def test_words_of_several_priorities_name_the_lines(meant):
    with pytest.raises(UsageError) as fault:
        meant("satisfaction")
    text = str(fault.value)
    assert text.startswith("'satisfaction' fits 15 lines. Give the name of one, or more words.")
    assert "\n  SP5_satisfaction  Domestic abuse" in text
    assert "\n  SP12_satisfaction  Reduce domestic burglary" in text
    assert text.endswith("\n  and 3 more")


@pytest.mark.parametrize(
    ("typed", "near"),
    [("burglery", "burglary"), ("SP12_ofences", "SP12_offences"), ("satisfacton", "atisfaction")],
)
def test_of_a_slip_what_is_alike_is_named(meant, typed, near):
    with pytest.raises(UsageError, match=f"Did you mean .*{near}"):
        meant(typed)


@pytest.mark.parametrize("typed", ["", "  ", "zebra"])
def test_what_is_like_nothing_gets_the_priorities(meant, typed):
    with pytest.raises(UsageError, match="Priorities: SP1, SP2"):
        meant(typed)
