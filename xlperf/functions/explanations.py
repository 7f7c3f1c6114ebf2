"""Explanations of the lines of a workbook."""

from __future__ import annotations

from xlperf.errors import FunctionError
from xlperf.excel.port import normalised
from xlperf.functions.arguments import Cells, block, text
from xlperf.tables.coercion import quoted


def why(line: str, workings: Cells) -> str:
    """Give the explanation of a line, from the Workings table.

    Parameters
    ----------
    line
        Name of the line, as in Workings: SP12_offences.

        Upper and lower case are the same.
    workings
        The Workings table with its header: tblWorkings[#All].

        Of its columns, Line and Explanation are used. A DataFrame has its titles as columns.

    Returns
    -------
    str
        The explanation.

    Raises
    ------
    FunctionError
        There is no such line, or the table has not these columns.

    Examples
    --------
    >>> workings = [["Line", "Explanation"], ["SP12_offences", "AMBER: 4,253 in the year."]]
    >>> why("sp12_offences", workings)
    'AMBER: 4,253 in the year.'
    """
    rows = block(workings)
    titles = [normalised(str(title or "")) for title in (rows[0] if rows else [])]
    if "line" not in titles or "explanation" not in titles:
        raise FunctionError(
            "workings has no columns Line and Explanation. Give the table with its header."
        )
    wanted = text("line", line)
    if not wanted:
        raise FunctionError("line is blank. Give the name of a line, such as SP12_offences.")
    width, at, text_at = len(titles), titles.index("line"), titles.index("explanation")
    explained = {
        str(row[at] or ""): str(row[text_at] or "") for row in rows[1:] if len(row) == width
    }
    for name, explanation in explained.items():
        if normalised(name) == normalised(wanted):
            return explanation
    alike = [name for name in explained if normalised(name).startswith(normalised(wanted))][:4]
    remedy = f"Give one of: {', '.join(alike)}." if alike else "Give a line as the sheet has it."
    raise FunctionError(f"line is {quoted(wanted)}, which is not in Workings. {remedy}")
