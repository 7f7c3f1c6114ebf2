"""Workbooks of a heavy kind, given to every reader of workbooks: `python -m tests.fuzz.heavy [NAME
...]`.

Each is done, or refused in one sentence, within 5 seconds and 500 MB more than the reader takes for
the workbook as it is shipped. Prints seconds of the processor and the peak of memory.
"""

from __future__ import annotations

import re
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from tests.excel.torture import unpacked
from tests.fuzz.mutating import written
from tests.fuzz.readers import READERS, warm
from tests.fuzz.watched import watched
from tests.shipped import SHIPPED
from tests.users import WORKBOOK, Parts, sheet_part
from xlperf.excel.areas import LAST_ROW
from xlperf.excel.port import column_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_SECONDS, MOST_MEMORY = 5.0, 500
SHOWN = 150
READ_BY = ("refresh", "check", "publish", "leakcheck of a dashboard")
STRINGS = "xl/sharedStrings.xml"
RUBBISH = range(5_000, 270_000)
NAMES = range(100_000)


def table_to(parts: Parts, name: str, last: int = LAST_ROW) -> None:
    """Draw a table down to a row."""
    part = next(part for part, data in parts.items() if f'displayName="{name}"'.encode() in data)
    parts[part] = re.sub(rb'ref="([A-Z]+\d+:[A-Z]+)\d+"', rb'ref="\g<1>%d"' % last, parts[part])


def all_tables_to(parts: Parts) -> None:
    """Draw every table down to the last row."""
    for part, data in parts.items():
        if part.startswith("xl/tables/"):
            parts[part] = re.sub(
                rb'ref="([A-Z]+\d+:[A-Z]+)\d+"', rb'ref="\g<1>%d"' % LAST_ROW, data
            )


def with_rows(parts: Parts, sheet: str, rows: Iterable[str]) -> None:
    """Add rows to the end of a sheet."""
    part = sheet_part(parts, sheet)
    parts[part] = parts[part].replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>", 1)


def after_the_cells(parts: Parts, sheet: str, xml: str) -> None:
    """Add an element behind the cells of a sheet."""
    part = sheet_part(parts, sheet)
    anchors = (b"<conditionalFormatting", b"<dataValidations", b"<printOptions", b"<pageMargins")
    anchor = next(anchor for anchor in anchors if anchor in parts[part])
    parts[part] = parts[part].replace(anchor, xml.encode() + anchor, 1)


def with_names(parts: Parts, names: Iterable[str]) -> None:
    """Add names to the workbook."""
    parts[WORKBOOK] = parts[WORKBOOK].replace(
        b"</definedNames>", "".join(names).encode() + b"</definedNames>"
    )


def text_row(row: int, text: str) -> str:
    """A row with a text and two numbers."""
    cell = f'<c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c>'
    return (
        f'<row r="{row}">{cell}<c r="B{row}"><v>{row}</v></c><c r="C{row}"><v>{row}</v></c></row>'
    )


def merges(parts: Parts, sheet: str) -> None:
    """Merge 200 columns down to the last row."""
    columns = (column_letters(number) for number in range(40, 240))
    areas = "".join(f'<mergeCell ref="{column}1:{column}{LAST_ROW}"/>' for column in columns)
    after_the_cells(parts, sheet, f"<mergeCells>{areas}</mergeCells>")


def rubbish_in_a_table(parts: Parts) -> None:
    """265,000 rows of a table that name no measure."""
    with_rows(parts, "Monthly", (text_row(row, f"rubbish {row}") for row in RUBBISH))
    table_to(parts, "tblMonthly", RUBBISH[-1])


def long_text(parts: Parts) -> None:
    """A text of 5 MB that many cells show."""
    long = b"<t>" + b"abc " * 1_250_000 + b"</t>"
    parts[STRINGS] = re.sub(rb"<t>[Ff]inal</t>", long, parts[STRINGS], count=1)


