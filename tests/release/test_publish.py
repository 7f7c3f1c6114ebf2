"""Publishing: the whole set or nothing, and nothing in it that was not meant to leave."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import typst

from tests.documents.made_pdfs import alternative_texts, whole_text
from tests.excel.torture import packed, unpacked
from tests.shipped import BLANK, of_priorities
from tests.users import changed
from xlperf import leaks
from xlperf.cli import main
from xlperf.documents import typesetting
from xlperf.documents.report_template import template
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.errors import PackError, UsageError, WrittenState
from xlperf.excel.file import FileWorkbook
from xlperf.excel.locking import lock_path
from xlperf.excel.making import MARKER, SAID, making
from xlperf.release import manifest
from xlperf.release.ledger import ledger_path
from xlperf.release.publish import Published, publish
from xlperf.release.publish_sentences import publish_output

NOW = datetime(2014, 12, 10, 9, 30, tzinfo=UTC)
WORKBOOK, REPORT = "OFFICIAL Dashboard 2014-09.xlsx", "OFFICIAL Report 2014-09.docx"
DASHBOARD_PDF, REPORT_PDF = "OFFICIAL Dashboard 2014-09.pdf", "OFFICIAL Report 2014-09.pdf"
SUMMARY, SUMMARY_PDF = "OFFICIAL Summary 2014-09.docx", "OFFICIAL Summary 2014-09.pdf"
FIGURES = "OFFICIAL Figures 2014-09.csv"
FILES = (WORKBOOK, REPORT, SUMMARY, FIGURES, DASHBOARD_PDF, REPORT_PDF, SUMMARY_PDF)
STEPS = 7
LEDGER = "Dashboard.xlperf-ledger.jsonl"


def published(source: Path, folder: Path, **options: object) -> Published:
    first = not ledger_path(source).exists()
    options = {"now": NOW, "workbook": source, "first_issue": first} | options
    return publish(FileWorkbook.open(source), folder, **options)


def documents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def words(data: bytes) -> str:
    """Every part of a package as one text."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return "\n".join(
            package.read(name).decode("utf-8", "replace") for name in package.namelist()
        )


def said_in(name: str, data: bytes) -> str:
    """Every text of a file of a pack, alternative texts included."""
    if name.endswith(".pdf"):
        return "\n".join([whole_text(data), *alternative_texts(data)])
    return words(data) if name.endswith((".xlsx", ".docx")) else data.decode("utf-8-sig")


@pytest.fixture
def source(few_lines, tmp_path) -> Path:
    return Path(shutil.copy(few_lines, tmp_path))


@pytest.fixture(scope="module")
def pack(few_lines, tmp_path_factory) -> Path:
    """Folder of a pack, its workbook beside it."""
    folder = tmp_path_factory.mktemp("pack")
    published(Path(shutil.copy(few_lines, folder)), folder / "Panel")
    return folder / "Panel"


@pytest.mark.slow
def test_the_set_is_what_its_manifest_says(pack):
    read = manifest.read(pack)
    manifest.require_as_published(read)
    assert read.manifest.attach == FILES
    assert read.manifest.leakcheck == manifest.PASSED
    assert sorted(read.contents) == sorted([*FILES, "QA log.txt", "qa.json", manifest.NAME])


@pytest.mark.slow
def test_the_very_files_pass_the_leak_check_again(pack):
    for name in FILES:
        found = leaks.check((pack / name).read_bytes(), name)
        assert {leak.kind.name for leak in found} <= {"PROPERTY"}, (
            name
        )  # the office, which nobody allowed here


def test_publishing_writes_nothing_into_the_workbook(source, tmp_path):
    before = source.read_bytes()
    published(source, tmp_path / "Panel")
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [LEDGER, "Dashboard.xlsm", "Panel"]


@pytest.mark.slow
def test_the_same_day_gives_the_same_documents(pack, tmp_path):
    published(pack.parent / "Dashboard.xlsm", tmp_path / "Panel")
    assert {name: documents(pack)[name] for name in FILES} == {
        name: documents(tmp_path / "Panel")[name] for name in FILES
    }


class Refusing:
    """Stands in for Typst: it draws pictures, and refuses every PDF."""

    def __init__(self, **how: object) -> None:
        self.real = typst.Compiler(**how)

    def compile(self, source: bytes, **how: object) -> object:
        if how.get("format") == "pdf":
            error = typst.TypstError()
            error.message = "no PDF/UA-1"  # as Typst sets it
            raise error
        return self.real.compile(source, **how)


def test_a_pdf_that_cannot_be_made_is_told_and_logged(source, tmp_path, monkeypatch):
    monkeypatch.setattr(typesetting, "_compiler", cache(Refusing))
    made = published(source, tmp_path / "Panel")
    assert made.files == (WORKBOOK, REPORT, SUMMARY, FIGURES)
    assert len(made.not_made) == 3
    sentence = "The PDF of the report was not made: no PDF/UA-1."
    assert sentence in made.not_made
    assert sentence in (tmp_path / "Panel" / "QA log.txt").read_text(encoding="utf-8")


