"""Office files of our own: what their makers write is listed, and everything else blocks, by name.

The list (a form) has a line for each kind of part: a pattern of its name (``#`` stands for digits,
``*`` for anything) and its content type. Below it, indented, are its elements,
separated by ``;``, each with its attributes and the kinds of value they take, separated by ``|``;
``.`` is the text of the element. A kind is a capital letter of `VALUES` or `TEXTS`, or a word that
may stand there, with ``_`` for a space. Before the parts: ``namespace ADDRESS`` for each that may
be used, and ``names KIND NAMES``, an expression of the names of styles (S) or fonts (W), in small
letters and without spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.office_parts import local, tree
from xlperf.excel.package import normalised
from xlperf.leaks.findings import TextMatch
from xlperf.leaks.images import inspect_image
from xlperf.leaks.kinds import LeakKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from xlperf.excel.office_parts import Parts
    from xlperf.leaks.findings import Inspection

CELL = r"(?:\$?[A-Z]{1,3}\$?\d{1,7}|\$?[A-Z]{1,3}|\$?\d{1,7})"
AREA = rf"{CELL}(?::{CELL})?"
LOOKS = (
    r"(?:minor|major|accent|text|background|dark|light|hyperlink|followed|single|none|nil|double"
    r"|dotted|dashed|thick|wholeTable|first|last|band\d|Row|Col|Horz|Vert|[ns][ew]Cell|Hyperlink"
    r"|HAnsi|EastAsia|Bidi|Ascii|\d)+"
)
FIELDS = (
    r" ?(?:PAGE|NUMPAGES|SECTIONPAGES|PAGEREF _Toc\d+ \\h|SEQ (?:Figure|Table) \\\* ARABIC"
    r"|TOC(?: \\[a-z](?: \"[\d-]+\")?)*)(?: +\\\* (?:MERGEFORMAT|Arabic))? *"
)
"""Fields that show nothing but numbers of pages, figures and headings."""
VALUES = {
    kind: re.compile(expression)
    for kind, expression in {
        "N": r"-?\d{1,15}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?%?|-?\d{1,4}(?:\.\d+)?(?:pt|in)",
        "C": r"[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}|auto",
        "R": rf"(?:rId|header|footer|_Toc)\d{{1,8}}|_GoBack|styles|numbering|settings|{AREA}",
        "G": r"\{?[0-9A-Fa-f]{4,8}(?:-[0-9A-Fa-f]{4}){0,3}(?:-?[0-9A-Fa-f]{12})?\}?",
        "E": r"[0-9A-F]{2}",
        "D": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|D:\d{14}Z",
        "F": FIELDS,
        "A": r"[a-z]{2}-[A-Z]{2}|x-none",
        "B": LOOKS,
        "M": r"(?:wp?\d\d\w*| )+",
        "I": r"U\d{1,6}x\d{1,4}y\d{1,4}",
        "J": r"[A-Za-z0-9+/]{22}==",
        "L": r"[\w./#-]*",
        "U": r"Typst [\d.]{1,10}",
    }.items()
}
"""Kinds of values that are no text: number, colour, reference, identifier, date, field, language,
name of a look, prefixes of namespaces, places and identifiers of a PDF, name of a part, program.
"""
HEADER_PART, HEADER_CODE = re.compile("&[LCR]"), re.compile(r"&(?:\d+|[AFPNDT])")
"""Codes in headers and footers of sheets (ECMA-376 part 1, 18.3.1.46)."""
QUOTED = re.compile(r'"([^"]*)"')
PLAIN_FORMAT = re.compile(r"(?:General|[-−–+#0,.%;()?\\ _*@dmyhs:]|\[c\])*")
SHEET_PLACE = re.compile(rf"(?:'((?:[^']|'')+)'|([^'!]+))!(?:Print_(?:Area|Titles)|{AREA})")
NAMESPACE = re.compile(rb"xmlns(?::[\w-]+)?\s*=\s*[\"']([^\"']*)[\"']")
REMARK = re.compile(rb"<!--.*?-->|<\?(?!xml ).*?\?>", re.DOTALL)
RELATIONS_PART = re.compile(r"(.*?)_rels/([^/]*)\.rels")


@dataclass(frozen=True)
class PartForm:
    """What one kind of part may hold: attributes and their kinds, by element."""

    pattern: re.Pattern[str]
    content_type: str
    elements: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """What the files of one form may hold."""

    namespaces: frozenset[str]
    names: dict[str, re.Pattern[str]]
    """Names of styles and of fonts, by the kind of value."""
    parts: tuple[PartForm, ...]

    def listed(self, name: str) -> PartForm | None:
        """What a part may hold; None for one that may not be there."""
        return next((part for part in self.parts if part.pattern.fullmatch(name)), None)


@lru_cache(maxsize=8)
def form_of(text: str) -> Form:
    """Read a form; raises `ValueError` or `LookupError` for a line that is none."""
    namespaces, names = set[str](), dict[str, str]()
    parts: dict[str, tuple[str, list[str]]] = {}
    current: list[str] = []
    for line in text.splitlines():
        words = line.split()
        if line.startswith("namespace "):
            namespaces.add(words[1])
        elif line.startswith("names "):
            names[words[1]] = f"{names[words[1]]}|{words[2]}" if words[1] in names else words[2]
        elif line.startswith(" "):
            for part in current:
                parts[part][1].extend(words)
        elif words and words[0] != "//":
            current = words[1:] if words[0] == "+" else words[:1]
            if words[0] != "+":
                parts[words[0]] = (words[1], parts[words[3]][1][:] if len(words) > 3 else [])
            for part in current:
                parts[part][1].append(";")
    forms = tuple(_part_form(name, *listed) for name, listed in parts.items())
    return Form(frozenset(namespaces), {kind: re.compile(names[kind]) for kind in names}, forms)


def _part_form(name: str, content_type: str, words: list[str]) -> PartForm:
    elements: dict[str, dict[str, str]] = {}
    for entry in filter(None, map(str.split, " ".join(words).split(";"))):
        kinds = elements.setdefault(entry[0], {})
        for key, kind in (item.split("=", 1) for item in entry[1:]):
            kinds[key] = f"{kinds[key]}|{kind}" if key in kinds and kinds[key] != kind else kind
    pattern = re.escape(name).replace(r"\#", r"\d*").replace(r"\*", ".*")
    return PartForm(re.compile(pattern, re.IGNORECASE), content_type, elements)


def comparison(text: str, name: str, seen: Inspection) -> Comparison:
    """Compare with what a form lists under a name, which it must have."""
    form = form_of(text)
    return Comparison(name, form.listed(name) or PartForm(re.compile(""), ""), form, seen)


def inspect_own(parts: Parts, text: str, seen: Inspection) -> None:
    """Report what a form does not list, and each text and number that is not expected."""
    form, reached = form_of(text), reached_parts(parts)
    for name, part in parts.names.items():
        listed, data = form.listed(name), parts.read(part)
        declared = parts.content_type(part)
        if listed is None:
            seen.add(LeakKind.NOT_LISTED, part, f"the part {part}")
        elif (rels := RELATIONS_PART.fullmatch(part)) is not None:
            _relations(parts, part, rels[1] + rels[2], seen)
        elif listed.content_type not in ("-", declared):
            seen.add(LeakKind.NOT_LISTED, part, f"declared as '{declared}'")
        elif listed.content_type != "-" and name not in reached:
            seen.add(LeakKind.LEFTOVER, part, "nothing refers to it")
        if listed is not None and listed.elements:
            Comparison(part, listed, form, seen).read(data)
        elif listed is not None:
            inspect_image(data, part, seen)


def reached_parts(parts: Parts) -> set[str]:
    """Parts that can be reached from the package by relations."""
    reached, waiting = set[str](), [""]
    while waiting:
        for relation in parts.relations(waiting.pop()):
            name = normalised(relation.target)
            if not relation.external and name in parts.names and name not in reached:
                reached.add(name)
                waiting.append(parts.names[name])
    return reached


def remarks(data: bytes, part: str, seen: Inspection) -> None:
    """Report comments and processing instructions of a part."""
    for match in REMARK.finditer(data):
        text = match.group().decode("utf-8", "replace")
        seen.add(LeakKind.LEFTOVER, part, text)
        seen.private(part, text)


def _relations(parts: Parts, part: str, owner: str, seen: Inspection) -> None:
    for relation in parts.relations(owner):
        if relation.external or normalised(relation.target) not in parts.names:
            seen.add(LeakKind.EXTERNAL_LINK, part, f"{relation.kind}: {relation.target}")


@dataclass
class Comparison:
    """One part, or the objects of a PDF, being compared with its form."""

    part: str
    listed: PartForm
    form: Form
    seen: Inspection
    cell: dict[str, str] = field(default_factory=dict)

    def read(self, data: bytes) -> None:
        """Compare the whole part."""
        remarks(data, self.part, self.seen)
        for found in {found.decode("utf-8", "replace") for found in NAMESPACE.findall(data)}:
            if found not in self.form.namespaces:
                self.seen.add(LeakKind.NOT_LISTED, self.part, f"the namespace {found}")
        markup.parse(data, self.part, start=self._start)
        pieces = list[str]()
        self._element(tree(data, self.part), pieces)
        self.seen.text(self.part, "".join(pieces), TextMatch.PARAGRAPH)

    def _start(self, tag: str, attributes: dict[str, str], _offset: int) -> None:
        """Report what local names do not show: other namespaces, one attribute in two of them."""
        alike = len({local(key) for key in attributes}) < len(attributes)
        if alike or tag.rpartition(markup.SEPARATOR)[0] not in self.form.namespaces:
            found = " ".join((local(tag), *attributes.values()))
            self.seen.add(LeakKind.NOT_LISTED, self.part, f"the element {found}")

    def _element(self, element: Element, pieces: list[str]) -> None:
        """Compare an element and those in it; `pieces` takes the texts of its paragraph."""
        name, listed = element.tag, self.listed.elements.get(element.tag)
        self.cell = element.attrib if name == "c" else self.cell
        where = f"{self.part}!{self.cell['r']}" if "r" in self.cell else self.part
        if listed is None:
            found = " ".join((name, *element.attrib.values()))
            self.seen.add(LeakKind.NOT_LISTED, where, f"the element {found}")
        kinds = listed or {}
        for key, value in element.attrib.items() if listed is not None else ():
            kind = kinds.get(key)
            if kind is None or not self.takes(kind, value, f"{where}, {key} of {name}"):
                self.seen.add(LeakKind.NOT_LISTED, where, f"{name} {key}={value}")
        text = "".join([element.text or "", *(child.tail or "" for child in element)])
        kind = kinds.get(".")
        if kind == "P":
            pieces.append(text)
        elif text.strip() and (kind is None or not self.takes(kind, text, where)):
            self.seen.add(LeakKind.NOT_LISTED, where, f"text in {name}: {text}")
        own = list[str]() if name == "p" else pieces
        for child in element:
            self._element(child, own)
        if name == "p":
            self.seen.text(where, "".join(own), TextMatch.PARAGRAPH)

    def takes(self, kinds: str, value: str, where: str) -> bool:
        """Whether a value is of one of the kinds; a text is looked at, and reported, by `seen`."""
        squeezed = value.replace(" ", "").casefold()
        return any(
            self._is_read(kind, value, where)
            or (kind in VALUES and VALUES[kind].fullmatch(value) is not None)
            or (kind in self.form.names and self.form.names[kind].fullmatch(squeezed) is not None)
            or value.replace(" ", "_") == kind
            for kind in kinds.split("|")
        )

    def _is_read(self, kind: str, value: str, where: str) -> bool:
        """Whether a kind is a text or a number, which is looked at."""
        seen = self.seen
        if kind in TEXTS:
            for text in TEXTS[kind](value):
                seen.text(where, markup.plain_text(text))
        elif kind == "V":
            seen.value(where, value)
        elif kind == "Y":
            seen.text(where, value, TextMatch.LINE)
        elif kind == "X" and self.cell.get("t") != "s":
            seen.number(where, value)
        elif kind == "O" and value and not seen.expected.allows(value):
            seen.add(LeakKind.PROPERTY, where, value)
        return kind in (*TEXTS, *"VYXO")


def _in_place(value: str) -> list[str]:
    """Names of sheets beside their cells, and what is left."""
    names = [quoted.replace("''", "'") or plain for quoted, plain in SHEET_PLACE.findall(value)]
    return [*names, SHEET_PLACE.sub("", value).strip("(), ")]


def _in_header(value: str) -> list[str]:
    """Texts of the header or footer of a sheet."""
    return [HEADER_CODE.sub("", piece).strip() for piece in HEADER_PART.split(value)]


def _in_format(value: str) -> list[str]:
    """Words of a number format; the whole where there is anything unusual in it."""
    plain = PLAIN_FORMAT.fullmatch(QUOTED.sub("", value)) is not None
    return QUOTED.findall(value) + [value] * (not plain)


TEXTS: dict[str, Callable[[str], list[str]]] = {
    "T": lambda value: [value],
    "Q": _in_place,
    "H": _in_header,
    "Z": _in_format,
}
"""Kinds of values that hold texts, and how they are taken out. Of the others, V is a value of a
chart, Y a line of words, X the number of a cell (that of a text is looked at where the text stands)
and O the office.
"""
