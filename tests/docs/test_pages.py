"""The documents are true: commands run, outputs are those printed, links lead somewhere, and each
page can be read in ten minutes.
"""

from __future__ import annotations

import doctest
import re
import shutil
import traceback
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import (
    DOCS,
    PAGES,
    PROMPT,
    README,
    arguments,
    blocks,
    commands_named,
    compare_page,
    findings,
    rebuilt,
    sources,
    steady,
    texts,
    wrapped,
)
from tests.newbook.test_adopting import board
from tests.shipped import ROOT, SHIPPED
from xlperf.cli import COMMANDS, main
from xlperf.command_line import parser
from xlperf.config import SETTINGS
from xlperf.functions.cells import answer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.docs.pages import Block

GENERATED = {"api.md", "codes.md", "commands.md", "functions.md", "rules.md", "settings.md"}
WORDS_A_MINUTE, LONGEST_READING = 230, 10
"""Reading of plain prose (Brysbaert, Journal of Memory and Language 109, 2019: 238 words a minute
in English), and minutes a page may take."""


def named(path: Path) -> str:
    return path.name


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the commands of a page are run in; there is no LibreOffice there, which
    would take most of the time.
    """
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "workbook").mkdir()
    shutil.copy(SHIPPED, tmp_path / "workbook" / "Dashboard.xlsm")
    shutil.copy(SHIPPED, tmp_path / "Dashboard.xlsm")
    (tmp_path / "Theirs.xlsx").write_bytes(board())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command: its exit code, and all it prints."""
    code = main(words)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=named)
def test_commands_and_examples_of_a_page_run_and_give_what_is_shown(path, folder, capsys):
    text = path.read_text(encoding="utf-8")
    context, rows = "", ""
    bodies: dict[Block, str] = {}
    names: dict[str, object] = {}
    for block in blocks(text):
        if block.rows:
            rows = block.body
            context = context or rows
        elif block.findings:
            bodies[block] = findings(rows, block.findings, context)
        elif block.command:
            code, printed = ran(arguments(block.command), capsys)
            assert code == block.code, printed
            bodies[block] = "".join(steady(printed).splitlines(keepends=True)[: block.lines])
        elif block.file:
            (folder / block.file).parent.mkdir(exist_ok=True)
            (folder / block.file).write_text(block.body, encoding="utf-8")
        elif block.language == "sh" and PROMPT in block.body and ".venv" not in block.body:
            for line in block.body.replace("\\\n", " ").splitlines():
                code, printed = ran(arguments(line.removeprefix(PROMPT)), capsys)
                assert code == 0, (line, printed)
        elif block.language == "python":
            bodies[block] = session(block.body, names)
    compare_page(path, rebuilt(text, bodies))


class Session(doctest.DocTestRunner):
    """Examples with what they print: as the page has it where that is the same but for blanks."""

    def __init__(self) -> None:
        super().__init__(optionflags=doctest.NORMALIZE_WHITESPACE)
        self.text = ""

    def _add(self, example: doctest.Example, printed: str) -> None:
        first, *more = example.source.splitlines(keepends=True)
        self.text += f">>> {first}" + "".join(f"... {line}" for line in more) + printed

    def report_success(self, out, test, example, got):
        self._add(example, example.want)

    def report_failure(self, out, test, example, got):
        self._add(example, wrapped(got.splitlines()) if got else "")

    def report_unexpected_exception(self, out, test, example, exc_info):
        sentence = traceback.format_exception_only(*exc_info[:2])
        self._add(example, "Traceback (most recent call last):\n" + wrapped(sentence))


def session(text: str, names: dict[str, object]) -> str:
    """Run the examples of a block, and give it with what they print."""
    runner = Session()
    test = doctest.DocTestParser().get_doctest(text, names, "page", "page", 0)
    runner.run(test, clear_globs=False)
    names.update(test.globs)
    assert runner.text, text
    return runner.text


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_command_named_is_one_that_can_be_typed(path):
    if path.name in GENERATED:
        return
    for words in commands_named(path.read_text(encoding="utf-8")):
        if words[0] in ("--help", "--version") or words in [[name] for name in COMMANDS]:
            continue
        assert parser(COMMANDS).parse_args(words).run, words


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_and_pictures_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target, _, anchor in re.findall(r"\]\(([^)#\s]*)(#([\w-]+))?\)", text) + re.findall(
        r"^\[\w+\]: (\S+)()()$", text, re.MULTILINE
    ):
        if target.startswith("https://"):
            continue
        page = path.parent / target if target else path
        assert page.exists(), target
        if anchor:
            assert anchor in anchors(page), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short():
    lines = README.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    assert [line for line in lines if len(line) > 100] == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_prose_wraps_at_a_hundred_columns(path):
    """But for rows of tables, comments and addresses, which cannot be wrapped."""
    lines = path.read_text(encoding="utf-8").splitlines()
    long = [
        line for line in lines if len(line) > 100 and not re.match(r"\||<!--|.*https?://", line)
    ]
    assert long == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_is_read_in_ten_minutes(path):
    """Generated pages are looked things up in, not read."""
    if path.name not in GENERATED:
        words = len(
            re.findall(r"\w+", re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL))
        )
        assert words <= WORDS_A_MINUTE * LONGEST_READING


