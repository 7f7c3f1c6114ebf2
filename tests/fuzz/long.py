"""Mutated files by the thousand: `python -m tests.fuzz.long 5000` gives 5,000 to the readers of
workbooks.

The other readers get a fifth of that each. `... 5000 refresh edit` plays these readers only.
Printed is for each reader how its files ended, and every file that ended wrong; `python -m
tests.fuzz.long make "refresh" "Dashboard.xlsm 17 803" FILE` makes such a file again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from tests.fuzz.guided import Mutant, played
from tests.fuzz.readers import READERS, WORKBOOKS, warm

SHARES = {
    "refresh": 0.5,
    "check": 0.1,
    "explain": 0.04,
    "changes": 0.06,
    "edit": 0.18,
    "publish": 0.02,
}
"""Of the workbooks; the leak check has the rest."""
OTHERS = 0.2


def main() -> int:
    """Play; 1 if anything was wrong."""
    if sys.argv[1:2] == ["make"]:
        return _make(*sys.argv[2:5])
    number, only, wrong = int(sys.argv[1]), sys.argv[2:], 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warm(folder)
        for reader in READERS:
            if only and reader.name not in only:
                continue
            started = time.perf_counter()
            tally = played(reader, _share(reader.name, number), folder)
            print(f"{reader.name}: {tally}; {time.perf_counter() - started:.0f} s", flush=True)
            print("".join(f"  {fault}\n" for fault in tally.faults), end="", flush=True)
            wrong += len(tally.faults)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


def _share(name: str, number: int) -> int:
    if name not in WORKBOOKS:
        return round(number * OTHERS)
    given = {of: round(number * share) for of, share in SHARES.items()}
    return given.get(name, number - sum(given.values()))


def _make(name: str, mutant: str, target: str) -> int:
    reader = next(reader for reader in READERS if reader.name == name)
    sample = max((sample for sample in reader.samples() if mutant.startswith(sample)), key=len)
    seeds = tuple(map(int, mutant.removeprefix(sample).split()))
    Path(target).write_bytes(Mutant(sample, seeds).data(reader))
    return 0


if __name__ == "__main__":
    sys.exit(main())
