"""Reading a VBA project: compressed text, sources, and which xlwings it is of, against what xlwings
ships.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlwings
from hypothesis import given, settings
from hypothesis import strategies as st

from xlperf.vba.compression import compressed, decompressed
from xlperf.vba.project import xlwings_version
from xlperf.vba.project_file import sources_of

PACKAGE = Path(xlwings.__file__).parent
ALONE = "quickstart_standalone.xlsm"
FILES = [ALONE, "quickstart.xlsm", "addin/xlwings.xlam"]


def project(name: str) -> bytes:
    with zipfile.ZipFile(PACKAGE / name) as package:
        return package.read("xl/vbaProject.bin")


def test_the_text_of_the_module_is_the_one_that_xlwings_ships():
    found = sources_of(project(ALONE))["xlwings"]
    shipped = (PACKAGE / "xlwings.bas").read_bytes().decode("cp1252")
    assert found.splitlines() == shipped.splitlines()


@pytest.mark.parametrize(
    ("name", "version"),
    [*zip(FILES, [xlwings.__version__, None, xlwings.__version__], strict=True)],
)
def test_the_version_is_that_of_the_xlwings_module(name, version):
    assert xlwings_version(project(name)) == version


def test_an_uncompressed_chunk_is_read_as_it_is():
    """[MS-OVBA] 2.4.1.1.5: the flag of the header is 0, and 4,096 bytes follow."""
    assert decompressed(b"\x01\xff\x3f" + b"x" * 4096) == b"x" * 4096


def test_the_example_of_the_format_s_document_unpacks():
    """[MS-OVBA] 3.2.2, "Normal Compression Example"."""
    packed = bytes.fromhex(
        "01 2f b0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6a 01 38 08 61 6b 6c 00 30 6d"
        " 6e 6f 70 06 71 0270 04 10 72 73 74 75 76 10 77 78 79 7a 00 3c"
    )
    assert decompressed(packed) == b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"


@pytest.mark.parametrize(
    "packed",
    [b"", b"\x02abc", b"\x01\x05\xb0\x01\x00\x00\x00\x00\x00"],
    ids=["empty", "no container", "from before"],
)
def test_what_is_no_compressed_container_is_refused(packed):
    with pytest.raises(ValueError, match=r"container|before"):
        decompressed(packed)


def test_what_follows_a_chunk_of_another_kind_is_not_read():
    assert decompressed(b"\x01\xff\x3f" + b"x" * 4096 + b"\xff\x1f" + b"y" * 4096) == b"x" * 4096


@pytest.mark.parametrize("data", [b"", b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(2000)])
def test_what_is_no_project_has_no_version(data):
    assert xlwings_version(data) is None


@given(data=st.binary(max_size=9000) | st.text("ab\n", max_size=9000).map(str.encode))
def test_what_is_compressed_here_is_unpacked_here(data):
    """Sources shrink; a last chunk of bytes without any order is refused instead (2.4.1.3.10)."""
    try:
        container = compressed(data)
    except ValueError:
        return
    assert decompressed(container) == data


@settings(max_examples=200)
@given(data=st.data())
def test_a_damaged_project_never_raises(data):
    damaged = bytearray(project(ALONE))
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), max_size=20)
    ):
        damaged[at] = byte
    cut = data.draw(st.integers(0, len(damaged)))
    assert xlwings_version(bytes(damaged[:cut])) in (None, xlwings.__version__)
    assert isinstance(xlwings_version(bytes(damaged)), (str, type(None)))
