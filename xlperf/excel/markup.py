"""XML at the level of bytes: where an element begins and ends, so that the other bytes of a part
stay as they are.

It uses expat, which is strict about XML and is safe as document types are refused.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from xlperf.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SEPARATOR = " "
MAIN_START, STRICT_START = MAIN + SEPARATOR, STRICT + SEPARATOR
ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
ENCODINGS = frozenset(
    (
        b"utf-8",
        b"utf8",
        b"us-ascii",
        b"ascii",
        b"utf-16",
        b"utf-16le",
        b"utf-16be",
        b"iso-8859-1",
        b"windows-1252",
    )
)
"""Encodings of parts: UTF-8 and UTF-16 as in the standard (ECMA-376 part 2), and others that occur
in practice.
"""
DEEPEST = 256
"""Maximum nesting of elements. Drawings in groups reach about 30; libxml2 has the same limit."""
LONGEST_TAG, PIECE = 8 << 20, 1 << 20
"""Bytes of the longest start tag (the areas of a conditional format may take two million), and
bytes that are parsed at a time.
"""
REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(lt|gt|quot|apos|amp));")
ENTITIES = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
START_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
TAG_NAME = re.compile(rb"<([^\s/>]+)")
ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
CHARACTER = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """Return the local name of an element of the main namespace; an empty text for other
    namespaces.
    """
    if name.startswith(MAIN_START):
        return name[len(MAIN_START) :]
    return name[len(STRICT_START) :] if name.startswith(STRICT_START) else ""


def parse(
    data: bytes,
    part: str,
    *,
    start: Callable[[str, dict[str, str], int], None] | None = None,
    end: Callable[[str, int], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part; the handlers get ``uri name`` and the byte offset of the tag.

    Raises `WorkbookError` for XML that is broken or declares a document type (its entities could
    expand without end), and for XML that no office program writes: nested too deeply, a tag of many
    megabytes, or an unusual encoding.
    """
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = text is not None
    depth = 0

    def refuse(*_args: object) -> NoReturn:
        raise WorkbookError(
            f"The part {part} declares a document type, which no workbook needs. It was not opened."
        )

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise WorkbookError(
                f"The part {part} nests more than {DEEPEST} elements. It was not opened."
            )
        if start is not None:
            start(name, attributes, parser.CurrentByteIndex)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name, parser.CurrentByteIndex)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    if text is not None:
        parser.CharacterDataHandler = text
    parser.XmlDeclHandler = partial(_require_known_encoding, part)
    try:
        _feed(parser, data, part)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise WorkbookError(
            f"The part {part} is damaged: {error}. Restore the workbook from a backup."
        ) from None


def _feed(parser: expat.XMLParserType, data: bytes, part: str) -> None:
    """Pass a part to the parser. A large part is passed in pieces, so that an endless tag is
    noticed.
    """
    if len(data) <= LONGEST_TAG:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position
        return
    for place in range(0, len(data), PIECE):
        parser.Parse(data[place : place + PIECE], False)  # noqa: FBT003
        if place - parser.CurrentByteIndex > LONGEST_TAG:
            raise WorkbookError(
                f"The part {part} holds a tag of over {LONGEST_TAG >> 20} MB. It was not opened."
            )
    parser.Parse(b"", True)  # noqa: FBT003


def _require_known_encoding(
    part: str, _version: str, encoding: str | None, _standalone: int
) -> None:
    if encoding is not None and encoding.lower().encode() not in ENCODINGS:
        raise WorkbookError(
            f"The part {part} is in an encoding that no workbook has. Open it in Excel and save it."
        )


