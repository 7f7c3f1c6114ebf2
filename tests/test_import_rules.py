"""The structure: who may import whom, and what a refresh must not load."""

import ast
import subprocess
import sys

import pytest

from tests.shipped import ROOT

HEAVY = {
    "scipy",
    "pandas",
    "matplotlib",
    "openpyxl",
    "xlsxwriter",
    "xlwings",
    "docx",
    "typst",
    "lxml",
    "pypdf",
    "pypdfium2",
    "statistics",
} | {
    "xlperf.disclosure",
    "xlperf.documents",
    "xlperf.leaks",
    "xlperf.release",
    "xlperf.tiles.change_sentences",
}


def test_imports_keep_the_contracts():
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_refresh_loads_no_heavy_library_and_no_other_command(dashboard):
    code = (
        "import sys; from xlperf.cli import main; main(['refresh', sys.argv[1], '--dry-run']);"
        f"heavy = {HEAVY!r} & set(sys.modules);"
        "heavy |= {name for name in sys.modules if name.startswith('xlperf.commands.')};"
        "heavy -= {'xlperf.commands.workbook_commands'};"
        "sys.exit(', '.join(sorted(heavy)) or None)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(dashboard)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "folder",
    ["stats", "assessment", "tables", "tiles", "disclosure", "documents", "leaks", "release"],
)
def test_the_rules_know_no_clock_and_no_chance(folder):
    # `date.today`, `datetime.now`, `time.*`, `random.*`: what is judged must depend on the workbook
    # alone.
    for source in (ROOT / "xlperf" / folder).glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"today", "now", "utcnow", "perf_counter", "monotonic"}, (
                    source.name
                )
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, (ast.Import, ast.ImportFrom))
                else []
            )
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            assert (
                not {module, *names} & {"random", "scipy.stats", "stats"} or module == "xlperf"
            ), source.name


def test_no_module_imports_scipy_stats():
    for source in (ROOT / "xlperf").rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        assert "scipy.stats" not in text.replace("``scipy.stats``", ""), source
        assert "from scipy import stats" not in text, source
