"""The ribbon tab: ``ribbon.xml`` beside this file, put into a workbook for Excel of today and of
2007.

Source: [MS-CUSTOMUI] and [MS-CUSTOMUI2], whose elements are the same as far as used here. Excel
2010 and later read the part of the second relation and ignore the first. Pictures have names of
the imageMso table of [MS-CUSTOMUI].
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

from xlperf.excel.package import LEVEL, Package

RELATIONS = "_rels/.rels"
CLOSING = b"</Relationships>"
CURRENT = b"http://schemas.microsoft.com/office/2009/07/customui"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Edition:
    """One form of the ribbon: its part, the relation that leads there, and its namespace."""

    part: str
    identifier: str
    relation: str
    namespace: bytes


EDITIONS = (
    Edition(
        "customUI/customUI.xml",
        "xlperfRibbon2007",
        "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
        b"http://schemas.microsoft.com/office/2006/01/customui",
    ),
    Edition(
        "customUI/customUI14.xml",
        "xlperfRibbon",
        "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
        CURRENT,
    ),
)


def ribbon(edition: Edition) -> bytes:
    """Give the XML of the tab."""
    return (
        files(__package__)
        .joinpath("ribbon.xml")
        .read_bytes()
        .replace(b"\r\n", b"\n")
        .replace(CURRENT, edition.namespace)
    )


def with_ribbon(package: Package) -> bytes:
    """Give the bytes of a workbook with the tab; the parts are of the default type of ``.xml``, as
    in Office's own.
    """
    relations = "".join(
        f'<Relationship Id="{edition.identifier}" Type="{edition.relation}"'
        f' Target="{edition.part}"/>'
        for edition in EDITIONS
    )
    index = package.read(RELATIONS).replace(CLOSING, relations.encode() + CLOSING, 1)
    memory = BytesIO(package.write({RELATIONS: index}))
    with zipfile.ZipFile(memory, "a") as archive:
        for edition in EDITIONS:
            member = zipfile.ZipInfo(edition.part, FIXED_DATE)
            member.compress_type, member.create_system = (
                zipfile.ZIP_DEFLATED,
                0,
            )  # the same on every system
            archive.writestr(member, ribbon(edition), compresslevel=LEVEL)
    return memory.getvalue()
