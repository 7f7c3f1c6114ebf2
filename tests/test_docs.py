"""The README says what the program does: its outputs are those of the commands, its tables name
every code and setting.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.shipped import ROOT, SHIPPED
from xlperf.assess.rag import Reason
from xlperf.cli import main
from xlperf.tables.problems import Code

README = ROOT / "README.md"
OUTPUT = re.compile(r"<!-- output: python -m xlperf ([^>]*) -->\n```text\n(.*?)```", re.DOTALL)
DOCS = sorted((ROOT / "docs").glob("*.md"))
UPDATE = os.environ.get("XLPERF_UPDATE_DOCS") == "1"


def readme() -> str:
    return README.read_text(encoding="utf-8")


def steady(text: str) -> str:
    """Without what differs from run to run."""
    return re.sub(r"in \d+\.\d s", "in 0.4 s", text).rstrip() + "\n"


@pytest.mark.parametrize("command", [match.group(1) for match in OUTPUT.finditer(readme())])
def test_the_outputs_shown_are_those_of_the_commands(command, tmp_path, monkeypatch, capsys):
    (tmp_path / "workbook").mkdir()
    shutil.copy(SHIPPED, tmp_path / "workbook" / SHIPPED.name)
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 0
    printed = steady(capsys.readouterr().out)
    text = readme()
    shown = next(match.group(2) for match in OUTPUT.finditer(text) if match.group(1) == command)
    if UPDATE:
        README.write_text(
            text.replace(
                f"python -m xlperf {command} -->\n```text\n{shown}```",
                f"python -m xlperf {command} -->\n```text\n{printed}```",
            ),
            encoding="utf-8",
        )
    else:
        assert shown == printed, "renew the README with XLPERF_UPDATE_DOCS=1"


@pytest.mark.parametrize("code", [*Code, *Reason])
def test_every_code_is_explained(code):
    assert f"| `{code}` |" in readme()


def test_no_code_is_explained_that_is_not_there():
    explained = set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", readme(), re.MULTILINE))
    assert explained == {str(code) for code in (*Code, *Reason)}


def test_every_command_is_listed():
    from xlperf.cli import COMMANDS
    from xlperf.command_line import parser

    commands = next(
        action
        for action in parser(COMMANDS)._actions
        if action.choices and "refresh" in action.choices
    ).choices
    for name in commands:
        assert f"`python -m xlperf {name}" in readme(), name


def test_every_command_is_given_as_it_runs_where_unsigned_programs_are_blocked():
    from xlperf.cli import COMMANDS
    from xlperf.command_line import parser

    commands = next(
        action
        for action in parser(COMMANDS)._actions
        if action.choices and "refresh" in action.choices
    ).choices
    by_script = re.compile(rf"(?<!-m )\bxlperf(?:\.exe)? (?:{'|'.join(commands)}|--\w+|FILE)\b")
    files = [
        path
        for path in (ROOT / "xlperf").rglob("*")
        if path.suffix in (".py", ".bas", ".cls", ".xml", ".txt")
    ]
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (*files, README, ROOT / "CHANGELOG.md", *DOCS)
        for match in by_script.finditer(" ".join(path.read_text(encoding="utf-8").split()))
    }
    assert found == set()


def test_the_help_names_the_command_as_it_runs(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert capsys.readouterr().out.startswith("usage: python -m xlperf ")


def test_every_setting_named_exists():
    from xlperf.config import SETTINGS

    section = readme().partition("### 4. Choose")[2].partition("### 5.")[0]
    keys = {setting.key for setting in SETTINGS}
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) <= keys


def test_every_function_is_listed_as_it_is_called():
    from xlperf.functions.registry import FUNCTIONS

    for function in FUNCTIONS:
        assert f"| `{function.usage}` | {function.summary} |" in readme()


def test_links_and_pictures_lead_somewhere():
    for page in (README, *DOCS):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (page.parent / target).exists(), target


def test_no_file_carries_a_path_of_a_machine():
    for path in ROOT.rglob("*"):
        if path.suffix in (".py", ".md", ".toml", ".csv", ".json") and not set(path.parts) & {
            ".venv",
            "node_modules",
            ".git",
        }:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(?:home|Users|root|work)/\w", text), path


def test_the_two_commands_of_the_readme_are_there():
    for marker in ("<!-- run command -->", "<!-- test command -->"):
        assert re.search(
            re.escape(marker) + r"\n```sh\npython3 -m venv \.venv && [^\n]+\n```", readme()
        )
    assert Path(SHIPPED).exists()
