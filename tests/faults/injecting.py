"""Commands run with a fault put into one of their system calls (`strace -e inject`), and what they
say compared with what is on the disk.

A point is one call on a path of the test's folder (or, of a mail that is sent, one call on the
connection) and one fault: an error that the call returns instead of doing anything, or a signal
that comes before it. The calls are counted in a run without a fault; a child of the same process
with the same folder makes the same calls again.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

READING = ("EACCES", "EIO")
ERRORS = {
    "openat": ("EACCES", "EIO", "ENOSPC"),
    "write": ("EIO", "ENOSPC"),
    "fsync": ("EIO", "ENOSPC"),
    "close": ("EIO",),
    "rename": ("EACCES", "EIO", "ENOSPC"),
    "renameat": ("EACCES", "EIO"),
    "renameat2": ("EACCES", "EIO"),
    "unlink": ("EACCES", "EIO"),
    "unlinkat": ("EACCES", "EIO"),
    "rmdir": ("EACCES", "EIO"),
    "mkdir": ("EACCES", "ENOSPC"),
    "chmod": ("EPERM", "EIO"),
    "fchmod": ("EPERM", "EIO"),
    "flock": ("ENOLCK", "EOPNOTSUPP", "EIO"),
    "read": ("EIO",),
    "stat": READING,
    "lstat": READING,
    "newfstatat": READING,
    "statx": READING,
    "fstat": ("EIO",),
    "access": ("EACCES",),
    "faccessat": ("EACCES",),
    "faccessat2": ("EACCES",),
    "readlink": ("EIO",),
    "getdents64": ("EIO",),
}
"""Errors that each call on a path or file may give; names that a processor does not have are passed
over by strace.
"""
ON_A_CONNECTION = {
    "connect": ("ECONNREFUSED", "ETIMEDOUT"),
    "sendto": ("EPIPE", "ECONNRESET"),
    "recvfrom": ("ECONNRESET", "ETIMEDOUT"),
}
MOST_CALLS = 65_535
"""Calls of one name that strace can count to (its manual, -e inject)."""
CHANGES = frozenset(
    (
        "write",
        "fsync",
        "rename",
        "renameat",
        "renameat2",
        "unlink",
        "unlinkat",
        "rmdir",
        "mkdir",
        "chmod",
        "fchmod",
    )
)
"""Calls that change what is on the disk."""
SIGNALS = ("KILL", "TERM", "INT")
ANY = {name: f"?{name}" for name in (*ERRORS, *ON_A_CONNECTION)}
CALL = re.compile(r"([a-z_0-9]+)\(")
NEW_CODES, OLD_CODES, UNKNOWN = (0, 4), (1, 2, 129, 130, 143), 5
CLAIMS = {
    "old": ("as it was", "was not written", "Nothing was", "nothing was", "No pack was"),
    "new": (" is written", "The pack is in", "mail was sent"),
}


@dataclass(frozen=True)
class Fault:
    """A fault at a call."""

    call: str
    number: int
    """Of the calls of this name, from 1."""
    kind: str
    """An error, or a signal with SIG before it."""
    lasting: bool = False
    """Every later call of the name fails, too."""
    text: str = field(default="", compare=False)
    """The call as it was without the fault."""

    def __str__(self) -> str:
        return (
            f"{self.kind}{' for good' if self.lasting else ''} at {self.call} {self.number}:"
            f" {self.text[:150]}"
        )

    @property
    def option(self) -> str:
        """As strace takes it."""
        what = f"signal={self.kind}" if self.kind.startswith("SIG") else f"error={self.kind}"
        return f"inject=?{self.call}:{what}:when={self.number}{'+' if self.lasting else ''}"


def sample(points: Sequence[Fault], most: int, seed: int = 1) -> list[Fault]:
    """Choose from the points of a scene, in their order: all at calls that change the disk, one of
    each call and kind, and of the others as many as make `most`, which is no limit to the former.
    """
    shuffled = random.Random(seed).sample(points, len(points))  # noqa: S311 - points for tests, not secrets
    of_each = {(point.call, point.kind, point.lasting): point for point in shuffled}
    needed = {point for point in points if point.call in CHANGES} | set(of_each.values())
    others = [point for point in shuffled if point not in needed]
    chosen = needed.union(others[: max(0, most - len(needed))])
    return [point for point in points if point in chosen]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    calls: tuple[str, ...]
    """Its calls as strace shows them."""


@dataclass(frozen=True)
class Scene:
    """A command, the folder it starts from, and how to see what it has done."""

    name: str
    prepare: Callable[[Path], None]
    """Fills an empty folder."""
    arguments: Callable[[Path], Sequence[str]]
    state: Callable[[Path], str]
    """What is there: old, new, or what else."""
    again: Callable[[Path], Sequence[str]]
    """A command that follows, after which nothing is left over."""
    expected: Callable[[str], bool]
    """Whether a name may be in the folder after that."""
    on_disk: bool = True
    """Whether it is about files; else about a connection."""


class Driver:
    """The process that runs the commands."""

    def __init__(self, place: Path, source: Path, pack: Path) -> None:
        """Start it; `place` is a folder for it, `source` a workbook, `pack` a signed pack that can
        be mailed.
        """
        self.place = place
        (place / "warm").mkdir(parents=True)
        environment = os.environ | {
            "XDG_STATE_HOME": str(place), "PATH": "/nowhere", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(place), "TZ": "UTC",
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("driver.py")), str(place / "warm"), str(source), str(pack)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _tell(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(
        self,
        arguments: Sequence[str],
        options: Sequence[str] | None = None,
        *,
        out: str | None = "",
        err: str | None = "",
    ) -> Ended:
        """Run a command; traced with `options`, where there are any. `out`, `err`: another file;
        None: closed.
        """
        names = {"out": self.place / "out", "err": self.place / "err"}
        asked = {
            "args": list(arguments),
            "out": None if out is None else out or str(names["out"]),
            "err": None if err is None else err or str(names["err"]),
        }
        self._tell(json.dumps(asked))
        child, log = self._answer(), self.place / "calls"
        tracer = None
        if options is not None:
            command = ["strace", "-y", "-s", "200", "-p", child, "-o", str(log), *options]
            tracer = subprocess.Popen(
                [shutil.which("strace") or "strace", *command[1:]],
                stderr=subprocess.PIPE,
                text=True,
            )
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            assert "attached" in said, said
        self._tell("go")
        answer = self._answer()
        assert answer, "the driver has ended"
        code = int(answer)
        if tracer is not None:
            tracer.communicate()
        texts = {
            key: path.read_text(errors="replace") if path.exists() else ""
            for key, path in names.items()
        }
        calls = tuple(log.read_text(errors="replace").splitlines()) if tracer is not None else ()
        return Ended(code, texts["out"], texts["err"], calls)


class Stage:
    """A folder in which scenes are played, over and over."""

    def __init__(self, driver: Driver, folder: Path) -> None:
        """Play in `folder`, which is deleted and made anew."""
        self.driver, self.folder = driver, folder

    def _set(self, scene: Scene) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        scene.prepare(self.folder)

    def _kinds(self, scene: Scene) -> dict[str, tuple[str, ...]]:
        return ERRORS if scene.on_disk else ON_A_CONNECTION

    def faults(self, scene: Scene, *, lasting: bool = False) -> list[Fault]:
        """Give every point of a scene, in the order of its calls; with `lasting`, errors that last,
        too.
        """
        self._set(scene)
        kinds = self._kinds(scene)
        ended = self.driver.run(
            scene.arguments(self.folder), ["-e", f"trace={','.join(ANY[name] for name in kinds)}"]
        )
        assert ended.code == 0, ended.err
        assert scene.state(self.folder) == "new", scene.state(self.folder)
        points = self._points(ended.calls, kinds, on_disk=scene.on_disk, lasting=lasting)
        return [point for point in points if point.number <= MOST_CALLS]

    def _points(
        self,
        calls: Sequence[str],
        kinds: dict[str, tuple[str, ...]],
        *,
        on_disk: bool,
        lasting: bool,
    ) -> Iterator[Fault]:
        seen: Counter[str] = Counter()
        for line in calls:
            found = CALL.match(line)
            if found is None or found[1] not in kinds:
                continue
            name = found[1]
            seen[name] += 1
            if on_disk and str(self.folder) not in line:
                continue
            text = line.replace(str(self.folder), "FOLDER")
            for kind in (*kinds[name], *(f"SIG{signal}" for signal in SIGNALS)):
                yield Fault(name, seen[name], kind, text=text)
            if lasting:
                yield Fault(name, seen[name], kinds[name][0], lasting=True, text=text)

    def _left(self, scene: Scene) -> list[str]:
        """Give what is in the folder and does not belong there."""
        names = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*"))
        return sorted(name for name in names if not scene.expected(name))

    def play(self, scene: Scene, fault: Fault) -> list[str]:
        """Play a scene with a fault, and what follows where something was left; gives what was not
        as it should be.
        """
        self._set(scene)
        ended = self.driver.run(
            scene.arguments(self.folder), ["-e", f"trace=?{fault.call}", "-e", fault.option]
        )
        state = scene.state(self.folder)
        wrong = list(_untrue(ended, fault, state, on_disk=scene.on_disk))
        if not any(
            "INJECTED" in line or f"--- {fault.kind}" in line or "+++ killed" in line
            for line in ended.calls
        ):
            wrong.append("the fault did not come")
        if scene.on_disk and (self._left(scene) or state not in ("old", "new")):
            after = self.driver.run(scene.again(self.folder))
            if after.code not in (0, 1) or "Traceback" in after.err:
                wrong.append(f"the next command ended with {after.code}: {after.err}")
            if (state := scene.state(self.folder)) != "new":
                wrong.append(f"after the next command there is: {state}")
            if left := self._left(scene):
                wrong.append(f"left over: {left}")
        return [
            f"{scene.name}, {fault}\n    {text}\n    exit code {ended.code}, said:"
            f" {ended.err.strip()}"
            for text in wrong
        ]


def _untrue(ended: Ended, fault: Fault, state: str, *, on_disk: bool) -> Iterator[str]:
    """Compare what was said with what is there."""
    told = fault.kind == "SIGKILL" or (
        fault.lasting and ended.code == UNKNOWN and "The earlier pack is in" in ended.err
    )
    if state not in ("old", "new") and not (told and state.startswith("the old one")):
        yield f"there is neither the old nor the new version: {state}"
    if "Traceback" in ended.err or ended.err.count("\n") > 1 or ended.code == 70:
        yield "no sentence"
    if fault.kind == "SIGKILL":
        return
    if ended.code == UNKNOWN:
        if on_disk and not fault.lasting:
            yield f"said to be not known, and it can be: {state}"
    elif state == "new" and ended.code not in NEW_CODES:
        yield "new, and the exit code says old"
    elif state == "old" and ended.code not in OLD_CODES:
        yield "old, and the exit code says new"
    other = "new" if state == "old" else "old"
    for claim in CLAIMS[other]:
        if claim in ended.err and not (claim == " is written" and "backup" in ended.err):
            yield f"{state}, and the sentence says: {claim}"
