"""The commands, as a user meets them: what they print, what they leave behind, how they refuse."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.excel.torture import mended, packed, simple, unpacked
from xlperf.cli import main
from xlperf.ending import (
    DATA_ERRORS,
    DONE,
    FAULT,
    INTERRUPTED,
    NOT_KNOWN,
    REFUSED,
    WRITTEN_BUT,
    WRONG_USAGE,
    Stopped,
    ended,
)

if TYPE_CHECKING:
    from pathlib import Path


def zip_bomb() -> bytes:
    """A workbook with a part of 64 MB of one byte."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 64_000_000)
    return out.getvalue()


def entity_bomb() -> bytes:
    """A workbook whose main part declares entities that expand without end."""
    parts = unpacked(simple([["a", 1]]))
    entities = b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    body = parts["xl/workbook.xml"].partition(b"?>")
    parts["xl/workbook.xml"] = body[0] + b"?>" + entities + body[2]
    return packed(parts)


BAD = {
    "empty": b"",
    "text": b"Measure,Month,Count\n",
    "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "zip without a workbook": packed({"hello.txt": b"hello"}),
    "zip bomb": zip_bomb(),
    "entity bomb": entity_bomb(),
    "another workbook": simple([["a", 1]]),
}


@pytest.mark.parametrize("kind", [*BAD, "cut short"])
@pytest.mark.parametrize(
    "command",
    [["refresh"], ["check"], ["explain", "SP11"], ["changes"]],
    ids=lambda command: command[0],
)
def test_a_file_that_is_no_dashboard_is_refused_in_one_sentence(
    kind, command, dashboard, tmp_path, capsys
):
    data = dashboard.read_bytes()[:-5000] if kind == "cut short" else BAD[kind]
    path = tmp_path / "Bad.xlsm"
    path.write_bytes(data)
    assert main([command[0], str(path), *command[1:]]) == REFUSED
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("xlperf: ")
    assert shown.err.count("\n") == 1
    assert "Traceback" not in shown.err
    assert path.read_bytes() == data
    assert sorted(item.name for item in tmp_path.iterdir()) == ["Bad.xlsm", "Dashboard.xlsm"]


@pytest.mark.parametrize("path", ["Missing.xlsm", "."])
def test_a_path_that_is_no_file_is_refused(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["refresh", path]) == REFUSED
    assert capsys.readouterr().err.startswith("xlperf: ")


def test_refresh_says_what_it_did_and_keeps_the_version_before(dashboard, capsys):
    before = dashboard.read_bytes()
    assert main(["refresh", str(dashboard)]) == DONE
    out = capsys.readouterr().out
    for text in ("62 lines judged", "■ Red", "First refresh", "Checks:", "Workings says why"):
        assert text in out
    backup = dashboard.with_name("Dashboard.xlperf-backup.xlsm")
    assert backup.read_bytes() == before
    assert dashboard.read_bytes() != before


def test_a_second_refresh_changes_no_byte(dashboard, capsys):
    main(["refresh", str(dashboard)])
    first = dashboard.read_bytes()
    assert main(["refresh", str(dashboard)]) == DONE
    assert dashboard.read_bytes() == first
    assert "Nothing changed" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(dashboard, tmp_path, capsys):
    before = dashboard.read_bytes()
    assert main(["refresh", str(dashboard), "--dry-run"]) == DONE
    assert dashboard.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["Dashboard.xlsm"]
    assert "nothing was written" in capsys.readouterr().out


def test_output_leaves_the_workbook_as_it_is(dashboard, tmp_path):
    before = dashboard.read_bytes()
    other = tmp_path / "Other.xlsm"
    assert main(["refresh", str(dashboard), "--output", str(other)]) == DONE
    assert dashboard.read_bytes() == before
    assert zipfile.is_zipfile(other)


