"""The commands, as a user meets them."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256

import pytest

from tests.openpyxl_books import openpyxl_book
from tests.shipped import few
from xlperf.cli import main
from xlperf.commands.page_commands import NO_ISSUE
from xlperf.ending import DONE, REFUSED, WRONG_USAGE
from xlperf.release import manifest
from xlperf.views.page import GENERATOR, is_page


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """Four priorities of the shipped plan after the refreshes of two quarters."""
    file = tmp_path_factory.mktemp("office") / "Dash board.xlsm"
    shutil.copy(few(), file)
    for period in ("2014-06", "2014-09"):
        assert main(["refresh", str(file), "--period", period]) == DONE
    return file


@pytest.fixture
def workbook(refreshed):
    before = sha256(refreshed.read_bytes()).hexdigest()
    yield refreshed
    assert sha256(refreshed.read_bytes()).hexdigest() == before


@pytest.mark.slow
def test_view_makes_a_page_beside_the_workbook_in_place_of_an_earlier_one(
    workbook, monkeypatch, capsys
):
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or True)
    page = workbook.with_suffix(".html")
    page.write_text(f'<meta name="generator" content="{GENERATOR}">an earlier one')
    assert main(["view", str(workbook), "--open"]) == DONE
    assert shown == [page.as_uri()]
    assert capsys.readouterr().out == (
        f"Made {page}. It is for the office: do not send it. Dash board.xlsm was not changed.\n"
    )
    text = page.read_text(encoding="utf-8")
    assert is_page(page.read_bytes())
    assert "Between the periods to 30 June 2014 and to 30 September 2014: RED → AMBER" in text
    assert NO_ISSUE in text
    assert "Between the refresh of" not in text  # it shows what the periods show
    assert main(["leakcheck", str(page)]) == REFUSED
    assert "DO NOT SEND" in capsys.readouterr().out


def test_a_page_is_made_of_words_and_lists_the_lines_where_they_fit_many(
    workbook, tmp_path, capsys
):
    page = tmp_path / "why.html"
    words = ["burglary", "latest"]
    assert main(["explain", str(workbook), *words, "--html", str(page)]) == DONE
    text = page.read_text(encoding="utf-8")
    assert text.count('class="unfolded"') == 1
    assert "an average of 317.7 a month" in text
    assert main(["explain", str(workbook), "satisfaction", "--html", str(page)]) == WRONG_USAGE
    assert "'satisfaction' fits 5 lines. Give the name of one" in capsys.readouterr().err


@pytest.mark.slow
def test_what_changed_since_the_last_refresh_stands_before_what_changed_up_to_it(
    workbook, tmp_path
):
    changed, page = tmp_path / "Changed.xlsm", tmp_path / "why.html"
    book = openpyxl_book(workbook, keep_vba=True)
    months = [row for row in book["Monthly"].iter_rows() if row[0].value == "SP12_offences"]
    months[-1][2].value = 900
    book.save(changed)
    assert main(["explain", str(changed), "SP12_offences_spc", "--html", str(page)]) == DONE
    text = page.read_text(encoding="utf-8")
    now = text.index("the workbook as it is now: AMBER, 317.7 → 417.3.")
    assert now < text.index("Between the periods to 30 June 2014 and to 30 September 2014: AMBER")
    assert "Revised data: Sep 2014 302 provisional → 900 provisional" in text


def test_a_picture_takes_the_place_of_another_file_only_where_that_is_wished(
    workbook, tmp_path, capsys
):
    picture = tmp_path / "why.png"
    picture.write_bytes(b"another")
    asked = ["explain", str(workbook), "SP12_offences_spc", "--png", str(picture)]
    assert main(asked) == WRONG_USAGE
    assert "exists already and was left as it is" in capsys.readouterr().err
    assert picture.read_bytes() == b"another"
    assert main([*asked, "--overwrite"]) == DONE
    assert "The version before is kept as " in capsys.readouterr().out
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_earlier_period_is_compared_with_nothing(workbook, tmp_path):
    page = tmp_path / "why.html"
    workbook.chmod(0o600)
    asked = ["explain", str(workbook), "burglary", "--period", "2014-06", "--html", str(page)]
    assert main(asked) == DONE
    assert "Nothing earlier is recorded that it could be compared with." in page.read_text("utf-8")
    if os.name == "posix":  # nobody may read it who may not read the workbook
        assert page.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["view", "--to", "page.png"], "should end in .html"),
        (["view", "--to", "report.html"], "exists already and was left as it is"),
        (["view", "--to", "pack/page.html"], "is the folder of a panel pack"),
        (["explain", "--html", "page.html"], "Name a line, or words such as burglary"),
        (["explain", "burglary", "--png", "page.html"], "should end in .png"),
        (["explain", "burglary", "--open"], "belong to --html or --png"),
    ],
)
def test_a_place_or_wish_that_cannot_be_is_refused_before_the_work(
    tmp_path, monkeypatch, capsys, typed, said
):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / manifest.NAME).write_text("{}")
    (tmp_path / "report.html").write_text("<html>not ours")
    monkeypatch.chdir(tmp_path)
    command, *rest = typed
    assert main([command, "missing.xlsm", *rest]) == WRONG_USAGE
    assert said in capsys.readouterr().err
    assert (tmp_path / "report.html").read_text() == "<html>not ours"
    assert not (tmp_path / "page.html").exists()
