"""The command `leakcheck`: files that are about to be sent, and those of a pack recognised.

A file of a pack is recognised by the pack.json beside it: the same name, the same SHA-256. What
publish itself has put into it, the office as author and the recipients, is then allowed; all else
is looked for again. A file that the pack holds for the office only, or that was changed since it
was published, must not be sent, whatever it holds.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf import leaks
from xlperf.errors import PackError
from xlperf.excel.saving import Origin
from xlperf.leaks.sentences import leaks_output
from xlperf.release import manifest
from xlperf.release.ledger import is_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


class PackState(StrEnum):
    """What a file is in the pack that it lies in."""

    PUBLISHED = "published"
    CHANGED = "changed"
    OFFICE_ONLY = "office only"
    LEDGER = "ledger"
    """It is no part of a pack: the ledger of an office, whatever its name."""


SENTENCES = {
    PackState.PUBLISHED: "It is to the byte what was published and checked for the panel.",
    PackState.CHANGED: (
        "It was changed since it was published: pack.json has another SHA-256 of it. Publish the"
        " pack again."
    ),
    PackState.LEDGER: (
        "It is the ledger of an office, which says where small counts are: it stays beside its"
        " workbook."
    ),
    PackState.OFFICE_ONLY: (
        "It is for the office only: it may say what was withheld. The files for the panel are"
        " those that pack.json lists under 'attach'."
    ),
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file, what was found in it, and what it is in its pack; `state` None: it is in none."""

    path: Path
    leaks: tuple[leaks.Leak, ...]
    state: PackState | None

    @property
    def blocks(self) -> bool:
        """Whether it must not be sent."""
        stays = self.state in (PackState.CHANGED, PackState.OFFICE_ONLY, PackState.LEDGER)
        return stays or bool(self.leaks)

    @property
    def output(self) -> str:
        """What the command prints of it."""
        if self.state is None:
            return leaks_output(str(self.path), self.leaks)
        if self.state is PackState.PUBLISHED:
            return f"{leaks_output(str(self.path), self.leaks)}\n{SENTENCES[self.state]}"
        return f"{self.path}: DO NOT SEND. {SENTENCES[self.state]}"

    @property
    def for_json(self) -> dict[str, object]:
        """The same for machines."""
        records = [
            {**asdict(leak), "kind": leak.kind.name, "remedy": leak.kind.remedy}
            for leak in self.leaks
        ]
        return {"file": str(self.path), "pack": self.state, "leaks": records}


def check_paths(
    paths: Iterable[Path], allowed: frozenset[str], progress: Callable[[str], None]
) -> list[CheckedFile]:
    """Look into files, and into the files for the panel of the folder of a pack.

    Raises
    ------
    PackError
        A folder is no pack's, or the pack is not as it was published.
    WorkbookError
        A file cannot be read.
    """
    checked = []
    for path in paths:
        for file, data in _files(path):
            progress(f"Looking into {file.name}")
            checked.append(_checked(file, data, allowed))
    return checked


def _files(path: Path) -> Iterator[tuple[Path, bytes]]:
    if not path.is_dir():
        yield path, Origin.read(path)[1]
        return
    pack = manifest.read(path)
    manifest.require_as_published(pack)
    yield from ((path / name, pack.contents[name]) for name in pack.manifest.attach)


def _checked(file: Path, data: bytes, allowed: frozenset[str]) -> CheckedFile:
    of_pack = _manifest_beside(file)
    state = None if of_pack is None else _state(file.name, data, of_pack)
    if is_ledger(data):
        state = PackState.LEDGER
    if of_pack is not None and state is PackState.PUBLISHED:
        allowed |= {of_pack.office, *of_pack.recipients}
    leaks_found = leaks.check(data, file.name, expected=leaks.Expected(allowed=allowed))
    return CheckedFile(file, leaks_found, state)


def _manifest_beside(file: Path) -> manifest.Manifest | None:
    """Read pack.json beside a file; None where there is none, or none that can be read: nothing is
    allowed for its sake then.
    """
    try:
        return manifest.parsed((file.parent / manifest.NAME).read_bytes())
    except (OSError, PackError):
        return None


def _state(typed: str, data: bytes, of_pack: manifest.Manifest) -> PackState | None:
    """State of a file; its name is compared without case, as Windows and macOS find it."""
    listed = (*of_pack.files, manifest.NAME, manifest.SIGNOFF)
    name = next((name for name in listed if name.casefold() == typed.casefold()), None)
    if name is None:
        return None
    if name not in of_pack.attach:
        return PackState.OFFICE_ONLY
    if of_pack.files[name] != manifest.digest(data):
        return PackState.CHANGED
    return PackState.PUBLISHED if of_pack.leakcheck == manifest.PASSED else None
