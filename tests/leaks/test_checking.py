"""The command, files that cannot be judged, and the law that nothing unexpected passes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.excel.torture import packed, unpacked
from tests.leaks import clean
from tests.leaks.test_clean_files import EXPECTED, FILES
from tests.test_cli import entity_bomb, zip_bomb
from xlperf import leaks
from xlperf.cli import main
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.leaks import LeakKind

BAD = {
    "empty.xlsx": lambda: b"",
    "password.xlsx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "cut.xlsx": lambda: clean.workbook()[:-900],
    "bomb.xlsx": zip_bomb,
    "entities.xlsx": entity_bomb,
    "zip.xlsx": lambda: packed({"hello.txt": b"hello"}),
    "slides.pptx": lambda: packed(
        {"[Content_Types].xml": b'<Types xmlns="x"/>', "_rels/.rels": b"<Relationships/>"}
    ),
    "text.xlsx": lambda: b"Measure,Month,Count\n",
    "unknown.dat": lambda: b"\0\1\2",
    "latin.txt": lambda: "Gruß".encode("latin-1"),
    "damaged.pdf": lambda: b"%PDF-1.7\nnothing",
    "cut.png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(20),
    "Dashboard.pdf": clean.workbook,
    "Dashboard.docx": clean.workbook,
    "Report.xlsx": clean.document,
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_judged_is_never_clean(name):
    found = leaks.check(BAD[name](), name)
    assert any(leak.kind is LeakKind.UNREADABLE for leak in found), found


def test_a_part_held_twice_is_refused():
    out = BytesIO(clean.workbook())
    with zipfile.ZipFile(out, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("xl/workbook.xml", "<x/>")
    assert any(
        leak.kind is LeakKind.UNREADABLE and "twice" in leak.found
        for leak in leaks.check(out.getvalue(), "a.xlsx")
    )


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "xl/charts/chart1.xml",
    ],
)
def test_a_damaged_part_is_never_clean(part):
    parts = unpacked(clean.workbook())
    parts[part] = parts[part][: len(parts[part]) // 2]
    assert leaks.check(packed(parts), "a.xlsx")


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.binary(min_size=1, max_size=4))
def test_no_damage_ends_in_an_error_of_the_program(place, noise):
    for name in ("Dashboard.xlsx", "Dashboard.pdf", "Panel.eml"):
        data = bytearray(FILES[name])
        at = place % len(data)
        data[at : at + len(noise)] = noise
        assert isinstance(leaks.check(bytes(data), name), tuple)


# -- nothing unexpected passes
# -----------------------------------------------------------------------------------------

SECRETS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=30).filter(
    lambda text: not any(text in known.lower() for known in EXPECTED.texts)
)
IN_PDF = {
    "a line": lambda secret: clean.pdf(f"BT /F1 11 Tf 72 600 Td ({secret}) Tj ET"),
    "a word of a line": lambda secret: clean.pdf(
        f"BT /F1 11 Tf 72 600 Td (Domestic {secret} burglary) Tj ET"
    ),
    "its title": lambda secret: clean.pdf(
        change=lambda writer, _: writer.add_metadata({"/Title": secret})
    ),
}
IN_MAIL = {
    "its subject": lambda secret: clean.mail(
        lambda message: message.replace_header("Subject", secret), attach=False
    ),
    "an attachment": lambda secret: clean.mail(
        lambda message: clean.attached(message, secret.encode(), "a.txt"), attach=False
    ),
}
PLACES = {
    "Dashboard.pdf": IN_PDF,
    "Panel.eml": IN_MAIL,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name, places in PLACES.items() for place in places]
)
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(secret=SECRETS)
def test_nothing_unexpected_passes_wherever_it_is_planted(name, place, secret):
    found = leaks.check(PLACES[name][place](secret), name, expected=EXPECTED)
    assert any(leak.kind is LeakKind.UNEXPECTED and secret[:20] in leak.found for leak in found), (
        found
    )


# -- the command
# --------------------------------------------------------------------------------------------------


def written(folder, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_clean_files_pass_and_the_limits_are_said(tmp_path, capsys):
    paths = [written(tmp_path, name, data) for name, data in FILES.items()]
    assert main(["leakcheck", *paths]) == DONE
    out = capsys.readouterr().out
    assert out.count("nothing found that blocks it") == len(FILES)
    assert "cannot tell a name" in out


def test_a_leak_is_refused_and_told_by_kind_with_what_to_do(tmp_path, capsys):
    path = written(
        tmp_path, "a.xlsx", clean.workbook(lambda book, _: book.add_worksheet("Victims").hide())
    )
    assert main(["leakcheck", path]) == REFUSED
    out = capsys.readouterr().out
    assert "DO NOT SEND. 1 kind of leak in 1 place." in out
    assert "A hidden sheet (1)" in out
    assert "sheet Victims: hidden" in out
    assert "-> Delete it" in out


def test_one_bad_file_among_good_ones_is_refused(tmp_path, capsys):
    paths = [written(tmp_path, "good.xlsx", clean.workbook()), written(tmp_path, "bad.xlsx", b"")]
    assert main(["leakcheck", *paths]) == REFUSED
    assert "0 bytes" in capsys.readouterr().out


def test_as_json_every_leak_has_kind_place_and_remedy(tmp_path, capsys):
    path = written(
        tmp_path, "a.xlsx", clean.workbook(lambda book, _: book.add_worksheet("Victims").hide())
    )
    assert main(["leakcheck", path, "--json"]) == REFUSED
    (told,) = json.loads(capsys.readouterr().out)
    assert told["file"] == path
    assert told["leaks"] == [
        {
            "kind": "HIDDEN_SHEET", "where": "sheet Victims", "found": "hidden", "count": 1,
            "remedy": "Delete it; hiding keeps everything in the file.",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("allowed", ["jo@force.example", "JO@Force.example", "@force.example"])
def test_what_is_allowed_passes(tmp_path, allowed):
    path = written(
        tmp_path,
        "a.xlsx",
        clean.workbook(lambda _, board: board.write("A8", "Ask jo@force.example")),
    )
    assert main(["leakcheck", path]) == REFUSED
    assert main(["leakcheck", path, "--allow", allowed]) == DONE
    assert main(["leakcheck", path, "--allow", "jo"]) == REFUSED


def test_an_allowed_author_telephone_number_and_host_pass():
    def add(book, board):
        book.set_properties({"author": "Office of the Commissioner"})
        board.write("A8", "Telephone 0116 229 8980")
        board.write_url("A9", "https://pcc.local/", string="here")

    allowed = frozenset({"office of the commissioner", "0116 2298980", "pcc.local"})
    assert (
        leaks.check(clean.workbook(add), "a.xlsx", expected=leaks.Expected(allowed=allowed)) == ()
    )
    assert len({leak.kind for leak in leaks.check(clean.workbook(add), "a.xlsx")}) == 3


def test_a_report_of_personal_data_does_not_leak_them(tmp_path, capsys):
    def add(book, board):
        board.write("A8", "Jo, 07700 900123, AB123456C, jo@force.example, DOB 12/03/1984")
        sheet = book.add_worksheet("Victims")
        sheet.write("A1", "943 476 5919")
        board.write("A200", "LE3 1UF")
        board.write("A9", "07700 900124", book.add_format({"font_color": "white"}))

    path = written(tmp_path, "07700 900125.xlsx", clean.workbook(add))
    for arguments in ([], ["--json"]):
        main(["leakcheck", path, *arguments])
        out = capsys.readouterr().out.replace(path, "")
        assert not re.search(
            r"900123|900124|123456|jo@force|12/03/1984|476 5919|LE3 1UF|900125", out
        ), out


@pytest.mark.parametrize("name", ["missing.xlsx", "."])
def test_a_path_that_is_no_file_is_refused_in_one_sentence(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["leakcheck", name]) == REFUSED
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("xlperf: ")
    assert shown.err.count("\n") == 1


def test_a_file_must_be_named(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["leakcheck"])
    assert stopped.value.code == WRONG_USAGE
    assert "FILE" in capsys.readouterr().err


@pytest.mark.slow
def test_the_report_of_the_analysts_workbook_can_be_read(refreshed, capsys):
    before = refreshed.read_bytes()
    assert main(["leakcheck", str(refreshed)]) == REFUSED
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 60
    assert max(map(len, lines)) <= 200
    assert any("Macros" in line for line in lines)
    assert any(re.search(r"… and [\d,]+ more", line) for line in lines)
    assert refreshed.read_bytes() == before


def test_a_workbook_is_looked_into_without_loading_the_pdf_reader():
    code = (
        "import sys; from xlperf import leaks; leaks.check(open(sys.argv[1], 'rb').read(),"
        " 'a.xlsx');sys.exit('pypdf' in sys.modules)"
    )
    from tests.shipped import SHIPPED

    assert subprocess.run([sys.executable, "-c", code, str(SHIPPED)], check=False).returncode == 0