def test_the_whole_set_is_made_without_another_program(pack, monkeypatch, source, tmp_path):
    monkeypatch.setenv("PATH", "")
    made = published(source, tmp_path / "Panel")
    assert made.not_made == ()
    assert made.files == FILES
    assert set(made.files) <= set(documents(pack))


def test_characters_that_the_pdfs_cannot_show_are_reported(source, tmp_path):
    changed(source, "tblMeasures", "SP17_absent", Line="Absent 中")
    assert main(["refresh", str(source)]) == DONE
    made = published(source, tmp_path / "Panel")
    assert made.files == FILES
    (warning,) = [text for text in made.warnings if "U+4E2D" in text]
    assert "The workbook and the Word report have them" in warning


# -- refused: nothing is written
# ------------------------------------------------------------------------------------


def test_a_workbook_changed_since_its_refresh_is_refused(source, tmp_path):
    changed(source, "tblTotals", "SP17_absent", Count=4000)
    with pytest.raises(
        UsageError,
        match="Workings says otherwise than the data does now, for SP17_absent: something",
    ):
        published(source, tmp_path / "Panel")
    assert not (tmp_path / "Panel").exists()


def test_a_workbook_that_has_lost_its_workings_is_not_published(source, tmp_path):
    lost = tmp_path / "Lost.xlsm"
    parts = unpacked(source.read_bytes())
    parts = {name: part.replace(b'"tblWorkings"', b'"Workings2"') for name, part in parts.items()}
    lost.write_bytes(packed(parts))
    with pytest.raises(
        UsageError, match="There is no table named tblWorkings, so it is not known what the last"
    ):
        published(lost, tmp_path / "Panel")


@pytest.mark.slow
def test_a_workbook_that_was_never_refreshed_is_published_as_it_would_be(pack, tmp_path):
    path = tmp_path / "Dashboard.xlsm"
    path.write_bytes(of_priorities("SP6", "SP17"))
    published(path, tmp_path / "Panel")
    one, other = (
        openpyxl.load_workbook(folder / WORKBOOK) for folder in (tmp_path / "Panel", pack)
    )
    for name in ("Dashboard", "RAG explained", "Series"):
        assert list(one[name].values) == list(other[name].values), name


def test_a_blank_workbook_gives_a_pack_without_figures(tmp_path):
    blank = tmp_path / BLANK.name
    blank.write_bytes(BLANK.read_bytes())
    made = published(blank, tmp_path / "Panel")
    assert made.files == FILES


@pytest.mark.parametrize("marking", ["OFFICIAL-SENSITIVE", "Official", "SECRET"])
def test_another_marking_is_refused(source, tmp_path, marking):
    changed(source, "tblSettings", "marking", Value=marking)
    with pytest.raises(PackError, match="mark"):
        published(source, tmp_path / "Panel")
    assert not (tmp_path / "Panel").exists()


def test_personal_data_that_somebody_typed_stops_it(source, tmp_path):
    changed(source, "tblComments", "SP6", Text="Ask jane.doe@force.example or 07700 900123.")
    with pytest.raises(
        PackError,
        match=r"Nothing was published: the leak check found what must not leave\. OFFICIAL",
    ):
        published(source, tmp_path / "Panel")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Dashboard.xlsm"]


def test_a_folder_that_holds_something_is_left_as_it_is(source, tmp_path):
    folder = tmp_path / "Panel"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty already and was left as it is"):
        published(source, folder, again=True)
    assert documents(folder) == {"mine.txt": b"mine"}
    with pytest.raises(UsageError, match="is a file"):
        published(source, folder / "mine.txt")
    with pytest.raises(UsageError, match="There is no folder"):
        published(source, tmp_path / "absent" / "Panel")


@pytest.mark.slow
def test_an_earlier_pack_is_kept_beside_when_asked_for(source, tmp_path):
    folder = tmp_path / "Panel"
    folder.mkdir()
    published(source, folder)
    before = documents(folder)
    with pytest.raises(
        UsageError,
        match=r"holds a pack already and was left as it is\. Give a new folder, or --again",
    ):
        published(source, folder)
    made = published(source, folder, again=True, now=NOW + timedelta(days=1))
    assert made.replaced == tmp_path / "Panel (until 11 December 2014 093000)"
    assert documents(made.replaced) == before
    assert documents(folder).keys() == before.keys()


# -- interrupted
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(STEPS))
def test_interrupted_at_any_step_there_is_nothing(source, tmp_path, step):
    seen: list[str] = []

    def progress(text: str) -> None:
        seen.append(text)
        if len(seen) > step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        published(source, tmp_path / "Panel", progress=progress)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Dashboard.xlsm"]


