"""The writer of VBA projects: compound file, records, compression, each read back by programs of
others.
"""

from __future__ import annotations

import io
import struct
import zipfile
from hashlib import sha256
from pathlib import Path

import olefile
import pytest
import xlwings
from hypothesis import given
from hypothesis import strategies as st

from tests.vba.decompiled import sources, unpacked
from xlperf.vba import project_file
from xlperf.vba.compound import BLACK, NO_ENTRY, RED, compound_file
from xlperf.vba.compression import compressed
from xlperf.vba.project_file import Module, ModuleKind, vba_project

SIMPLE = 'Attribute VB_Name = "{}"\nSub Say()\n    MsgBox "£5 – done"\nEnd Sub\n'
MODULES = (
    Module("ThisWorkbook", ModuleKind.DOCUMENT, 'Attribute VB_Name = "ThisWorkbook"\n'),
    Module("shOne", ModuleKind.DOCUMENT, 'Attribute VB_Name = "shOne"\n'),
    Module("Speaking", ModuleKind.PROCEDURES, SIMPLE.format("Speaking")),
    Module("Speaker", ModuleKind.CLASS, SIMPLE.format("Speaker")),
)


def opened(data: bytes) -> olefile.OleFileIO:
    """The file as olefile reads it, with every irregularity an error."""
    file = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_POTENTIAL)
    assert file.parsing_issues == []
    return file


@pytest.fixture(scope="module")
def project() -> olefile.OleFileIO:
    return opened(vba_project("Trial", MODULES))


# --- The compound file
# ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [*range(1, 18), 31, 32, 33, 63, 64, 140])
def test_any_number_of_streams_is_read_back(number):
    streams = {f"VBA/Module{place}": bytes([place % 256]) * (place * 37) for place in range(number)}
    streams |= {"PROJECT": b"p" * 4095, "PROJECTwm": b"w" * 4096, "none": b""}
    file = opened(compound_file(streams))
    assert {"/".join(path): file.openstream(path).read() for path in file.listdir()} == streams


def test_a_file_of_several_table_sectors_is_read_back():
    streams = {f"VBA/M{place}": bytes([place]) * 60_000 for place in range(9)}
    file = opened(compound_file(streams))
    assert all(file.openstream(path).read() == content for path, content in streams.items())


def test_a_file_larger_than_its_table_can_be_is_refused():
    with pytest.raises(ValueError, match="more than a table"):
        compound_file({"VBA/large": bytes(8_000_000)})


def test_a_name_that_a_stream_cannot_have_is_refused():
    for name in ("n" * 32, "a:b", "a!b"):
        with pytest.raises(ValueError, match="cannot name a stream"):
            compound_file({name: b""})


@pytest.mark.parametrize("number", [*range(1, 40), 63, 64, 140])
def test_the_directory_is_a_valid_red_black_tree_in_the_order_of_the_specification(number):
    # [MS-CFB] 2.6.4: shorter names first, then by upper case; no red node has a red child, every
    # path as many blacks.
    file = opened(
        compound_file(
            {f"{'ab'[place % 2]}{'x' * (place % 5)}{place}": b"" for place in range(number)}
        )
    )
    in_order: list[str] = []

    def blacks(sid: int, above: int) -> int:
        if sid == NO_ENTRY:
            return 1
        entry = file.direntries[sid]
        assert not (above == RED and entry.color == RED)
        left = blacks(entry.sid_left, entry.color)
        in_order.append(entry.name)
        right = blacks(entry.sid_right, entry.color)
        assert left == right
        return left + (entry.color == BLACK)

    blacks(file.root.sid_child, BLACK)
    assert in_order == sorted(in_order, key=lambda name: (len(name), name.upper()))
    assert len(in_order) == number


