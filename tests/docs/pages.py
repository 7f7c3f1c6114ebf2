"""The pages of the documents, and what in them is run, compared and made anew.

- A block of sh is run line by line, in the order of the page, in a folder with the shipped workbook
  as `Dashboard.xlsm` and as `workbook/Dashboard.xlsm`, and with `Theirs.xlsx` of somebody else. Each command must end with exit code 0.
- A block of text after `<!-- output: COMMAND -->` is what that command prints; after `| head 9` its
  first nine lines; after `(exit code 1)` the command ends so.
- A block of text after `<!-- rows -->` holds rows as they are typed into a sheet (see
  `tests.tables.sheets`); one after `<!-- findings: CODE -->` what *Checks* then says of them.
- A block of python with `>>>` is a doctest.
- Every other command of xlperf, in a block or in a sentence, must be one that its parser takes.

`XLPERF_UPDATE_DOCS=1` writes outputs and generated pages anew instead of comparing them.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import textwrap
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.shipped import ROOT
from tests.tables import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, *sorted(DOCS.rglob("*.md")))
UPDATE = os.environ.get("XLPERF_UPDATE_DOCS") == "1"
RENEW = "renew it: XLPERF_UPDATE_DOCS=1 python -m pytest tests/docs"

MARK = (
    r"<!-- (?:output: python -m xlperf (?P<command>[^>]*?)|(?P<rows>rows)|findings: (?P<codes>.*?)"
    r"|file: (?P<file>\S+))"
    r" -->\n"
)
BLOCK = re.compile(rf"(?:{MARK})?```(?P<language>\w+)\n(?P<body>.*?)```", re.DOTALL)
COMMAND = re.compile(r"python -m xlperf\b *([^`\n]*)")
HEAD = re.compile(r"(.*?)(?: \| head (\d+))?(?: \(exit code (\d+)\))?")
PROMPT = "python -m xlperf "


@dataclass(frozen=True, slots=True)
class Block:
    """One block of code: its language, its text, and the command it is the output of."""

    language: str
    body: str
    command: str = ""
    """Without the program; empty: it is no output."""
    lines: int | None = None
    """Lines that are shown; None: all."""
    code: int = 0
    rows: bool = False
    """It holds rows of a sheet."""
    findings: tuple[str, ...] = ()
    """Codes of the findings that it holds."""
    file: str = ""
    """Name of the file that it is the text of; empty: of none."""
    place: tuple[int, int] = (0, 0)
    """Where its text begins and ends in the page."""


def blocks(text: str) -> Iterator[Block]:
    """Blocks of code of a page, in order."""
    for match in BLOCK.finditer(text):
        head = HEAD.fullmatch(match["command"] or "")
        assert head is not None
        lines = int(head[2]) if head[2] else None
        code = int(head[3] or 0)
        codes = tuple((match["codes"] or "").replace(",", " ").split())
        rows = match["rows"] is not None
        yield Block(
            match["language"],
            match["body"],
            head[1],
            lines,
            code,
            rows,
            codes,
            match["file"] or "",
            match.span("body"),
        )


def commands_named(text: str) -> list[list[str]]:
    """Arguments of every command that a page names in code, in a block or in a sentence."""
    joined = re.sub(r"[\\^]\n\s*|&&\n\s*", " ", text)
    code = re.findall(r"```\w+\n(.*?)```", joined, re.DOTALL)
    flat = re.sub(r"```.*?```", "", joined, flags=re.DOTALL)
    code += [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", flat)]
    found = [arguments(match[1]) for part in code for match in COMMAND.finditer(part)]
    return [words for words in found if words and words != ["…"]]


def arguments(text: str) -> list[str]:
    """Words of a command line, in the manner of either system."""
    return [word.strip('"') for word in shlex.split(text.partition(" | ")[0], posix=False)]


@cache
def texts(path: Path) -> str:
    """All text of a source file: of Python its strings, each in one piece whatever lines it is
    written in.
    """
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return " ".join(source.split())
    found = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "\n".join(" ".join(text.split()) for text in found)


def sources() -> Iterator[Path]:
    """Files of the package that hold words for users."""
    for path in (ROOT / "xlperf").rglob("*"):
        if path.suffix in (".py", ".bas", ".cls", ".xml", ".txt", ".md"):
            yield path


def findings(rows: str, codes: tuple[str, ...], context: str) -> str:
    """What *Checks* says of rows, of these kinds: `context` are the sheets they refer to."""
    named = re.findall(r"^tbl\w+", rows, re.MULTILINE)
    others = [part for part in re.split(r"\n\s*\n", context) if part.split()[0] not in named]
    _, problems = sheets.read("\n\n".join([*others, rows]))
    said = [
        textwrap.fill(str(problem), 98, subsequent_indent="    ", break_long_words=False)
        for problem in problems
        if problem.code in codes and f"tbl{problem.sheet}" in named
    ]
    assert said, rows
    return "\n".join(said) + "\n"


def steady(text: str) -> str:
    """Without what differs from run to run, and wrapped as a window of 100 columns wraps it."""
    text = re.sub(r"in \d+\.\d s\b", "in 0.4 s", text)
    text = re.sub(r"\d+ \w+ \d{4} \d\d:\d\d", "3 November 2014 09:00", text)
    return wrapped(text.rstrip().splitlines())


def wrapped(lines: Iterable[str]) -> str:
    """Lines as a window of 100 columns shows them."""
    shown = (
        textwrap.fill(line, 98, subsequent_indent="    ", break_long_words=False)
        if len(line) > 100
        else line
        for line in lines
    )
    return "\n".join(shown) + "\n"


def rebuilt(text: str, bodies: dict[Block, str]) -> str:
    """A page with other texts in some of its blocks."""
    for block in sorted(bodies, key=lambda block: block.place, reverse=True):
        start, end = block.place
        text = text[:start] + bodies[block] + text[end:]
    return text


def compare_page(path: Path, new: str) -> None:
    """Compare a generated page as a whole."""
    if UPDATE:
        path.write_text(new, encoding="utf-8")
    else:
        assert path.read_text(encoding="utf-8") == new, RENEW
