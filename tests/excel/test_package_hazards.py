"""Zip files as other programs write them, and as nobody should: read, copied as they are, or
refused in a sentence.
"""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.measuring import PEAK
from tests.excel.torture import packed, simple, torture, unpacked
from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import package
from xlperf.excel.file import FileWorkbook
from xlperf.excel.port import SetRows, SetValue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Unseekable(io.RawIOBase):
    """A pipe: makes zipfile write data descriptors."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.content += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def base() -> bytes:
    return simple([["a", 1], ["b", 2]])


def refreshed(data: bytes) -> dict[str, bytes]:
    book = FileWorkbook(data, "Book.xlsx")
    book.apply(
        [SetValue("spot", "new"), SetRows("tblA", ("A", "B"), (("x", 10), ("y", 20), ("z", 30)))]
    )
    again = FileWorkbook(book.to_bytes(), "Book.xlsx")
    assert again.read(["tblA"])["tblA"].rows == (("x", 10), ("y", 20), ("z", 30))
    assert again.cells(["spot"])["spot"].value == "new"
    return unpacked(book.to_bytes())


def test_data_descriptors_are_understood():
    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in unpacked(base()).items():
            new.writestr(name, data)
    assert any(info.flag_bits & 8 for info in zipfile.ZipFile(BytesIO(out.content)).infolist())
    assert refreshed(out.content)


def test_zip64_fields_extra_fields_and_comments_are_understood():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.comment = b"a comment"
        for name, data in unpacked(base()).items():
            info = zipfile.ZipInfo(name, (2014, 9, 30, 12, 30, 10))
            info.comment, info.extra = b"of a member", struct.pack("<HH4s", 0xCAFE, 4, b"abcd")
            info.external_attr = 0o100644 << 16
            with new.open(info, "w", force_zip64=True) as stream:
                stream.write(data)
    assert refreshed(out.getvalue())
    book = FileWorkbook(out.getvalue(), "x")
    book.apply([SetValue("spot", "new")])
    with zipfile.ZipFile(BytesIO(book.to_bytes())) as result:
        assert result.comment == b"a comment"
        assert {(i.date_time, i.comment, i.external_attr) for i in result.infolist()} == {
            ((2014, 9, 30, 12, 30, 10), b"of a member", 0o100644 << 16)
        }


def test_stored_members_stay_stored():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name, data in unpacked(base()).items():
            new.writestr(name, data)
    book = FileWorkbook(out.getvalue(), "x")
    book.apply([SetValue("spot", "new")])
    with zipfile.ZipFile(BytesIO(book.to_bytes())) as result:
        methods = {info.filename: info.compress_type for info in result.infolist()}
    assert [name for name, method in methods.items() if method] == ["xl/worksheets/sheet2.xml"]


@pytest.mark.parametrize("change", [str.upper, lambda name: name.replace("/", "\\")])
def test_names_in_another_case_or_with_backslashes_are_found(change):
    parts = {
        name if name == "[Content_Types].xml" else change(name): data
        for name, data in unpacked(base()).items()
    }
    assert set(refreshed(packed(parts))) == set(parts)


def test_absolute_and_percent_encoded_targets_are_followed():
    parts = unpacked(base())
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(b'"worksheets/sheet1.xml"', b'"/xl/worksheets/sheet%201.xml"')
    parts[rels] = parts[rels].replace(
        b'"worksheets/sheet2.xml"', b'"..\\xl\\worksheets\\.\\sheet2.xml"'
    )
    parts["xl/worksheets/sheet 1.xml"] = parts.pop("xl/worksheets/sheet1.xml")
    old = "xl/worksheets/_rels/sheet1.xml.rels"
    parts["xl/worksheets/_rels/sheet 1.xml.rels"] = parts.pop(old).replace(
        b'"../tables/', b'"/xl/tables/'
    )
    assert refreshed(packed(parts))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused():
    out = BytesIO(base())
    with zipfile.ZipFile(out, "a") as more:
        more.writestr("xl/Workbook.xml", b"<other/>")
    refused(out.getvalue(), "twice")


def used(data: bytes) -> None:
    book = FileWorkbook(data, "Book.xlsx")
    book.read(["tblA"])
    book.apply([SetValue("spot", "new")])


def refused(data: bytes, said: str) -> None:
    with pytest.raises(WorkbookError, match=said) as caught:
        used(data)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "password"),
        (b"Measure,Month,Count\n", "no Excel workbook"),
        (b"PK\x03\x04 and no more", "damaged or cut short"),
        (packed({"a.txt": b"text"}), "no list of contents"),
        (packed({"[Content_Types].xml": b"<Types/>"}), "no workbook inside"),
    ],
)
def test_what_is_no_workbook_is_refused(data, said):
    refused(data, said)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_refused(share):
    data = base()
    refused(data[: int(len(data) * share)], "damaged or cut short")


def test_a_damaged_member_is_refused_and_others_are_still_usable():
    data = bytearray(torture())
    with zipfile.ZipFile(BytesIO(torture())) as whole:
        info = whole.getinfo("xl/worksheets/sheet2.xml")
    for place in range(info.header_offset + 80, info.header_offset + 100):
        data[place] ^= 0xFF
    book = FileWorkbook(bytes(data), "Book.xlsm")
    assert book.cells(["tile_0_value"])["tile_0_value"].value == 0
    with pytest.raises(WorkbookError, match=r"sheet2\.xml cannot be unpacked"):
        book.read(["tblData"])


def test_encrypted_members_and_strange_compression_are_refused():
    data = bytearray(base())
    with zipfile.ZipFile(BytesIO(data)) as whole:
        start = whole.start_dir
    data[start + 8] |= 1
    refused(bytes(data), "encrypted")
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as new:
        for name, content in unpacked(base()).items():
            new.writestr(name, content)
    refused(out.getvalue(), "packed in a way")


def test_a_part_that_is_missing_is_named():
    parts = unpacked(base())
    del parts["xl/worksheets/sheet2.xml"]
    refused(packed(parts), r"xl/worksheets/sheet2\.xml is missing")


def test_binary_workbooks_templates_and_add_ins_are_refused(tmp_path: Path):
    parts = unpacked(base())
    kinds = {
        "ms-excel.template.macroEnabled.main+xml": ".xltm",
        "ms-excel.addin.macroEnabled.main+xml": ".xlam",
        "something.else": "no Excel workbook",
    }
    for kind, said in kinds.items():
        name = "[Content_Types].xml"
        content = re.sub(
            rb"openxmlformats-officedocument\.spreadsheetml\.sheet\.main\+xml",
            kind.encode(),
            parts[name],
        )
        path = tmp_path / "Book.xlsx"
        path.write_bytes(packed(parts | {name: content}))
        with pytest.raises(WorkbookError, match=re.escape(said)):
            FileWorkbook.open(path)
    binary = {name.replace("workbook.xml", "workbook.bin"): data for name, data in parts.items()}
    binary["_rels/.rels"] = parts["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin")
    refused(packed(binary), "xlsb")


@pytest.mark.parametrize("kind", ["relation", "part"])
def test_a_signed_workbook_may_be_read_but_not_edited(kind):
    parts = unpacked(base())
    if kind == "part":
        parts["_xmlsignatures/sig1.xml"] = b"<Signature/>"
    else:
        relation = (
            b'<Relationship Id="sig" Target="sig/origin.sigs" '
            b'Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"/></Relationships>'
        )
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", relation)
    book = FileWorkbook(packed(parts), "Book.xlsx")
    assert book.read(["tblA"])
    with pytest.raises(LayoutError, match="signature"):
        book.apply([SetValue("spot", "new")])


def bomb(parts: Mapping[str, int]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in unpacked(base()).items():
            new.writestr(name, data)
        for name, size in parts.items():
            with new.open(name, "w") as stream:
                for _ in range(size // 1_000_000):
                    stream.write(bytes(1_000_000))
    return out.getvalue()


def test_bombs_are_refused_before_anything_is_unpacked(monkeypatch):
    refused(bomb({"xl/worksheets/sheet9.xml": 60_000_000}), "unpacks to")
    refused(bomb({f"xl/media/{number}.bin": 9_000_000 for number in range(14)}), "unpacks to")
    monkeypatch.setattr(package, "MOST_MEMBERS", 5)
    refused(base(), "more than 5 parts")


def test_a_size_that_is_a_lie_is_found_out():
    data = bytearray(bomb({"xl/media/lie.bin": 5_000_000}))
    with zipfile.ZipFile(BytesIO(bytes(data))) as whole:
        info = whole.getinfo("xl/media/lie.bin")
        place = bytes(data).index(b"xl/media/lie.bin", whole.start_dir) - 46
    data[place + 24 : place + 28] = struct.pack("<L", 10)
    opened = package.Package(bytes(data), "Book.xlsx")
    assert opened.size("xl/media/lie.bin") == 10 != info.file_size
    with pytest.raises(WorkbookError, match="cannot be unpacked"):
        opened.read("xl/media/lie.bin")


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is asked of Linux")
def test_reading_a_bomb_takes_little_memory(tmp_path: Path):
    path = tmp_path / "Bomb.xlsx"
    path.write_bytes(bomb({"xl/worksheets/sheet9.xml": 400_000_000}))
    code = (
        "import sys; from pathlib import Path; from xlperf.excel.file import FileWorkbook; from"
        " xlperf.errors import *\ntry: FileWorkbook.open(Path(sys.argv[1]))\nexcept WorkbookError"
        f" as error: print(error)\n{PEAK}print(peak())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    said, memory = run.stdout.splitlines()
    assert "unpacks to" in said
    assert int(memory) < 300_000  # kibibytes; unpacked it is 390,625