# --- Compression
# ------------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("ab \r\n'End SubIf"), max_size=9000))
def test_compressed_text_is_unpacked_by_another_program(text):
    data = text.encode("cp1252")
    assert unpacked(compressed(data)) == data


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4095, 4096, 4097, 8192, 12_289])
def test_sizes_at_the_ends_of_chunks_come_back(size):
    data = (b"Attribute VB_Name = " * 700)[:size]
    assert unpacked(compressed(data)) == data


def test_a_chunk_that_does_not_shrink_is_stored_as_it_is():
    noise = b"".join(sha256(bytes([place])).digest() for place in range(128))
    packed = compressed(noise)
    assert (
        struct.unpack_from("<H", packed, 1)[0] == 0x3FFF
    )  # 2.4.1.1.5: 4,096 bytes, not compressed
    assert packed[3:] == noise
    with pytest.raises(ValueError, match="padded"):
        compressed(noise[:4090])


def test_the_example_of_the_specification_is_packed_as_printed():
    # [MS-OVBA] 3.2.3, maximum compression: 73 letters a.
    assert compressed(b"a" * 73) == bytes.fromhex("0103B002614500")


# --- The project
# ------------------------------------------------------------------------------------------------


def test_every_stream_of_the_specification_is_there(project):
    paths = {"/".join(path) for path in project.listdir()}
    assert paths == {
        "PROJECT",
        "PROJECTwm",
        "VBA/dir",
        "VBA/_VBA_PROJECT",
        *(f"VBA/{item.name}" for item in MODULES),
    }
    # 2.3.4.1: no version, so that no performance cache is looked for.
    assert project.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("CC61FFFF000000")


def test_names_stand_in_plain_text_and_in_step_with_the_modules(project):
    # Excel throws a project away whose PROJECTwm is compressed or names other modules.
    expected = b"".join(
        item.name.encode("cp1252") + b"\0" + item.name.encode("utf-16-le") + b"\0\0"
        for item in MODULES
    )
    assert project.openstream("PROJECTwm").read() == expected + b"\0\0"


def test_the_project_stream_lists_each_module_once_by_its_kind(project):
    text = project.openstream("PROJECT").read().decode("cp1252")
    assert [
        line for line in text.split("\r\n") if line.startswith(("Document=", "Module=", "Class="))
    ] == [
        "Document=ThisWorkbook/&H00000000",
        "Document=shOne/&H00000000",
        "Module=Speaking",
        "Class=Speaker",
    ]
    assert "\n" not in text.replace("\r\n", "")


def records(data: bytes) -> list[tuple[int, bytes]]:
    """Records of a dir stream. PROJECTVERSION alone has a size field that leaves two bytes out
    (2.3.4.2.1.11).
    """
    found, at = [], 0
    while at < len(data):
        identifier, size = struct.unpack_from("<HI", data, at)
        size += 2 if identifier == 0x0009 else 0
        found.append((identifier, data[at + 6 : at + 6 + size]))
        at += 6 + size
    return found


def test_the_dir_stream_has_the_records_of_the_specification_in_order(project):
    # [MS-OVBA] 2.3.4.2: information, references, modules, end.
    found = records(unpacked(project.openstream("VBA/dir").read()))
    information = [
        0x01,
        0x02,
        0x14,
        0x03,
        0x04,
        0x05,
        0x40,
        0x06,
        0x3D,
        0x07,
        0x08,
        0x09,
        0x0C,
        0x3C,
    ]
    references = [0x16, 0x3E, 0x0D] * 2
    module = [0x19, 0x47, 0x1A, 0x32, 0x1C, 0x48, 0x31, 0x1E, 0x2C]
    kinds = [0x22, 0x22, 0x21, 0x22]
    modules = [number for kind in kinds for number in (*module, kind, 0x2B)]
    assert [identifier for identifier, _ in found] == [
        *information,
        *references,
        0x0F,
        0x13,
        *modules,
        0x10,
    ]
    by_number = dict(found)
    assert by_number[0x01] == struct.pack("<I", 3)
    assert by_number[0x03] == struct.pack("<H", 1252)
    assert by_number[0x0F] == struct.pack("<H", len(MODULES))
    assert {content for identifier, content in found if identifier in (0x13, 0x2C)} == {b"\xff\xff"}
    assert {content for identifier, content in found if identifier == 0x31} == {bytes(4)}


