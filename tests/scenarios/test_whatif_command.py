"""The command, as a user meets it."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from tests.shipped import SHIPPED
from xlperf.cli import main
from xlperf.ending import DONE, WRONG_USAGE

FILE = str(SHIPPED)


@pytest.fixture(autouse=True)
def _never_written():
    before = sha256(SHIPPED.read_bytes()).hexdigest()
    yield
    assert sha256(SHIPPED.read_bytes()).hexdigest() == before


def test_a_line_is_asked_in_words(capsys):
    assert main(["whatif", FILE, "burglary", "satisfaction"]) == DONE
    text = " ".join(capsys.readouterr().out.split())
    assert "[SP12_satisfaction] ♦ Amber" in text
    assert "With as many answers as now, 738: 652 (88.3%), as now, gives AMBER; GREEN with 685" in (
        text
    )
    assert "For analysts" in text
    assert text.endswith("Nothing was written.")
    assert all(len(line) <= 112 for line in text.splitlines() if not line.startswith("SP"))


def test_the_published_sample_says_what_it_takes(capsys):
    assert main(["whatif", FILE, "SP12_offences", "--json"]) == DONE
    (main_line, _, _) = json.loads(capsys.readouterr().out)
    year, target = main_line["levels"]
    assert (year["now"], year["now_colour"], year["last_month"]) == (4253, "AMBER", "2015-09")
    assert (target["now"], target["now_colour"], target["last_month"]) == (10853, "RED", "2017-03")
    green, red = target["bands"]
    assert (green["colour"], green["least"], green["most"]) == ("GREEN", 0, 10040)
    assert (red["colour"], red["least"], red["most"]) == ("RED", 10041, None)


def test_a_month_may_be_named(capsys):
    assert main(["whatif", FILE, "SP11_offences", "--by", "2014-12"]) == DONE
    assert (
        "In the year to December 2014 (3 months to come, judged by change and trends)"
        in " ".join(capsys.readouterr().out.split())
    )


def test_without_a_line_every_other_reading_is_tried(capsys):
    assert main(["whatif", FILE]) == DONE
    text = capsys.readouterr().out
    assert "spc_basis = levels (now points)" in text
    assert "SP12_offences" in text
    assert "RED with" in text


def test_alternatives_in_columns(capsys):
    assert main(
        ["whatif", FILE, "--set", "trend_rule=all", "--set", "spc_basis=levels", "z=1.5"]
    ) == (DONE)
    text = capsys.readouterr().out
    assert "  A  trend_rule = all (now any)" in text
    assert "  B  spc_basis = levels (now points), z = 1.5 (now 1.96)" in text
    assert "SP12_offences" in text


def test_alternatives_for_machines(capsys):
    assert main(["whatif", FILE, "--set", "trend_rule=all", "--json"]) == DONE
    found = json.loads(capsys.readouterr().out)
    (alternative,) = found["alternatives"]
    assert found["counts"] == {"RED": 3, "AMBER": 29, "GREEN": 7, "NA": 23}
    assert alternative["counts"]["RED"] == 5
    assert [item["line"] for item in alternative["changes"]] == ["SP11_offences", "SP12_offences"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["SP12", "--by", "2015-09", "--set", "z=1"], "--by belongs to a line, without --set"),
        (["--set", "z=1", "SP12"], "The name of a line stands before --set"),
        (["--by", "2015-09"], "--by belongs to a line"),
        (["SP12_offences", "--by", "2014-09"], "give a month after September 2014"),
        (["SP12_offences", "--by", "2099-09"], "not after September 2024"),
        (["satisfaction"], "fits 15 lines"),
    ],
)
def test_what_cannot_be_asked_is_refused(capsys, arguments, said):
    assert main(["whatif", FILE, *arguments]) == WRONG_USAGE
    assert said in capsys.readouterr().err


def test_of_a_line_the_alternatives_are_shown_though_none_changes_it(capsys):
    assert main(["whatif", FILE, "SP12_offences_spc", "--set", "z=2.58", "--set", "z=1"]) == DONE
    text = capsys.readouterr().out
    rows = [line.split() for line in text.splitlines() if "SP12_offences_spc " in line]
    assert rows[0] == ["SP12_offences_spc", "AMBER", "same", "same"]
    assert "SP13" not in text
