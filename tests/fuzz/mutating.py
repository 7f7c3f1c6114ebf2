"""Files made slightly wrong: of a real file, a seed makes one and the same other.

What is changed stands at four levels: the bytes of the file, the members of a package, the elements
and attributes of a part, and the values in them. Values come from a list of those that readers trip
over, or from another place of the part.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = (
    "", " ", "0", "-1", "1", "2", "7", "1e308", "1e400", "-1e-400", "NaN", "INF", "0x10", "1_000", "1,5", "1.000",
    "65535", "1048576", "1048577", "16384", "16385", "2147483648", "99999999999999999999", "9" * 400, "٣", "²", "½",
    "true", "TRUE", "on", "A1", "a1", "A0", "XFD1048576", "XFE1", "A1048577", "A1:XFD1048576", "B2:A1", "$A$1:$B$2",
    "A:A", "1:1", "A1 B2", "#REF!", "#N/A", "Sheet1!A1", "'It''s'!A1", "tblMonthly", "tblSettings", "Settings",
    "2014-09-30", "2014-13-45", "0000-00-00", "41912", "-41912", "2958466", "Sep-14", "1/2/3", "12:00", "1900-02-29",
    "&#0;", "&#x110000;", "&#xD800;", "&amp;", "&lt;c&gt;", "&nothing;", "]]>", "<!--", "-->", "<?x?>", "<![CDATA[x]]>",
    "_x0000_", "_xD800_", "_x005F_x0041_", "\u202e", "\u200b", "\ufeff", "\U0001f600", "e\u0301", "\x7f", "\x85",
    "../../../etc/passwd", "/etc/passwd", "C:\\x", "\\\\server\\share", "file:///x", "http://x.example/", "mailto:a@b",
    "%s%n", "{0}", "{{ x }}", "{% for a in b %}", "${x}", "=1+1", "=HYPERLINK(\"#A1\")", "x" * 300, "y" * 40_000,
    "s", "str", "inlineStr", "b", "e", "d", "n", "array", "shared", "dataTable", "External", "utf-16", "UTF-7",
)  # fmt: skip
TAG = re.compile(rb"<[^<>]*>")
ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')
TEXT = re.compile(rb">([^<>]+)<")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
WORD = re.compile(rb"[^\s<>()\[\]{}/\"',:;=]+")
MOST_COPIES = (2, 3, 40, 1_000)
IMPORTANT = re.compile(r"\.xml$|\.rels$")
UNIMPORTANT = re.compile(
    r"theme|printerSettings|media/|calcChain|vbaProject|drawing|chart", re.IGNORECASE
)


def mutated(data: bytes, seed: str) -> bytes:
    """Change a file in one to three places."""
    random = Random(seed)  # noqa: S311 - the same seed must give the same file
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        data = _of_kind(data)(data, random)
    return data


def _of_kind(data: bytes) -> Callable[[bytes, Random], bytes]:
    if data.startswith(b"PK") and zipfile.is_zipfile(BytesIO(data)):
        return package
    if data.startswith(b"%PDF"):
        return pdf
    return jsonlike if data.lstrip().startswith(b"{") else text


# -- bytes
# --------------------------------------------------------------------------------------------------


def flip(data: bytes, random: Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 2, 8)) if data else 0):
        changed[random.randrange(len(changed))] = random.choice(
            (0, 0xFF, 0x80, 0x3C, 0x22, random.randrange(256))
        )
    return bytes(changed)


def cut(data: bytes, random: Random) -> bytes:
    """Leave out a stretch, or all from a place on."""
    start = random.randrange(len(data) + 1)
    return data[:start] + (
        b"" if random.random() < 0.3 else data[start + random.choice((1, 2, 10, 500, 5_000)) :]
    )


def repeat(data: bytes, random: Random) -> bytes:
    """Put a stretch in again, or elsewhere."""
    start, place = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    piece = data[start : start + random.choice((1, 4, 50, 3_000))]
    return data[:place] + piece * random.choice((1, 2, 200)) + data[place:]


def put(data: bytes, random: Random) -> bytes:
    """Put a value in anywhere."""
    place = random.randrange(len(data) + 1)
    return data[:place] + value(random) + data[place:]


def value(random: Random) -> bytes:
    """Give a value that readers trip over."""
    return random.choice(VALUES).encode("utf-8", "surrogatepass")


BYTES = (flip, cut, repeat, put)

# -- packages
# --------------------------------------------------------------------------------------------------


def package(data: bytes, random: Random) -> bytes:
    """Change a package: a part most often, its members, or its bytes."""
    if random.random() < 0.06:
        return random.choice(BYTES)(data, random)
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            members = [(name, file.read(name)) for name in file.namelist()]
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
    ):
        return random.choice(BYTES)(data, random)
    if not members:
        return data
    if random.random() < 0.12:
        return lies(written(random.choice(MEMBERS)(members, random)), random)
    names = [name for name, _ in members]
    weights = [
        5 if IMPORTANT.search(name) and not UNIMPORTANT.search(name) else 1 for name in names
    ]
    at = random.choices(range(len(names)), weights)[0]
    name, content = members[at]
    change = xml if IMPORTANT.search(name) else random.choice(BYTES)
    members[at] = (name, change(content, random))
    return written(members)


def written(members: list[tuple[str, bytes]]) -> bytes:
    """Pack members, in their order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            file.writestr(info, content, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def without(members: list[tuple[str, bytes]], random: Random) -> list[tuple[str, bytes]]:
    """Leave a member out."""
    at = random.randrange(len(members))
    return members[:at] + members[at + 1 :]


def emptied(members: list[tuple[str, bytes]], random: Random) -> list[tuple[str, bytes]]:
    """Empty a member, or give it the content of another."""
    at = random.randrange(len(members))
    content = random.choice((b"", random.choice(members)[1]))
    return [*members[:at], (members[at][0], content), *members[at + 1 :]]


def renamed(members: list[tuple[str, bytes]], random: Random) -> list[tuple[str, bytes]]:
    """Give a member another name, or a second one."""
    at = random.randrange(len(members))
    name, content = members[at]
    new = random.choice(
        (name.upper(), name.replace("/", "\\"), f"/{name}", f"../{name}", name + "x", "é" + name)
    )
    return [*members[: at + random.randrange(2)], (new, content), *members[at + 1 :]]


def shuffled(members: list[tuple[str, bytes]], random: Random) -> list[tuple[str, bytes]]:
    """Give the members another order."""
    return random.sample(members, len(members))


MEMBERS = (without, emptied, renamed, shuffled)


def lies(data: bytes, random: Random) -> bytes:
    """Now and then, state other sizes, checksums or places in the directory of a package than it
    has.
    """
    places = [match.start() for match in re.finditer(rb"PK\x01\x02", data)]
    if not places or random.random() < 0.6:
        return data
    at, wrong = (
        random.choice(places) + random.choice((8, 10, 16, 20, 24, 28, 30, 42)),
        bytearray(data),
    )
    struct.pack_into("<H", wrong, at, random.choice((0, 1, 9, 0xFFFF)))
    return bytes(wrong)


# -- XML
# --------------------------------------------------------------------------------------------------


def xml(data: bytes, random: Random) -> bytes:
    """Change a part: an attribute or a text most often, an element, or its bytes."""
    change = random.choices(
        (attribute, content, element, *BYTES, encoding), (30, 18, 30, 4, 4, 6, 4, 2)
    )[0]
    return change(data, random)


def attribute(data: bytes, random: Random) -> bytes:
    """Change, remove, double or rename an attribute."""
    match = _one(ATTRIBUTE, data, random)
    if match is None:
        return data
    name, old = match.groups()
    fresh = random.choice(
        (value(random), value(random), _other(ATTRIBUTE, data, random, 2), _near(old, random))
    )
    new = b'%s="%s"' % (name, fresh)
    new = random.choice(
        (new,) * 6
        + (b"", match.group() + b" " + new, b'x%s="%s"' % (name, old), new.replace(b'"', b"'"))
    )
    return data[: match.start()] + new + data[match.end() :]


def content(data: bytes, random: Random) -> bytes:
    """Change a text between two tags."""
    match = _one(TEXT, data, random)
    if match is None:
        return data
    old = match.group(1)
    fresh = random.choice(
        (value(random), value(random), _other(TEXT, data, random, 1), _near(old, random))
    )
    return data[: match.start(1)] + fresh + data[match.end(1) :]


def element(data: bytes, random: Random) -> bytes:
    """Remove, double, move or nest an element; or only its tag."""
    match = _one(TAG, data, random)
    if match is None:
        return data
    start, end = match.span()
    name = re.match(rb"</?([^\s/>]*)", match.group())
    if not match.group().endswith(b"/>") and name is not None and random.random() < 0.8:
        closed = data.find(b"</" + name.group(1) + b">", end)
        end = closed + len(name.group(1)) + 3 if closed >= 0 else end
    whole, rest = data[start:end], data[:start] + data[end:]
    place = _one(TAG, data, random)
    at = place.start() if place else 0
    return random.choice(
        (
            rest,
            data[:end] + whole * random.choice(MOST_COPIES) + data[end:],
            rest[:at] + whole + rest[at:],
            data[:at] + whole + data[at:],
            data[:start] + b"<a>" * 300 + whole + b"</a>" * 300 + data[end:],
            data[:start] + b"<!-- " + whole.replace(b"--", b"") + b" -->" + data[end:],
            data[:start] + b'<x:y xmlns:x="u">' + whole + b"</x:y>" + data[end:],
        )
    )


def encoding(data: bytes, random: Random) -> bytes:
    """Put a part in another encoding, or say so only."""
    name = random.choice(("utf-16", "utf-16-le", "utf-8-sig", "latin-1", "utf-32", "utf-7"))
    said = re.sub(rb'encoding="[^"]*"', b'encoding="%s"' % name.encode(), data, count=1)
    if random.random() < 0.4:
        return said
    return random.choice((data, said)).decode("utf-8", "replace").encode(name, "replace")


def _one(pattern: re.Pattern[bytes], data: bytes, random: Random) -> re.Match[bytes] | None:
    """Find the pattern after some place; tried again from the start."""
    return pattern.search(data, random.randrange(len(data) + 1)) or pattern.search(data)


def _other(pattern: re.Pattern[bytes], data: bytes, random: Random, group: int) -> bytes:
    match = _one(pattern, data, random)
    return b"" if match is None else match.group(group)


def _near(old: bytes, random: Random) -> bytes:
    """Give a number near to one that is there, or far from it; a text in another spelling."""
    if re.fullmatch(rb"-?\d{1,15}", old):
        return b"%d" % random.choice(
            (int(old) + 1, int(old) - 1, -int(old), int(old) * 1_000, int(old) // 2)
        )
    return random.choice(
        (old.upper(), old.lower(), old + b" ", b" " + old, old * 3, old[:-1], old[::-1])
    )


# -- other kinds
# --------------------------------------------------------------------------------------------------


def pdf(data: bytes, random: Random) -> bytes:
    """Change a PDF: its words, what its streams hold, or its bytes."""
    streams = list(STREAM.finditer(data))
    if streams and random.random() < 0.4:
        match = random.choice(streams)
        try:
            plain = zlib.decompress(match.group(1))
        except zlib.error:
            plain = match.group(1)
        fresh = random.choice((words, *BYTES))(plain, random)
        packed = zlib.compress(fresh) if random.random() < 0.8 else fresh
        return data[: match.start(1)] + packed + data[match.end(1) :]
    return random.choices((words, *BYTES), (8, 1, 1, 1, 1))[0](data, random)


def words(data: bytes, random: Random) -> bytes:
    """Put a value, or another word of the file, in the place of a word."""
    match = _one(WORD, data, random)
    if match is None:
        return data
    fresh = random.choice(
        (value(random), _other(WORD, data, random, 0), _near(match.group(), random))
    )
    return data[: match.start()] + fresh + data[match.end() :]


def lines(data: bytes, random: Random) -> bytes:
    """Leave a line out, double it or move it."""
    rows = data.splitlines(keepends=True)
    if not rows:
        return data
    row = rows.pop(random.randrange(len(rows)))
    for _ in range(random.choice((0, 1, 2, 500))):
        rows.insert(random.randrange(len(rows) + 1), row)
    return b"".join(rows)


def text(data: bytes, random: Random) -> bytes:
    """Change a text."""
    return random.choices((words, lines, encoding, *BYTES), (5, 3, 1, 1, 1, 1, 2))[0](data, random)


def jsonlike(data: bytes, random: Random) -> bytes:
    """Change a JSON text: a value of it most often."""
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return text(data, random)
    if random.random() < 0.25:
        return text(data, random)
    places = list(_places(whole))
    holder, key = random.choice(places)
    kinds: tuple[Any, ...] = (
        None,
        True,
        -1,
        1e400,
        10**400,
        [],
        {},
        [[[]]],
        "",
        value(random).decode("utf-8", "replace"),
    )
    if random.random() < 0.2:
        del holder[key]
    elif random.random() < 0.2 and isinstance(holder, dict):
        holder[value(random).decode("utf-8", "replace")] = holder.pop(key)
    else:
        other = random.choice(places)
        holder[key] = random.choice(
            (*kinds, other[0].get(other[1]) if isinstance(other[0], dict) else None)
        )
    try:
        return json.dumps(whole, ensure_ascii=random.random() < 0.3).encode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError):
        return b"[" * 100_000


def _places(node: Any) -> Any:
    for key in node if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], (dict, list)):
            yield from _places(node[key])