def as_utf8(data: bytes) -> bytes:
    """Return a part as UTF-8, so that byte offsets are those of its text.

    Returns the same object if the part is UTF-8 already.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        declared = ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
        encoding = "utf-8" if declared is None else declared.group(1).decode().lower()
        if encoding in UTF8 or encoding.encode() not in ENCODINGS:
            return data  # the parser reports the error
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return data
    prolog, closed, rest = text.partition("?>")
    return (
        re.sub(r"encoding\s*=\s*([\"'])[^\"']*\1", 'encoding="UTF-8"', prolog, count=1)
        + closed
        + rest
    ).encode()


def tag_end(data: bytes, start: int) -> int:
    """Return the offset after the start tag (or empty element) that begins at `start`.

    A `>` inside an attribute value does not end the tag.
    """
    match = START_TAG.match(data, start)
    if match is None:
        raise WorkbookError(
            "A sheet holds XML that cannot be edited safely. Open the workbook in Excel and"
            " save it."
        )
    return match.end()


def element_end(data: bytes, start: int, closing: int) -> int:
    """Return the offset after the element that began at `start` and whose end event came at
    `closing`.

    For an empty element, the offset of the end event is not reliable, so `closing` is not used.
    """
    end = tag_end(data, start)
    return end if is_empty(data, end) else data.index(b">", closing) + 1


def is_empty(data: bytes, end: int) -> bool:
    """Whether the tag that ends at `end` is an empty element (``/>``)."""
    return data[end - 2 : end] == b"/>"


def element_name(tag: bytes) -> bytes:
    """Return the name of an element as in its start tag, with its prefix."""
    match = TAG_NAME.match(tag)
    if match is None:
        raise WorkbookError(
            "A sheet holds XML that cannot be edited safely. Open the workbook in Excel and"
            " save it."
        )
    return match.group(1)


def with_attributes(tag: bytes, changes: dict[str, str | None]) -> bytes:
    """Return a copy of a start tag with some attributes set or (None) removed.

    The other attributes keep their order and bytes.
    """
    closing = b"/>" if tag.endswith(b"/>") else b">"
    name, todo = b"<" + element_name(tag), dict(changes)
    parts = [name]
    for match in ATTRIBUTE.finditer(tag, len(name)):
        key = match.group(1).decode()
        if key not in todo:
            parts.append(match.group())
            continue
        value = todo.pop(key)
        if value is not None:
            parts.append(f' {key}="{attribute(value)}"'.encode())
    parts += [
        f' {key}="{attribute(value)}"'.encode() for key, value in todo.items() if value is not None
    ]
    return b"".join(parts) + closing


def attributes_of(tag: bytes) -> dict[str, str]:
    """Return the attributes of a start tag by name as written (with prefix)."""
    return {
        match.group(1).decode(): unescaped(match.group(2)[1:-1].decode())
        for match in ATTRIBUTE.finditer(tag)
    }


def unescaped(text: str) -> str:
    """Resolve character references and the five entities of XML. Raises ValueError for a reference
    to a character that XML cannot hold.
    """
    if "&" not in text:
        return text

    def resolved(match: re.Match[str]) -> str:
        decimal, hexadecimal, name = match.groups()
        if name:
            return ENTITIES[name]
        character = chr(int(decimal) if decimal else int(hexadecimal, 16))
        if NOT_XML.match(character):
            raise ValueError(f"{match.group()} is no character of a text")
        return character

    return REFERENCE.sub(resolved, text)


def attribute(value: str) -> str:
    """Escape a text for a double-quoted attribute."""
    return (
        escaped(value)
        .replace('"', "&quot;")
        .replace("\n", "&#10;")
        .replace("\r", "&#13;")
        .replace("\t", "&#9;")
    )


def escaped(value: str) -> str:
    """Escape a text for element content."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cell_text(value: str) -> str:
    """Escape a cell's text: XML, characters that XML cannot hold, and text that only looks like
    such an escape.
    """
    guarded = ESCAPE.sub(lambda match: f"_x005F_x{match.group(1)}_", value)
    if guarded.isprintable():
        return escaped(guarded)
    coded = NOT_XML.sub(lambda match: f"_x{ord(match.group()):04X}_", guarded).replace(
        "\r", "_x000D_"
    )
    return escaped(coded)


def plain_text(value: str) -> str:
    """Undo the ``_xHHHH_`` escapes of a cell's text, except halves of a character (surrogates)."""
    return (
        CHARACTER.sub(lambda match: chr(int(match.group(1), 16)), value) if "_x" in value else value
    )


def splice(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Replace byte ranges, which may be in any order and must not overlap. Empty ranges insert."""
    pieces: list[bytes] = []
    place = 0
    for start, end, content in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start < place:
            raise ValueError("edits overlap")
        pieces += (data[place:start], content)
        place = end
    pieces.append(data[place:])
    return b"".join(pieces)
