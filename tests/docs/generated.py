"""Pages that are made from the code: `XLPERF_UPDATE_DOCS=1 python -m pytest tests/docs`."""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import textwrap
from typing import TYPE_CHECKING

import xlperf
from tests.docs.rules_page import rules
from xlperf.assessment import rag
from xlperf.assessment.rag import Reason
from xlperf.cli import COMMANDS
from xlperf.command_line import PROGRAM, parser
from xlperf.config import SETTINGS, Affects, Setting
from xlperf.ending import EXIT_CODES
from xlperf.functions.registry import FUNCTIONS
from xlperf.tables import problems
from xlperf.tables.problems import Code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum
    from types import ModuleType

WIDTH = 100
MADE = "<!-- Made from the code by tests/docs/generated.py; do not edit. -->"


def page(title: str, reader: str, *parts: str) -> str:
    """Put a page together."""
    return "\n\n".join([f"# {title}", MADE, paragraph(f"*{reader}*"), *parts]) + "\n"


def paragraph(text: str) -> str:
    """Wrap a paragraph."""
    return textwrap.fill(" ".join(text.split()), WIDTH, break_long_words=False)


def bullet(text: str) -> str:
    """Wrap an entry of a list."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def member_texts(module: ModuleType, names: type[StrEnum]) -> dict[str, str]:
    """Texts below the members of an enumeration."""
    tree = ast.parse(inspect.getsource(module))
    cls = next(
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == names.__name__
    )
    texts = {}
    for member, text in zip(cls.body, cls.body[1:], strict=False):
        match member, text:
            case ast.Assign(targets=[ast.Name(name)]), ast.Expr(ast.Constant(str(value))):
                texts[name] = " ".join(value.split())
    missing = {str(name) for name in names} - set(texts)
    assert not missing, f"no text below {sorted(missing)}"
    return texts


def codes() -> str:
    """Codes of checks and of reasons."""
    checks = member_texts(problems, Code)
    reasons = member_texts(rag, Reason)
    return page(
        "Codes",
        "To look things up. Every code that a check or a reason can have.",
        "## Checks",
        paragraph(
            "The sheet *Checks* has a row for each finding: its place, its code, what was found"
            " and what to do. This is what each code means in general."
        ),
        "\n".join(
            bullet(f"`{code}`: {text.replace(' Remedy: ', ' *Do:* ')}")
            for code, text in sorted(checks.items())
        ),
        "## Reasons",
        paragraph(
            "Why a line has its colour or none. The code is in *Workings* and in what `explain`"
            " prints."
        ),
        "\n".join(bullet(f"`{reason}`: {text}") for reason, text in reasons.items()),
    )


def commands() -> str:
    """Commands and their options."""
    whole = parser(COMMANDS)
    parts = [
        paragraph(
            f"Each is typed as `{PROGRAM} COMMAND`, with the Python that has xlperf"
            " ([how](../README.md#windows)). FILE is a workbook, .xlsm or .xlsx, that is closed."
        )
    ]
    for name, command in subcommands(whole).items():
        parts += [f"## {name}", paragraph(command.description or ""), usage(name, command)]
        options = [action for action in command._actions if action.help != argparse.SUPPRESS]
        parts.append(
            "\n".join(bullet(option(action)) for action in options if action.dest != "help")
        )
    table = re.findall(r"^  (\d+) +(.*(?:\n       .*)*)", EXIT_CODES, re.MULTILINE)
    parts += [
        "## Exit codes",
        paragraph(
            "Whatever happened (a fault, a full disk, Ctrl+C at any moment, an output that takes"
            " nothing), the exit code says what is on the disk, and the last sentence says it in"
            " words. What is in doubt is read back before it is said."
        ),
        "\n".join(bullet(f"`{code}`: {text}") for code, text in table),
    ]
    return page("Commands", "To look things up. Every command and option.", *parts)


def subcommands(whole: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Parsers of the commands, by name."""
    return next(
        dict(action.choices)
        for action in whole._actions
        if action.dest == "command" or (isinstance(action.choices, dict))
    )


def usage(name: str, command: argparse.ArgumentParser) -> str:
    """How a command is typed."""
    words = [f"{PROGRAM} {name}"]
    for action in command._actions:
        if action.dest == "help":
            continue
        text = " ".join(filter(None, [next(iter(action.option_strings), ""), value(action)]))
        words.append(text if action.required and action.nargs != "*" else f"[{text}]")
    wrapped = textwrap.fill(
        "\0".join(words).replace(" ", "\1").replace("\0", " "), WIDTH, subsequent_indent="    "
    )
    return "```text\n" + wrapped.replace("\1", " ") + "\n```"


