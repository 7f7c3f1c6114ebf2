"""The structure: who may import whom, and what a refresh must not load."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imports_keep_the_contracts():
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_refresh_loads_no_heavy_library(dashboard):
    code = (
        "import sys; from xlperf.cli import main; main(['refresh', sys.argv[1], '--dry-run']);"
        "heavy = {'scipy.stats', 'pandas', 'matplotlib', 'openpyxl', 'xlsxwriter', 'xlwings'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)))"
    )
    run = subprocess.run([sys.executable, "-c", code, str(dashboard)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_rules_read_no_clock():
    pure = [
        *ROOT.glob("xlperf/stats/*.py"),
        *ROOT.glob("xlperf/assess/*.py"),
        *ROOT.glob("xlperf/tables/*.py"),
        *ROOT.glob("xlperf/tiles/*.py"),
        ROOT / "xlperf" / "pipeline.py",
    ]
    for source in pure:
        text = source.read_text(encoding="utf-8")
        for clock in (".today(", ".now(", "time.time", "perf_counter", "random."):
            assert clock not in text or "np.random.Generator" in text, f"{source.name} uses {clock}"