@pytest.mark.slow
def test_a_disk_that_refuses_leaves_the_earlier_pack_and_nothing_else(
    source, tmp_path, monkeypatch
):
    folder = tmp_path / "Panel"
    published(source, folder)
    before = documents(folder)
    rename = Path.rename

    def refusing(self: Path, target: Path) -> Path:
        if ".making-" in self.parent.name:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(
        PackError,
        match=r"could not be written to .*No space left on device.*No pack was put in place\.",
    ):
        published(source, folder, again=True)
    assert documents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [LEDGER, "Dashboard.xlsm", "Panel"]


@pytest.mark.slow
def test_an_earlier_pack_that_cannot_be_moved_back_is_told_where_it_is(
    source, tmp_path, monkeypatch
):
    folder = tmp_path / "Panel"
    published(source, folder)
    before = documents(folder)
    rename = Path.rename

    def refusing(self: Path, target: Path) -> Path:
        if target == folder:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    aside = tmp_path / "Panel (until 11 December 2014 093000)"
    with pytest.raises(PackError) as raised:
        published(source, folder, again=True, now=NOW + timedelta(days=1))
    assert str(raised.value).endswith(f"The earlier pack is in {aside} now.")
    assert raised.value.state is WrittenState.NOT_KNOWN
    assert documents(aside) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        LEDGER,
        "Dashboard.xlsm",
        aside.name,
    ]


