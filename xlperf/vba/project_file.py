"""A VBA project: the content of ``vbaProject.bin``, made from source text, and the text back from
it.

Source: [MS-OVBA], Office VBA File Format Structure; section numbers below are its own. Only what a
host needs to read the sources is written, and no performance cache: Excel compiles the project when
it is first used. The choices between what the specification allows (in `_dir`, `PROTECTION`,
`VERSION`) follow projects that Excel is known to open. The same sources give the same bytes: every
number that a host draws at random is constant here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from xlperf.vba.compound import compound_file, streams_of
from xlperf.vba.compression import compressed, decompressed

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT_ID = "{5B1F0C9E-7A64-4D53-9E3B-2C8A61D4F0A7}"
"""2.3.1.2: identifies the project; drawn once for this workbook, never changed."""
CODE_PAGE, ENCODING = 1252, "cp1252"  #: 2.3.4.2.1.5, Western European
LANGUAGE = 0x0409  #: 2.3.4.2.1.3, US English, the language of VBA itself
WIN64 = 3  #: 2.3.4.2.1.1, system kind
NO_COOKIE = 0xFFFF  #: 2.3.4.2.3.1: "MUST be 0xFFFF on write"
VERSION = struct.pack("<HHBH", 0x61CC, 0xFFFF, 0x00, 0x0000)
"""2.3.4.1, the stream _VBA_PROJECT: "Version MUST be 0xFFFF on write", so that no performance cache
is looked for.
"""
LONGEST_NAME = 31  #: characters of a module's name that the editor and Excel accept
SEED = 0x5A  #: 2.4.3.2: any byte; bits 1 and 2 set how many bytes are to be ignored
AUTOMATION = (
    r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE"
    r" Automation"
)
OFFICE = (
    r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft"
    r" Shared"
    r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"
)
REFERENCES = (("stdole", AUTOMATION), ("Office", OFFICE))
"""2.3.4.2.2.5 and 2.1.1.8. Type libraries are found by their class id; the path is where Office
puts them. The second declares IRibbonControl. VBA and Excel themselves are given by the host.
"""
SOURCE_START = b"\x00Attribut"
"""How the text of every module begins when compressed: a flag byte of zeros, then eight characters.
"""
#: 2.3.1.18, the host extender
EDITOR = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"


class ModuleKind(Enum):
    """What a module is: how the project lists it."""

    PROCEDURES = "Module"
    CLASS = "Class"
    DOCUMENT = "Document"
    """Belongs to the workbook or to one of its sheets, which carry the module's name as their code
    name.
    """


@dataclass(frozen=True, slots=True)
class Module:
    """A module: name, kind, and source with its attributes and any line ends."""

    name: str
    kind: ModuleKind
    source: str

    @property
    def stored(self) -> bytes:
        """Source as a project holds it: Windows line ends, Western European; a character outside it
        is an error.
        """
        return self.source.replace("\r\n", "\n").replace("\n", "\r\n").encode(ENCODING)


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """Give the bytes of ``vbaProject.bin``; document modules come first, the workbook's before its
    sheets'.
    """
    seen = {name.lower()}
    for module in modules:
        if not (
            module.name.isascii()
            and module.name.isidentifier()
            and len(module.name) <= LONGEST_NAME
        ):
            raise ValueError(
                f"'{module.name}' cannot name a module: letters, digits and _, at most"
                f" {LONGEST_NAME}"
            )
        if module.name.lower() in seen:
            raise ValueError(f"two modules, or the project and a module, are named {module.name}")
        seen.add(module.name.lower())
        if f'Attribute VB_Name = "{module.name}"' != module.source.partition("\n")[0].rstrip("\r"):
            raise ValueError(f"the source of {module.name} does not begin with its name")
    streams = {
        "VBA/dir": compressed(_dir(name, modules)),
        "VBA/_VBA_PROJECT": VERSION,
        **{f"VBA/{module.name}": compressed(module.stored) for module in modules},
        "PROJECT": _project(name, modules),
        "PROJECTwm": _names(modules),
    }
    return compound_file(streams)


def sources_of(project: bytes) -> dict[str, str]:
    """Give the source of each module by its name; line ends as stored.

    Excel puts a performance cache before the source (2.3.4.3), so it is looked for by its start.
    Raises OSError, ValueError and others for a damaged project.
    """
    return {
        path.rpartition("/")[2]: decompressed(stream[start - 3 :]).decode(
            ENCODING, errors="replace"
        )
        for path, stream in streams_of(project).items()
        if (start := stream.find(SOURCE_START)) >= 3
    }


# --- Records of the dir stream (2.3.4.2)
# --------------------------------------------------------------------------


def _record(identifier: int, content: bytes) -> bytes:
    return struct.pack("<HI", identifier, len(content)) + content


def _text(identifier: int, wide: int, text: str) -> bytes:
    """Text twice: in the code page, then as UTF-16."""
    return _record(identifier, text.encode(ENCODING)) + _record(wide, text.encode("utf-16-le"))


def _dir(name: str, modules: Sequence[Module]) -> bytes:
    """The dir stream before compression."""
    long, short = struct.Struct("<I").pack, struct.Struct("<H").pack
    parts = [
        _record(0x0001, long(WIN64)),  # PROJECTSYSKIND 2.3.4.2.1.1
        _record(0x0002, long(LANGUAGE)),  # PROJECTLCID
        _record(0x0014, long(LANGUAGE)),  # PROJECTLCIDINVOKE
        _record(0x0003, short(CODE_PAGE)),  # PROJECTCODEPAGE
        _record(0x0004, name.encode(ENCODING)),  # PROJECTNAME
        _text(0x0005, 0x0040, ""),  # PROJECTDOCSTRING
        _record(0x0006, b"") + _record(0x003D, b""),  # PROJECTHELPFILEPATH
        _record(0x0007, long(0)),  # PROJECTHELPCONTEXT
        _record(0x0008, long(0)),  # PROJECTLIBFLAGS
        struct.pack(
            "<HIIH", 0x0009, 4, 1, 0
        ),  # PROJECTVERSION 1.0: its size field leaves the minor version out
        _text(0x000C, 0x003C, ""),  # PROJECTCONSTANTS
    ]
    for short_name, library in REFERENCES:
        identity = library.encode("ascii")
        parts.append(_text(0x0016, 0x003E, short_name))  # REFERENCENAME
        parts.append(
            _record(0x000D, long(len(identity)) + identity + long(0) + short(0))
        )  # REFERENCEREGISTERED
    parts.append(
        _record(0x000F, short(len(modules))) + _record(0x0013, short(NO_COOKIE))
    )  # PROJECTMODULES, -COOKIE
    for module in modules:
        kind = 0x0021 if module.kind is ModuleKind.PROCEDURES else 0x0022
        parts += [
            _text(0x0019, 0x0047, module.name),  # MODULENAME, MODULENAMEUNICODE
            _text(0x001A, 0x0032, module.name),  # MODULESTREAMNAME
            _text(0x001C, 0x0048, ""),  # MODULEDOCSTRING
            _record(0x0031, long(0)),  # MODULEOFFSET: no performance cache before the source
            _record(0x001E, long(0)),  # MODULEHELPCONTEXT
            _record(0x002C, short(NO_COOKIE)),  # MODULECOOKIE
            _record(kind, b""),  # MODULETYPE
            _record(0x002B, b""),  # end of the module
        ]
    return b"".join([*parts, _record(0x0010, b"")])  # end of the stream


# --- The other streams of the project
# --------------------------------------------------------------------------


def _project(name: str, modules: Sequence[Module]) -> bytes:
    """The PROJECT stream (2.3.1): what the editor shows."""
    lines = [
        f'ID="{PROJECT_ID}"',
        *(
            f"{item.kind.value}={item.name}"
            f"{'/&H00000000' if item.kind is ModuleKind.DOCUMENT else ''}"
            for item in modules
        ),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{encrypted(struct.pack("<I", 0))}"',  # 2.3.1.15: not protected
        f'DPB="{encrypted(bytes(1))}"',  # 2.3.1.16: no password
        f'GC="{encrypted(bytes([0xFF]))}"',  # 2.3.1.17: visible
        "",
        "[Host Extender Info]",
        EDITOR,
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode(ENCODING)


def _names(modules: Sequence[Module]) -> bytes:
    """The PROJECTwm stream (2.3.3): each name in the code page and as UTF-16; plain, never
    compressed.
    """
    pairs = (
        module.name.encode(ENCODING) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
        for module in modules
    )
    return b"".join([*pairs, b"\0\0"])


def encrypted(data: bytes, seed: int = SEED) -> str:
    """Data encryption of 2.4.3.2, with `seed` also for the bytes to be ignored; hexadecimal."""
    key = sum(PROJECT_ID.encode(ENCODING)) & 0xFF
    version = 2
    out = [seed, seed ^ version, seed ^ key]
    plain = key
    for byte in bytes([seed]) * ((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        out.append(byte ^ ((out[-2] + plain) & 0xFF))
        plain = byte
    return bytes(out).hex().upper()