def test_every_page_is_in_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for path in PAGES[1:]:
        name = path.relative_to(DOCS).as_posix()
        assert name == "index.md" or name.startswith("decisions/") or f"({name})" in index, name


def test_every_decision_is_in_their_index():
    index = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    for path in (DOCS / "decisions").glob("*.md"):
        assert path.name == "index.md" or f"({path.name})" in index, path.name


def test_the_two_commands_of_the_readme_are_there_for_both_systems():
    text = README.read_text(encoding="utf-8")
    for marker in ("<!-- run command -->", "<!-- test command -->"):
        assert f"{marker}\n```sh\npython3 -m venv .venv && " in text
    assert text.count("```bat\npy -m venv .venv && ") == 2


@pytest.mark.slow
def test_every_command_is_given_as_it_runs_where_unsigned_programs_are_blocked():
    """That is by `python -m`: the script that pip makes is unsigned."""
    commands = "|".join(COMMANDS)
    by_script = re.compile(rf"(?<!-m )\bxlperf(?:\.exe)? (?:(?:{commands})\b|--\w+|FILE\b)")
    pages = (*PAGES, ROOT / "CHANGELOG.md")
    named = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (*sources(), *pages)
        for match in by_script.finditer(texts(path))
    }
    assert named == set()


def test_formulas_with_figures_give_what_is_shown():
    page = (DOCS / "formulas.md").read_text(encoding="utf-8")
    rows = re.findall(r"`=(XP_\w+)\(([\d.,]+)\)` \| (.*?) \|", page)
    assert len(rows) > 2
    for name, words, shown in rows:
        given = answer(name, tuple(float(word) for word in words.split(",")))
        cells = given[0] if isinstance(given, list) else [given]
        texts = [f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells]
        assert [text.upper() for text in texts] == re.findall(r"`(.*?)`", shown)


def test_every_setting_that_is_explained_is_one():
    page = (DOCS / "analyst-tiles.md").read_text(encoding="utf-8")
    section = page.partition("## Settings that change colours")[2].partition("\n## ")[0]
    named = set(re.findall(r"^- `(\w+)` \(", section, re.MULTILINE))
    assert named
    assert named <= {setting.key for setting in SETTINGS}


def test_every_message_that_is_explained_is_one_of_the_program():
    """Those of Excel, Python and the system say so."""
    page = (DOCS / "when-it-goes-wrong.md").read_text(encoding="utf-8")
    said = "\n".join(map(texts, sources())).lower()
    for row in re.findall(r'^- ((?:[^"]|"[^"]*")*?):\s', page, re.MULTILINE):
        if not re.search(r"\(of (?:Excel|Python|the system)\)", row):
            for part in re.findall(r'"([^"]+)"', row):
                for piece in re.split(r"\s*…\s*", " ".join(part.split())):
                    assert piece.lower() in said, piece


CITATION = re.compile(r"docs/([\w/-]+\.md)(?:, ([A-Z][\w ]*\w))?")


def test_every_page_that_the_code_cites_is_there_with_its_section():
    for folder in ("xlperf", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            source = re.sub(r"\s*\n\s*#? *", " ", path.read_text(encoding="utf-8"))
            for name, section in CITATION.findall(source):
                page = DOCS / name
                assert page.exists(), f"{path}: {name}"
                headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
                found = not section or any(title.startswith(section) for title in headings)
                assert found, f"{path}: {section}"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_file_that_a_page_names_is_there(path):
    for span in re.findall(r"`([\w/.-]+)`", path.read_text(encoding="utf-8")):
        if re.fullmatch(r"[a-z][\w-]*(/[\w-]+)+(\.\w+)?", span):
            assert any((ROOT / start / span).exists() for start in ("", "xlperf")), span


def test_the_help_names_the_command_as_it_runs(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert capsys.readouterr().out.startswith("usage: python -m xlperf ")


def test_no_file_carries_a_path_of_a_machine():
    for path in ROOT.rglob("*"):
        if path.suffix in (".py", ".md", ".toml", ".csv", ".json") and not set(path.parts) & {
            ".venv",
            "node_modules",
            ".git",
        }:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(?:home|Users|root|work)/\w", text), path
