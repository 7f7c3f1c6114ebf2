"""The form of the pack's documents, derived from documents that the program has made.

``XLPERF_UPDATE_DOCS=1 pytest tests/leaks/test_forms.py`` writes it again: read the difference as
what the program begins to send to the panel.
"""

from __future__ import annotations

import re
import textwrap
import zipfile
from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from xlperf.leaks.forms import NAMESPACE, VALUES
from xlperf.leaks.pdfs import FORM, drawn_text, kind_of, numbered, plain_values

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_TYPE = ("[Content_Types].xml", "*.rels")
KINDS = {
    ("sheet", "name"): "T", ("definedName", "."): "Q", ("hyperlink", "location"): "Q",
    ("hyperlink", "display"): "T", ("hyperlink", "tooltip"): "T", ("oddHeader", "."): "H",
    ("oddFooter", "."): "H", ("numFmt", "formatCode"): "Z", ("formatCode", "."): "Z",
    ("f", "."): "Q", ("cNvPr", "descr"): "T", ("cNvPr", "title"): "T", ("cNvPr", "name"): "T",
    ("docPr", "descr"): "T", ("docPr", "name"): "T", ("docPr", "title"): "T",
    ("table", "name"): "T", ("table", "displayName"): "T", ("tableColumn", "name"): "T",
    ("title", "."): "T", ("subject", "."): "T", ("keywords", "."): "T", ("description", "."): "T",
    ("creator", "."): "O", ("lastModifiedBy", "."): "O", ("Company", "."): "O",
    ("lpstr", "."): "Q", ("tblCaption", "val"): "T", ("tblDescription", "val"): "T",
    ("lvlText", "val"): "T", ("pStyle", "val"): "S", ("rStyle", "val"): "S",
    ("tblStyle", "val"): "S", ("style", "styleId"): "S", ("basedOn", "val"): "S",
    ("next", "val"): "S", ("link", "val"): "S", ("fldSimple", "instr"): "F",
    ("instrText", "."): "F", ("hyperlink", "anchor"): "R", ("bookmarkStart", "name"): "R",
    ("Override", "PartName"): "L", ("Relationship", "Target"): "L", ("Relationship", "Id"): "R",
    ("c", "r"): "R", ("created", "."): "D", ("modified", "."): "D",
    ("AppVersion", "."): "N", ("lang", "val"): "en-GB|en-US",
}  # fmt: skip
"""Kinds of values that the values themselves do not show."""
BY_PART = {
    ("xl/worksheets/sheet#.xml", "v", "."): "X", ("xl/charts/chart#.xml", "v", "."): "V",
    ("xl/sharedStrings.xml", "t", "."): "T", ("word/styles.xml", "name", "val"): "S",
    ("xl/styles.xml", "name", "val"): "W",
}  # fmt: skip
FONTS = frozenset(("typeface", "ascii", "hAnsi", "eastAsia", "cs"))
MOST_WORDS = 30


PDF_KINDS = {
    "Alt": "T", "T": "T", "Title": "T", "Subject": "T", "Keywords": "T", "Contents": "Y",
    "Author": "O", "CreationDate": "D", "ModDate": "D", "Creator": "U", "ID": "I|J", "Headers": "I", "Names": "I",
}  # fmt: skip
"""Kinds of the names and texts in entries of a PDF's dictionaries; of the others the words."""


def derived_from_pdfs(documents: Iterable[bytes]) -> str:
    """What the objects of some PDFs hold, and which operations draw their pages."""
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, IndirectObject

    kinds: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    operators: set[str] = set()
    for document in documents:
        reader, met = PdfReader(BytesIO(document)), set()
        waiting = [(reader.trailer, "trailer")]
        while waiting:
            item, owner = waiting.pop()
            if isinstance(item, IndirectObject):
                if item.idnum in met:
                    continue
                met.add(item.idnum)
                item = item.get_object()
            if isinstance(item, DictionaryObject):
                entries = kinds[kind_of(item, owner)]
                for key in item:
                    entries[numbered(key)] |= set(plain_values(item.raw_get(key)))
                    waiting.append((item.raw_get(key), key))
            elif isinstance(item, list):
                waiting.extend((value, owner) for value in item)
        for page in reader.pages:
            operators |= drawn_text(page)[1]
    entries = [
        " ".join((kind, *(f"{key}={_pdf_kind(key, found[key])}" for key in sorted(found))))
        for kind, found in sorted(kinds.items())
    ]
    entries.append(f"operators .={'|'.join(sorted(f'/{operator}' for operator in operators))}")
    return "\n".join(["", f"{FORM} -", *_wrapped(entries), ""])


