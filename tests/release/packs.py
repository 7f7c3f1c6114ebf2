"""A panel pack as publish makes it, for tests: three files to attach, the log that stays, and
pack.json.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from xlperf.release import manifest, signoff
from xlperf.release.manifest import Manifest, digest

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2014, 11, 3, 10, 0, tzinfo=UTC)
CLERK, CHAIR = "clerk@panel.example", "chair@council.example"
PEOPLE = {"analyst": "Ann Able", "assurer": "Bob Barr", "approver": "Cat Cole"}
ATTACHED = {
    "OFFICIAL Dashboard September 2014.xlsx": b"PK\x03\x04" + bytes(range(256)) * 9,
    "OFFICIAL Report September 2014.docx": b"PK\x03\x04 a report\r\n.\r\n..\nFrom here\r" * 40,
    "OFFICIAL Report September 2014.pdf": b"%PDF-1.7\n\xff\xfe\x00",
}
KEPT = {"QA log.txt": b"what was checked\n"}


def published(folder: Path, files: dict[str, bytes] | None = None, **changes: object) -> Path:
    """Make the folder of a pack; `changes` are fields of its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    attached = ATTACHED if files is None else files
    for name, data in (attached | KEPT).items():
        (folder / name).write_bytes(data)
    made = Manifest(
        period=date(2014, 9, 30),
        office="Office of the Police and Crime Commissioner",
        data_note="Illustrative data",
        marking="OFFICIAL",
        recipients=(CLERK, CHAIR),
        files={name: digest(data) for name, data in (attached | KEPT).items()},
        attach=tuple(attached),
        leakcheck="passed",
        fingerprint="0123456789abcdef",
        version="0.1.0",
    )
    (folder / manifest.NAME).write_bytes(manifest.written(replace(made, **changes)))
    return folder


def signed(folder: Path, *, without_mail: bool = False) -> Path:
    """Have all three sign."""
    for hour, (role, who) in enumerate(PEOPLE.items()):
        signoff.sign(folder, role, who, NOW + timedelta(hours=hour), without_mail=without_mail)
    return folder