def test_the_references_are_ole_automation_and_office_and_no_add_in(project):
    found = records(unpacked(project.openstream("VBA/dir").read()))
    assert [content for identifier, content in found if identifier == 0x16] == [
        b"stdole",
        b"Office",
    ]
    for library in (content for identifier, content in found if identifier == 0x0D):
        size = struct.unpack_from("<I", library)[0]
        assert library[4 : 4 + size].startswith(b"*\\G{")
        assert library[4 + size :] == bytes(6)


def decrypted(text: str, identity: str) -> bytes:
    """Data decryption of 2.4.3.3, from its own text; `identity` is the ID of the project."""
    given = bytes.fromhex(text)
    seed, version, key = given[0], given[1] ^ given[0], given[2] ^ given[0]
    assert version == 2
    assert key == sum(identity.encode()) & 0xFF
    out, plain = [], key
    for place in range(3, len(given)):
        plain = given[place] ^ ((given[place - 2] + plain) & 0xFF)
        out.append(plain)
    content = bytes(out[(seed & 6) // 2 :])
    assert struct.unpack_from("<I", content)[0] == len(content) - 4
    return content[4:]


def protection(text: str) -> dict[str, bytes]:
    values = dict(line.split("=", 1) for line in text.split("\r\n") if "=" in line)
    return {
        key: decrypted(values[key].strip('"'), values["ID"].strip('"'))
        for key in ("CMG", "DPB", "GC")
    }


def test_the_project_is_open_without_a_password_and_visible(project):
    # 2.3.1.15 to 2.3.1.17
    open_to_all = {"CMG": bytes(4), "DPB": bytes(1), "GC": b"\xff"}
    assert protection(project.openstream("PROJECT").read().decode("cp1252")) == open_to_all
    # The reading is right, for it reads what Excel itself wrote:
    with zipfile.ZipFile(Path(xlwings.__file__).parent / "quickstart.xlsm") as package:
        by_excel = opened_by_excel(package.read("xl/vbaProject.bin"))
    assert protection(by_excel) == open_to_all


def opened_by_excel(data: bytes) -> str:
    return olefile.OleFileIO(io.BytesIO(data)).openstream("PROJECT").read().decode("cp1252")


def test_sources_come_back_with_windows_line_ends():
    found = sources(vba_project("T", MODULES))
    assert set(found) == {"ThisWorkbook.cls", "shOne.cls", "Speaking.bas", "Speaker.cls"}
    assert found["Speaking.bas"] == SIMPLE.format("Speaking").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("modules", "fault"),
    [
        ([Module("m" * 32, ModuleKind.PROCEDURES, "")], "cannot name a module"),
        ([Module("two words", ModuleKind.PROCEDURES, "")], "cannot name a module"),
        ([MODULES[2], MODULES[2]], "two modules"),
        (
            [Module("Other", ModuleKind.PROCEDURES, SIMPLE.format("Speaking"))],
            "does not begin with its name",
        ),
        (
            [Module("trial", ModuleKind.PROCEDURES, SIMPLE.format("trial"))],
            "two modules, or the project",
        ),
    ],
)
def test_modules_that_excel_would_refuse_are_refused(modules, fault):
    with pytest.raises(ValueError, match=fault):
        vba_project("Trial", modules)


def test_a_character_outside_the_code_page_is_an_error_not_a_question_mark():
    with pytest.raises(UnicodeEncodeError):
        vba_project("T", [Module("A", ModuleKind.PROCEDURES, 'Attribute VB_Name = "A"\n\' ▲\n')])


def test_the_same_modules_give_the_same_bytes():
    assert vba_project("T", MODULES) == vba_project("T", MODULES)
    assert project_file.PROJECT_ID.encode() in vba_project("T", MODULES)