def _pdf_kind(key: str, found: set[str]) -> str:
    if key in PDF_KINDS and not all(value.startswith("/") for value in found if value):
        return PDF_KINDS[key]
    return "|".join(sorted(value.replace(" ", "_") for value in found)) or "-"


def _wrapped(entries: list[str]) -> list[str]:
    return textwrap.wrap(
        "; ".join(entries), 100, initial_indent="  ", subsequent_indent="  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def derived(documents: Iterable[bytes]) -> str:
    """The form of some documents, as `xlperf.leaks.forms` reads it."""
    values: dict[str, dict[str, dict[str, set[str]]]] = {}
    types: dict[str, str] = {}
    namespaces: set[str] = set()
    fonts: set[str] = set()
    styles: set[str] = set()
    for document in documents:
        _collect(document, values, types, namespaces)
    lines = [f"namespace {name}" for name in sorted(namespaces)]
    body = []
    for part in sorted(values):
        body += ["", f"{part} {types[part]}"]
        entries = []
        for element, attributes in sorted(values[part].items()):
            kinds = []
            for name, found in sorted(attributes.items()):
                kind = _kind(part, element, name, found)
                if kind == "W":
                    fonts |= found
                if kind == "S":
                    styles |= found
                kinds.append(f"{name}={kind}")
            entries.append(" ".join((element, *kinds)))
        body += _wrapped(entries)
    for kind, names in (("S", styles), ("W", fonts)):
        squeezed = sorted({re.escape(name.replace(" ", "").casefold()) for name in names})
        lines.append(f"names {kind} {'|'.join(squeezed)}")
    return "\n".join([*lines, *body]) + "\n"


def _collect(document: bytes, values, types: dict[str, str], namespaces: set[str]) -> None:
    with zipfile.ZipFile(BytesIO(document)) as package:
        declared = _types(package.read("[Content_Types].xml"))
        for name in package.namelist():
            part = "*.rels" if name.endswith(".rels") else re.sub(r"\d+", "#", name)
            ending = name.rpartition(".")[2]
            types[part] = (
                "-" if part in NO_TYPE else declared.get(f"/{name}") or declared.get(ending, "")
            )
            elements = values.setdefault(part, defaultdict(lambda: defaultdict(set)))
            if ending not in ("xml", "rels"):
                continue
            data = package.read(name)
            namespaces |= {found.decode() for found in NAMESPACE.findall(data)}
            for element in ET.fromstring(data).iter():
                attributes = elements[_local(element.tag)]
                for key, value in element.attrib.items():
                    attributes[_attribute(key)].add(value)
                if element.text and element.text.strip():
                    attributes["."].add(element.text)


def _types(data: bytes) -> dict[str, str]:
    return {
        item.get("PartName", item.get("Extension", "")): item.get("ContentType", "")
        for item in ET.fromstring(data)
    }


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _attribute(name: str) -> str:
    relation = name.startswith(
        "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
    )
    return f"r:{_local(name)}" if relation else _local(name)


def _kind(part: str, element: str, name: str, found: set[str]) -> str:
    listed = BY_PART.get((part, element, name)) or KINDS.get((element, name))
    if listed is not None:
        return listed
    if element == "t" and name == ".":
        return "P"
    if name in FONTS:
        return "W"
    for kind in "NCRGD":
        if all(VALUES[kind].fullmatch(value) for value in found) and found != {"auto"}:
            return kind
    if len(found) > MOST_WORDS:
        raise AssertionError(
            f"{part}: {element} {name} takes {len(found)} values: {sorted(found)[:5]}"
        )
    return "|".join(sorted(value.replace(" ", "_") for value in found))