def formats(parts: Parts, sheet: str, areas: Iterable[str]) -> None:
    """A conditional format that covers many areas."""
    rule = '<cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
    after_the_cells(
        parts,
        sheet,
        f'<conditionalFormatting sqref="{" ".join(areas)}">{rule}</conditionalFormatting>',
    )


def name_of(number: int, text: str) -> str:
    """A name of a cell."""
    return f'<definedName name="{text.format(number)}">Dashboard!$Z${number + 1}</definedName>'


CASES: dict[str, Callable[[Parts], None]] = {
    "as shipped": lambda _parts: None,
    **{
        f"{table} to the last row": lambda parts, table=table: table_to(parts, table)
        for table in (
            "tblMonthly",
            "tblPeers",
            "tblChecks",
            "tblWorkings",
            "tblLog",
            "tblHistory",
            "tblSettings",
        )
    },
    "all tables to the last row": all_tables_to,
    "merges on the dashboard": lambda parts: merges(parts, "Dashboard"),
    "merges on a data sheet": lambda parts: merges(parts, "Monthly"),
    "rubbish in a table": rubbish_in_a_table,
    "rubbish below a table": lambda parts: with_rows(
        parts, "Monthly", (text_row(row, f"no {row}") for row in RUBBISH)
    ),
    "rubbish on the dashboard": lambda parts: with_rows(
        parts, "Dashboard", (text_row(row, f"no {row}") for row in RUBBISH)
    ),
    "5 MB in a cell": lambda parts: with_rows(
        parts, "Monthly", [text_row(9_000, "x y" * 1_700_000)]
    ),
    "5 MB in a shared text": long_text,
    "names of unknown status": lambda parts: with_names(
        parts, (name_of(number, "tile_unknown{}_rag") for number in NAMES)
    ),
    "names of unknown value": lambda parts: with_names(
        parts, (name_of(number, "tile_SP{}_offences_spc_value") for number in NAMES)
    ),
    "format of 2 MB": lambda parts: formats(
        parts, "Dashboard", (f"Z{row}" for row in range(1, 260_000))
    ),
    "format of 2 MB, tall": lambda parts: formats(
        parts, "Dashboard", [f"A1:ZZ{LAST_ROW}"] * 150_000
    ),
    "format of 2 MB on a table": lambda parts: formats(
        parts, "Checks", (f"Z{row}" for row in range(1, 260_000))
    ),
    "a million texts": lambda parts: parts.update(
        {
            STRINGS: (
                parts[STRINGS].replace(b"</sst>", b"<si><t>unused</t></si>" * 1_000_000 + b"</sst>")
            )
        }
    ),
    "a far cell": lambda parts: with_rows(
        parts, "Monthly", [f'<row r="{LAST_ROW}"><c r="XFD{LAST_ROW}"/></row>']
    ),
}


def main() -> int:
    """Give every workbook to every reader; 1 if anything took too much or ended wrong."""
    wanted, wrong, base = sys.argv[1:], 0, unpacked(SHIPPED.read_bytes())
    readers = [reader for reader in READERS if reader.name in READ_BY]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warm(folder, tuple(readers))
        usual = {}
        for name, change in CASES.items():
            if wanted and name not in (*wanted, "as shipped"):
                continue
            parts = dict(base)
            change(parts)
            data = written(list(parts.items()))
            for reader in readers:
                outcome = watched(
                    lambda reader=reader, data=data: reader.work(data, "Heavy.xlsm", folder), folder
                )
                seconds = outcome.seconds - usual.setdefault(reader.name, outcome.seconds)
                fault = outcome.fault(answers=reader.answers)
                bad = fault is not None or seconds > MOST_SECONDS or outcome.memory > MOST_MEMORY
                wrong += bad
                sentence = fault or outcome.complained.strip()
                print(
                    f"{'!!' if bad else '  '} {name}, {reader.name}: {outcome.code},"
                    f" {outcome.seconds:.1f} s, {outcome.memory} MB {sentence[:SHOWN]}",
                    flush=True,
                )
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