def test_refresh_as_json_holds_every_line(dashboard, capsys):
    assert main(["refresh", str(dashboard), "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert len(told["lines"]) == 62
    assert sum(told["counts"].values()) == 62
    assert told["period_end"] == "2014-09-30"
    assert {line["line"]: line["colour"] for line in told["lines"]}["SP6_satisfaction"] == "AMBER"


def test_another_period_can_be_assessed(dashboard, tmp_path, capsys):
    assert (
        main(
            [
                "refresh",
                str(dashboard),
                "--period",
                "2014-06",
                "--output",
                str(tmp_path / "June.xlsm"),
            ]
        )
        == DONE
    )
    out = capsys.readouterr().out
    assert "twelve months to June 2014" in out


@pytest.mark.parametrize("period", ["2014-13", "September", "14-09"])
def test_a_period_that_is_none_is_told(dashboard, period, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["refresh", str(dashboard), "--period", period])
    assert stopped.value.code == WRONG_USAGE
    assert "give it as 2014-09" in capsys.readouterr().err


def test_a_period_outside_the_data_is_told(dashboard, capsys):
    assert main(["refresh", str(dashboard), "--period", "2020-01"]) == WRONG_USAGE
    assert "outside the monthly data" in capsys.readouterr().err


def test_check_exits_with_3_when_data_has_errors(dashboard, capsys):
    from tests.users import cell

    assert main(["check", str(dashboard)]) == DONE
    dashboard.write_bytes(cell(dashboard.read_bytes(), "Monthly", "C5", b't="str"><v>n/a</v>'))
    assert main(["check", str(dashboard)]) == DATA_ERRORS
    out = capsys.readouterr().out
    assert "Monthly!C5" in out
    assert "'n/a'" in out


@pytest.mark.parametrize("what", ["SP12", "sp12", "SP12_offences", "SP12_offences_spc"])
def test_explain_gives_the_numbers(dashboard, what, capsys):
    assert main(["explain", str(dashboard), what]) == DONE
    out = capsys.readouterr().out
    assert "[SP12_offences_spc]" in out or "4,253" in out


def test_explain_names_the_priorities_when_asked_for_another(dashboard, capsys):
    assert main(["explain", str(dashboard), "SP99"]) == WRONG_USAGE
    assert "SP1, SP2" in capsys.readouterr().err


def test_explain_as_json(dashboard, capsys):
    assert main(["explain", str(dashboard), "SP11", "--json"]) == DONE
    lines = json.loads(capsys.readouterr().out)
    assert [line["line"] for line in lines] == [
        "SP11_offences",
        "SP11_offences_position",
        "SP11_offences_spc",
    ]


@pytest.mark.slow
def test_new_replaces_nothing_unless_told(tmp_path, capsys):
    path = tmp_path / "Mine.xlsm"
    assert main(["new", str(path)]) == DONE
    first = path.read_bytes()
    path.write_bytes(b"precious")
    assert main(["new", str(path)]) == WRONG_USAGE
    assert path.read_bytes() == b"precious"
    assert main(["new", str(path), "--overwrite"]) == DONE
    assert path.read_bytes() == first
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Mine.xlsx", "none/Mine.xlsm"])
def test_new_says_where_it_cannot_go(tmp_path, name):
    assert main(["new", str(tmp_path / name)]) == WRONG_USAGE


def test_a_blank_workbook_refreshes_and_says_that_it_has_no_data(tmp_path, capsys):
    path = tmp_path / "Blank.xlsm"
    assert main(["new", str(path), "--blank"]) == DONE
    assert main(["refresh", str(path)]) == DONE
    out = capsys.readouterr().out
    assert "■ Red 0   ♦ Amber 0   ● Green 0   – NA 7" in out


def test_a_workbook_open_in_excel_is_refused(dashboard, capsys):
    owner = dashboard.with_name("~$" + dashboard.name)
    owner.write_bytes(
        b"\x05Alice" + b" " * 48 + b"\x05\x00" + "Alice".encode("utf-16-le") + bytes(98)
    )
    before = dashboard.read_bytes()
    assert main(["refresh", str(dashboard)]) == REFUSED
    assert "open in Excel" in (shown := capsys.readouterr().err)
    assert "Alice" in shown
    assert dashboard.read_bytes() == before


def test_a_fault_of_the_program_is_one_sentence_and_a_log(dashboard, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: 1 / 0)
    before = dashboard.read_bytes()
    assert main(["refresh", str(dashboard)]) == FAULT
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "Traceback" not in shown
    assert "ZeroDivisionError" in (tmp_path / "xlperf" / "xlperf.log").read_text()
    assert dashboard.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="timers of POSIX")
@pytest.mark.parametrize("milliseconds", [1, 10, 40, 80, 120, 160])
def test_an_interrupted_refresh_leaves_a_whole_workbook(dashboard, refreshed, milliseconds):
    before = dashboard.read_bytes()
    code = f"""
import signal, sys
from xlperf import cli, pipeline

class Arguments(list):
    def __iter__(self):  # read within `main`: the time counts from there, however busy the computer is
        signal.setitimer(signal.ITIMER_REAL, {milliseconds / 1000})
        return super().__iter__()

signal.signal(signal.SIGALRM, signal.default_int_handler)
code = cli.main(Arguments(["refresh", sys.argv[1]]))
signal.setitimer(signal.ITIMER_REAL, 0)
sys.exit(code)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(dashboard)], capture_output=True, text=True, check=False
    )
    after = dashboard.read_bytes()
    assert done.returncode in (DONE, WRITTEN_BUT, INTERRUPTED), done.stderr
    if done.returncode == INTERRUPTED:
        assert re.fullmatch(
            r"xlperf: interrupted\. (Nothing was written or sent|Dashboard\.xlsm is as it was)\.\n",
            done.stderr,
        )
        assert after == before
    if after != before:
        again = dashboard.with_name("Again.xlsm")
        assert main(["refresh", str(dashboard), "--output", str(again)]) == DONE
        assert again.read_bytes() == after


def test_help_lists_the_exit_codes(capsys):
    with pytest.raises(SystemExit):
        main(["refresh", "--help"])
    out = capsys.readouterr().out
    for code in (
        DONE,
        REFUSED,
        WRONG_USAGE,
        DATA_ERRORS,
        WRITTEN_BUT,
        NOT_KNOWN,
        FAULT,
        INTERRUPTED,
    ):
        assert f"\n  {code}" in out


def test_output_that_is_cut_off_is_no_fault(dashboard):
    code = (
        "import sys; from xlperf.cli import main; sys.exit(main(['check', sys.argv[1], '--json']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(dashboard)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() in (DONE, 120)
    assert b"Traceback" not in errors


def test_python_m_runs_the_same_program():
    done = subprocess.run(
        [sys.executable, "-m", "xlperf", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("xlperf ")


@pytest.mark.slow
def test_changes_compares_the_last_two_periods_and_writes_nothing(dashboard, capsys):
    assert main(["changes", str(dashboard)]) == DONE
    assert (
        capsys.readouterr().out
        == "Dashboard.xlsm. The History sheet has no period yet. Refresh the workbook first.\n"
    )
    for period in ("2014-06", "2014-09"):
        main(["refresh", str(dashboard), "--period", period])
    capsys.readouterr()
    before = dashboard.read_bytes()
    assert main(["changes", str(dashboard)]) == DONE
    said = " ".join(capsys.readouterr().out.split())
    assert re.match(
        r"Dashboard\.xlsm\. \d+ of 62 lines changed between the periods to 30 June 2014 and to 30"
        r" September 2014: ",
        said,
    )
    assert main(["changes", str(dashboard), "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["earlier"], told["later"], told["lines"]) == ("2014-06-30", "2014-09-30", 62)
    assert f". {len(told['changes'])} of 62 lines changed" in said
    for item in told["changes"]:
        assert f"{item['priority']} {item['title']}, {item['label']}: {item['before']} ->" in said
    assert {item["turn"] for item in told["changes"]} <= {"worse", "otherwise", "better"}
    assert dashboard.read_bytes() == before


def test_changes_refuses_what_is_no_dashboard_and_says_when_history_is_gone(dashboard, capsys):
    dashboard.write_bytes(
        mended(dashboard.read_bytes(), table_part(dashboard, "tblHistory"), renamed_table)
    )
    assert main(["changes", str(dashboard)]) == REFUSED
    assert capsys.readouterr().err.startswith(
        "xlperf: There is no table named tblHistory, so nothing is known of"
    )
    dashboard.write_bytes(simple([["a", 1]]))
    assert main(["changes", str(dashboard)]) == REFUSED
    assert capsys.readouterr().err.startswith("xlperf: This is not an xlperf dashboard")


def table_part(path: Path, name: str) -> str:
    """Part of a table in a workbook."""
    parts = unpacked(path.read_bytes())
    return next(part for part, data in parts.items() if f'displayName="{name}"'.encode() in data)


def renamed_table(part: bytes) -> bytes:
    return part.replace(b"tblHistory", b"tblOther")


def test_what_is_registered_for_the_end_of_the_process_is_done(tmp_path):
    code = (
        "import atexit, sys; from xlperf.cli import program;"
        "code = program(['check', sys.argv[1]]); atexit.register(print, 'done'); sys.exit(code)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "missing.xlsm")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (REFUSED, "done\n")


def test_a_query_that_a_signal_interrupts_is_no_fault_of_the_program(capsys):
    def command():
        raise RuntimeError("Query interrupted") from Stopped(2)

    assert ended(command) == 130
    assert capsys.readouterr().err == "xlperf: interrupted. Nothing was written or sent.\n"