@pytest.mark.parametrize("held", [3, 10_000])
def test_a_folder_held_for_a_moment_on_windows_is_waited_for(source, tmp_path, monkeypatch, held):
    folder, rename, tries = tmp_path / "Panel", Path.rename, []

    def refusing(self: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) <= held:
            error = PermissionError(13, "Access is denied")
            error.winerror = 5  # type: ignore[attr-defined]
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    if held == 3:
        published(source, folder)
        assert WORKBOOK in documents(folder)
        return
    with pytest.raises(
        PackError, match=r"open in another program\. Close it there.*No pack was put in place"
    ):
        published(source, folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Dashboard.xlsm"]


def test_what_a_stopped_run_left_is_swept_and_nothing_else(source, tmp_path):
    left = left_behind(tmp_path / ".Panel.making-00000000")
    empty = tmp_path / ".Panel.making-0a0b0c0d"
    empty.mkdir()
    begun = [tmp_path / f".Panel.making-{length:08}" for length in (1, 9)]
    for folder in begun:
        folder.mkdir()
        (folder / MARKER).write_bytes(SAID[: int(folder.name[-8:]) - 1])
    kept = {
        tmp_path / ".Panel.making-11111111": "mine.txt",  # not marked
        tmp_path / ".Panel.making-of": MARKER,  # named otherwise
        tmp_path / "Panel.making-22222222": MARKER,
        tmp_path / ".Panel.making-33333333": "made by me.txt",  # beside a mark that is not whole
    }
    for folder, name in kept.items():
        folder.mkdir()
        (folder / name).write_bytes(SAID)
    (tmp_path / ".Panel.making-33333333" / MARKER).write_bytes(SAID[:9])
    with making(tmp_path / "Panel") as at_work:
        published(source, tmp_path / "Panel")
        assert at_work.exists()
    assert not left.exists()
    assert not any(folder.exists() for folder in begun)
    assert not empty.exists()
    assert all((folder / name).is_file() for folder, name in kept.items())


def test_what_a_stopped_publish_left_is_swept_by_a_refresh_too(source, tmp_path):
    left = left_behind(tmp_path / ".Panel.making-00000000")
    assert main(["refresh", str(source)]) == DONE  # it changes nothing, and yet tidies up
    assert not left.exists()
    assert not lock_path(left).exists()


def left_behind(folder: Path) -> Path:
    """Make what a publish killed while it wrote leaves behind."""
    (folder / "made").mkdir(parents=True)
    (folder / MARKER).write_bytes(SAID)
    (folder / "made" / WORKBOOK).write_bytes(b"half")
    lock_path(folder).touch()
    return folder


# -- small numbers
# --------------------------------------------------------------------------------------------------


def test_a_figure_below_its_threshold_is_in_no_document(source, tmp_path):
    changed(source, "tblMeasures", "SP17_absent", Suppress_below=3000)  # 5,417 before, 2,288 now
    made = published(source, tmp_path / "Panel")
    assert any(item.measure == "SP17_absent" for item in made.withheld)
    for name, data in documents(tmp_path / "Panel").items():
        if name in (WORKBOOK, REPORT):
            text = words(data)
            assert "2,288" not in text, name
            assert ">2288<" not in text, name
            assert "3,804" in text or ">3804<" in text, name
    log = (tmp_path / "Panel" / "QA log.txt").read_text(encoding="utf-8")
    assert "SP17_absent" in log
    assert "2,288" not in log


@pytest.mark.slow
def test_a_withheld_number_in_a_name_or_in_the_note_on_the_data_is_in_no_file(source, tmp_path):
    names = {"Source": "Return (2,288)", "Line": "Absent, 2,288 now"}
    changed(source, "tblMeasures", "SP17_absent", Suppress_below=3000, **names)
    changed(source, "tblSettings", "data_note", Value="Illustrative, with 2.3k absences")
    made = published(source, tmp_path / "Panel")
    (warning,) = [text for text in made.warnings if "the name of this line" in text]
    assert warning.startswith("Measures!C")
    for name, data in documents(tmp_path / "Panel").items():
        text = said_in(name, data)
        assert "2,288" not in text, name
        assert "2.3k" not in text, name
    assert manifest.read(tmp_path / "Panel").manifest.data_note == "[c]"
    log = (tmp_path / "Panel" / "QA log.txt").read_text(encoding="utf-8")
    assert "SP17_absent, source of the measure: derived" in log
    assert "Settings, data_note: derived" in log


# -- the command
# --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_says_what_it_made_and_three_people_sign_it(
    source, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    changed(source, "tblSettings", "recipients", Value="clerk@panel.example")
    folder = tmp_path / "Panel"
    assert main(["publish", str(source), "--to", str(folder), "--first-issue"]) == DONE
    said = capsys.readouterr().out
    assert "\n  ".join([f"The panel pack is in {folder}:", *FILES]) in said
    assert "was not made" not in said
    assert "Nothing was sent." in said
    assert main(["mail", str(folder)]) == REFUSED
    for role in ("analyst", "assurer", "approver"):
        assert main(["sign", str(folder), "--role", role, "--who", f"The {role}"]) == DONE
    assert main(["mail", str(folder)]) == DONE
    (draft,) = tmp_path.glob("*.eml")
    expected = leaks.Expected(
        allowed=frozenset({"clerk@panel.example", "Office of the Police and Crime Commissioner"}),
        recipients=frozenset({"clerk@panel.example"}),
    )
    assert not list(leaks.check(draft.read_bytes(), draft.name, expected=expected))


def test_the_command_for_machines_and_its_refusals(source, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    folder = tmp_path / "Panel"
    assert main(["publish", str(source), "--to", str(folder), "--json", "--first-issue"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == list(FILES)
    assert told["earlier_pack"] is None
    assert main(["publish", str(source), "--to", str(folder)]) == WRONG_USAGE
    assert "--again" in capsys.readouterr().err


def test_a_template_with_a_field_is_named_before_anything_is_made(source, tmp_path):
    parts = unpacked(template())
    part = "word/header1.xml"
    field = b'<w:fldSimple w:instr=" AUTHOR "/></w:p>'
    parts[part] = parts[part].replace(b"</w:p>", field, 1)
    (tmp_path / "Own.docx").write_bytes(packed(parts))
    with pytest.raises(PackError, match=r"Own\.docx holds what no report has\. word/header1\.xml"):
        published(source, tmp_path / "Panel", template=tmp_path / "Own.docx")
    assert not (tmp_path / "Panel").exists()


def test_no_file_holds_more_decimals_than_are_printed(pack):
    """Of figures: values of cells, and what charts keep."""
    with zipfile.ZipFile(pack / WORKBOOK) as package:
        parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    values = [
        value
        for name, part in parts.items()
        if "/worksheets/sheet" in name or "/charts/chart" in name
        for value in re.findall(r"<(?:c:)?v>(-?\d+\.\d+(?:E-?\d+)?)</", part)
    ]
    assert values
    assert [value for value in values if abs(float(value) - round(float(value), 3)) > 1e-9] == []


@pytest.mark.slow
def test_texts_on_withheld_figures_are_left_out_until_somebody_has_read_them(source, tmp_path):
    text = "Fewer than a year before."
    changed(source, "tblMeasures", "SP17_absent", Suppress_below=3000, Caveat=text)
    assert main(["refresh", str(source)]) == DONE
    made = published(source, tmp_path / "Panel")
    assert "nobody has confirmed them: " in publish_output(made)
    assert text not in words((tmp_path / "Panel" / WORKBOOK).read_bytes())
    made = published(source, tmp_path / "Second", texts_read_by="Ann  Able", now=NOW + timedelta(1))
    assert "nobody has confirmed" not in publish_output(made)
    assert text in words((tmp_path / "Second" / WORKBOOK).read_bytes())
    log = (tmp_path / "Second" / "QA log.txt").read_text(encoding="utf-8")
    said = "caveat of the measure: text on withheld figures, read and confirmed by Ann Able"
    assert said in " ".join(log.split())
    assert "confirmed by Ann Able" in ledger_path(source).read_text()
