"""Sums in sentences and tables."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from tests.proof.texts import wrong
from xlperf.proof import proofread


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("So 58 + 60 = 116.", "58 + 60 is 118, not 116."),
        ("£7.8m + £9.5m = £18.3m", "£7.8m + £9.5m is 17.3, not £18.3m."),
        ("There were 116 incidents, made up of 58 here and 60 there.", "58 + 60 is 118, not 116."),
        ("The city had 58 and the county 60, 116 in total.", "58 + 60 is 118, not 116."),
        ("The 116 incidents comprised 58 here and 60 there.", "58 + 60 is 118, not 116."),
        (
            "There were 92 incidents, of which 93 were solved.",
            "93 is more than the 92 it is of.",
        ),
        (
            "92 incidents, 2 of which were in May and 94 of which were later.",
            "2 + 94 is 96, more than the 92 they are of.",
        ),
    ],
)
def test_a_sum_that_does_not_add_up(text, found):
    assert wrong(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "£7.8m + £9.5m = £17.3m; 33.3% + 33.3% + 33.3% = 100%",
        "x = 2 + 3 = y; 2 + 3 = 5 * 1; 3 * 2 + 1 = 7",
        "There were 92 incidents, of which 90 were solved; 58 officers, of which 2014 was the year.",
        "118 incidents, made up of 58 here and 60 there.",
        "116 incidents, made up of about 58 here and 60 there.",
        "116 incidents, made up of 50% here and 60 there.",
        "92 incidents, 2 of which were in May and 74 of which were later.",
        "In 2013 there were 58 and in 2014 there were 60, 116 in total.",
    ],
)
def test_what_may_be_right_is_left_alone(text):
    assert wrong(text) == []


def table(*rows: tuple[str, ...]) -> list[str]:
    document = docx.Document()
    made = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    out = BytesIO()
    document.save(out)
    return [
        f"{finding.where}: {finding.wrong}"
        for finding in proofread(out.getvalue(), "table.docx").findings
    ]


HEAD = ("Area", "2012/13", "2013/14")


def test_the_total_of_a_table():
    rows = (HEAD, ("City", "58", "1,058"), ("County", "60", "1,060"))
    assert table(*rows, ("Total", "118", "2,118")) == []
    assert table(*rows, ("Total", "118", "2,218")) == [
        "table 1, row 4: The 2 rows above add up to 2,118, not 2,218."
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (("City", "58", "*"), ("County", "60", "1,060"), ("Total", "118", "2,218")),
        (("City", "58", ""), ("County", "60", "1,060"), ("Total", "118", "2,218")),
        (("City", "58", "1"), ("of which Rutland", "6", "1"), ("Total", "58", "3")),
        (("City", "58%", "1%"), ("County", "60%", "1%"), ("Total", "59%", "1%")),
        (("City", "58", "1"), ("County", "60", "1"), ("Total", "90", "3")),
    ],
)
def test_a_total_whose_parts_are_not_all_known_is_left_alone(rows):
    assert table(HEAD, *rows) == []
