"""Through the engine of xlwings Server, which is sent a workbook's values and answers with actions: none is ever one of ours.

That engine is there with a licence key only, and for a whole process: so each case has one of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    "XLWINGS_LICENSE_KEY" not in os.environ,
    reason="xlwings has its remote engine only with a key in XLWINGS_LICENSE_KEY",
)

PROGRAM = """
import json, sys
import xlwings
from xlperf.errors import XlperfError
from xlperf.excel.live import LiveWorkbook
from xlperf.excel.port import SetFill, SetRows, SetValue

book = xlwings.Book(json=json.loads(sys.argv[1]))
assert book.app.engine.name == "remote"
live = LiveWorkbook(book)
edits = {
    "value": SetValue("dash_period", "x"),
    "fill": SetFill("dash_period", "#9D1020", "#FFFFFF"),
    "rows": SetRows("tblChecks", ("Severity", "Found"), (("note", "x"),)),
}
said = {"read": live.read(["tblChecks"])["tblChecks"].rows}
for name, edit in edits.items():
    try:
        live.apply([edit])
    except XlperfError as error:
        said[name] = str(error)
print(json.dumps({"said": said, "actions": book.json()["actions"]}))
"""


def test_a_refresh_is_refused_in_a_sentence_and_asks_for_no_action():
    table = {
        "name": "tblChecks",
        "range_address": "A1:B2",
        "header_row_range_address": "A1:B1",
        "data_body_range_address": "A2:B2",
        "total_row_range_address": None,
        "show_headers": True,
        "show_totals": False,
        "table_style": "",
        "show_autofilter": True,
    }
    sheet = {"name": "Checks", "values": [["Severity", "Found"], ["note", "One."]], "pictures": [], "tables": [table]}
    name = {
        "name": "dash_period",
        "sheet_index": 0,
        "address": "D1",
        "scope_sheet_name": None,
        "scope_sheet_index": None,
        "book_scope": True,
    }
    book = {"name": "Dashboard.xlsx", "active_sheet_index": 0, "selection": "A1"}
    payload = {"client": "Office.js", "version": _version(), "book": book, "names": [name], "sheets": [sheet]}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(payload)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["actions"] == []
    assert found["said"].pop("read") == [["note", "One."]]
    assert set(found["said"]) == {"value", "fill", "rows"}
    for sentence in found["said"].values():
        assert sentence.endswith("Close the workbook and run: python -m xlperf refresh FILE")


def _version() -> str:
    import xlwings

    return xlwings.__version__
