"""A plan from a CSV file, as people write and save lists."""

from __future__ import annotations

import pytest

from xlperf.errors import UsageError
from xlperf.newbook.plan_file import planned_content
from xlperf.tables import schema

HEADER = "Priority,Title,Measure,Line,Kind,Direction,Target change %,Owner of the priority"
ROWS = (
    "K2,Confidence in Kent,K2_conf,Good job,survey,up,,",
    "K1,Fewer burglaries,K1_burglary,Burglaries,offences,down,-10,Head of crime",
    "K1,,K1_robbery,Robberies,offences,down,,",
)


def plan(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "plan.csv"
    path.write_bytes(text.encode(encoding))
    return planned_content(path)


def rows(content, table):
    return [dict(zip(table.titles, row, strict=True)) for row in content.tables[table.name]]


def test_a_row_a_measure_gives_measures_and_priorities(tmp_path):
    content = plan(tmp_path, "\n".join((HEADER, *ROWS)))
    priorities = rows(content, schema.PRIORITIES)
    assert [(row["Code"], row["Title"], row["Order"], row["Owner"]) for row in priorities] == [
        ("K2", "Confidence in Kent", 1, None),
        ("K1", "Fewer burglaries", 2, "Head of crime"),
    ]
    burglary = rows(content, schema.MEASURES)[1]
    assert (burglary["Measure"], burglary["Target change %"]) == ("K1_burglary", -10)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_as_excel_saves_it(delimiter, encoding, tmp_path):
    text = "\r\n".join((HEADER, *ROWS, "", ",,,,,,,")).replace("Good job", "Café job")
    content = plan(tmp_path, text.replace(",", delimiter), encoding)
    assert rows(content, schema.MEASURES)[0]["Line"] == "Café job"
    assert len(content.tables[schema.MEASURES.name]) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER, "no measure"),
        ("", "no measure"),
        ("\n".join((HEADER.replace("Kind", "Knid"), *ROWS)), "Did you mean Kind?"),
        ("\n".join((HEADER.replace("Title", "Line"), *ROWS)), "'Line' is there twice"),
        ("\n".join((HEADER.replace(",Direction", ""), *ROWS)), "no column Direction"),
        ("\n".join((HEADER, ROWS[0].replace("survey", "poll"))), "row 2, Kind"),
        ("\n".join((HEADER, "", ROWS[0].replace("up", "sideways"))), "row 3, Direction"),
        ("\n".join((HEADER, ROWS[1].replace("-10", "ten"))), "row 2, Target change %"),
        ("\n".join((HEADER, ROWS[1], ROWS[1])), "row 3, Measure"),
        ("PK\0\3", "Save As, CSV"),
    ],
)
def test_a_fault_is_named_with_its_row_and_column(text, sentence, tmp_path):
    with pytest.raises(UsageError, match=sentence.replace("?", r"\?")):
        plan(tmp_path, text)


def test_no_such_file(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        planned_content(tmp_path / "none.csv")