def value(action: argparse.Action) -> str:
    """What is typed after an option, or for an argument."""
    if action.nargs == 0:
        return ""
    if action.choices:
        return "|".join(map(str, action.choices))
    more = "…" if action.nargs in ("+", "*") else ""
    return f"{action.metavar or action.dest.upper()}{more}"


def option(action: argparse.Action) -> str:
    """One option or argument, with what it does."""
    names = ", ".join(action.option_strings) or value(action)
    return f"`{names}`: {action.help}"


def settings() -> str:
    """Settings of an assessment, by what they change."""
    parts = []
    for affects in Affects:
        entries = [_setting(item) for item in SETTINGS if item.affects is affects]
        parts += [f"## {affects[0].upper()}{affects[1:]}", "\n".join(entries)]
    return page(
        "Settings",
        "To look things up. Every row of the sheet *Settings*: what it may be, and its default.",
        paragraph(
            'After each meaning stands where the choice comes from: "as printed in the report"'
            " follows the words of the panel's report; \"this workbook's choice\" is ours where the"
            " report is silent. The evidence: [methods](methods.md)."
        ),
        *parts,
    )


def _setting(item: Setting) -> str:
    choices = ", ".join(f"`{choice}`" for choice in item.choices)
    allowed = f" One of: {choices}." if choices else ""
    default = f"{item.default:g}" if isinstance(item.default, float) else str(item.default)
    shown = f"`{default}`" if default else "blank"
    origin = f"{item.origin[0].upper()}{item.origin[1:]}"
    return bullet(f"`{item.key}` ({item.form}; {shown}): {item.meaning}{allowed} *{origin}.*")


def functions() -> str:
    """Functions for cells."""
    parts = []
    for item in FUNCTIONS:
        parts += [
            f"## {item.name}",
            paragraph(item.summary),
            f"```text\n={wrapped(item.usage)}\n```",
        ]
        parts.append(
            "\n".join(
                bullet(
                    f"`{argument.name}`{' (optional)' if argument.optional else ''}: {argument.meaning}"
                )
                for argument in item.arguments
            )
        )
    return page(
        "Functions for cells",
        "To look things up. The functions `XP_…` with their arguments. How to use them:"
        " [formulas](formulas.md).",
        *parts,
    )


def wrapped(text: str) -> str:
    """A line of code, wrapped at its blanks."""
    return textwrap.fill(text, WIDTH - 1, subsequent_indent="    ")


def public() -> Iterator[tuple[str, object]]:
    """What the package gives, in its order, but for its version."""
    for name in xlperf.__all__:
        if not name.startswith("__"):
            yield name, getattr(xlperf, name)


def api() -> str:
    """The Python interface, from its docstrings."""
    parts = []
    for name, thing in public():
        kind = "class " if inspect.isclass(thing) else ""
        parts += [f"## {name}", f"```text\n{signature(name, thing, kind)}\n```"]
        parts += docstring(thing)
    return page(
        "Python interface",
        "To look things up. Everything that `import xlperf` gives. First steps:"
        " [Python](python.md).",
        *parts,
    )


def signature(name: str, thing: object, kind: str) -> str:
    """How it is called, wrapped; annotations without the quotes they have in the source."""
    try:
        text = str(inspect.signature(thing))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        text = ""
    plain = re.sub(r"""(: |-> )(?:'([^']*)'|"([^"]*)")""", r"\1\2\3", text)
    return textwrap.fill(f"{kind}xlperf.{name}{plain}", WIDTH, subsequent_indent="    ")


SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)


def docstring(thing: object) -> list[str]:
    """Parts of a docstring in the manner of numpydoc, as Markdown."""
    text = inspect.getdoc(thing) or ""
    head, *sections = SECTION.split(text)
    parts = prose(head)
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        parts.append(f"**{title}**")
        if title == "Examples":
            parts.append(f"```text\n{body.strip()}\n```")
        elif re.match(r"\S.*\n    ", body):
            parts.append(entries(body))
        else:
            parts += prose(body)
    return parts


def prose(text: str) -> list[str]:
    """Paragraphs of a docstring; code in single backticks."""
    plain = text.replace("``", "`")
    return [paragraph(part) for part in re.split(r"\n\s*\n", plain.strip()) if part.strip()]


def entries(text: str) -> str:
    """Parameters, results or errors, one an entry."""
    found = re.findall(r"^(\S[^\n]*)\n((?:    [^\n]*\n?|\n)+)", text.strip() + "\n", re.MULTILINE)
    return "\n".join(
        bullet(f"`{name.strip()}`: {' '.join(meaning.split())}".replace("``", "`"))
        for name, meaning in found
    )


PAGES = {
    "api.md": api,
    "codes.md": codes,
    "commands.md": commands,
    "functions.md": functions,
    "rules.md": rules,
    "settings.md": settings,
}
