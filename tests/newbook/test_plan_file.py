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
        ("\n".join((HEADER, ROWS[1], ROWS[1].replace("Fewer", "More"))), "row 3, Title: 'More"),
        ("\n".join((HEADER, *ROWS, "K3,Fewer, or none,K3_a,x,total,down,,,x")), "under no title"),
        ("\n".join((HEADER, 'K1,"Fewer,K1_a,x,total,down,,')), "line 2: the quotation marks"),
        ("\n".join((HEADER, '"' + "x" * 200_000)), "line 2: the quotation marks"),
        ("\n".join((HEADER, ROWS[1], ROWS[1])), "first in row 2"),
        ("\n".join((HEADER, ROWS[0].replace("survey", "poll"))), "Choose one of: offences"),
        ("\n".join((f"{HEADER},Order", *ROWS[:2], f"{ROWS[2]},second")), "row 4, Order"),
        ("\n".join(("", HEADER, "", ROWS[0].replace("up", "sideways"))), "row 4, Direction"),
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


@pytest.mark.parametrize("target", ["5.000", "5,5", "nan", "1_000"])
def test_a_number_with_two_readings_is_not_read(target, tmp_path):
    text = "Priority;Measure;Line;Kind;Direction;Compared;Target\nK1;K1_a;x;total;down;target;"
    with pytest.raises(UsageError, match="row 2, Target"):
        plan(tmp_path, text + target)


def test_cells_are_read_as_the_sheets_read_them(tmp_path):
    header = "Priority,Measure,Line,Kind,Direction,Compared,Target"
    row = 'K1,K1_a,"two\r\nlines",Total,DOWN,Target,"5,000"'
    content = plan(tmp_path, f"sep=,\r\n\r\n{header}\r\n{row}\r\n")
    (measure,) = rows(content, schema.MEASURES)
    assert [measure[title] for title in ("Line", "Kind", "Direction", "Compared", "Target")] == [
        "two\nlines",
        "total",
        "down",
        "target",
        5000,
    ]


def test_characters_of_no_known_code_are_refused(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_bytes("\n".join((HEADER, *ROWS)).encode() + b"\x81")
    with pytest.raises(UsageError, match="characters that cannot be read"):
        planned_content(path)


def test_no_such_file(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        planned_content(tmp_path / "none.csv")
