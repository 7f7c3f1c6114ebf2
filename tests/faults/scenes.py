"""Every command that writes or sends, as a scene for faults."""

from __future__ import annotations

import re
import shutil
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from tests.faults.injecting import Scene
from tests.release.packs import published, signed
from xlperf.errors import XlperfError
from xlperf.excel.file import FileWorkbook
from xlperf.release import mail, manifest, signoff
from xlperf.release.ledger import ledger_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.release.servers import Inbox

PACK_FILE = re.compile(
    r"Panel(/.*)?|Panel \(until [^/]*(/.*)?|Book\.xlsm|Book\.xlperf-backup\.xlsm"
)
PUT_ASIDE = "the old one, put aside"
"""Between two moves, where only an end of the process leaves it: whoever asks for the pack is told
where it is.
"""


def scenes(fresh: Path, refreshed: Path, published_from: Path, pack: Path) -> list[Scene]:
    """Give the scenes. `fresh`: a workbook never refreshed; `refreshed`: after; `pack`: made of
    `published_from`.
    """
    return [*_of_workbooks(fresh, refreshed), *_of_packs(published_from, pack)]


def whole(path: Path, old: bytes | None) -> str:
    """Say whether a workbook is the old one, or a whole new one."""
    if not path.exists():
        return "old" if old is None else "missing"
    data = path.read_bytes()
    if data == old:
        return "old"
    try:
        broken = zipfile.ZipFile(BytesIO(data)).testzip()
        FileWorkbook.open(path).table_names()
    except (zipfile.BadZipFile, XlperfError) as error:
        return f"half a file: {error}"
    return "new" if broken is None else f"damaged: {broken}"


def _of_workbooks(fresh: Path, refreshed: Path) -> list[Scene]:
    old, other = fresh.read_bytes(), refreshed.read_bytes()

    def book(folder: Path) -> None:
        shutil.copy(fresh, folder / "Book.xlsm")

    def two(folder: Path) -> None:
        book(folder)
        shutil.copy(refreshed, folder / "Other.xlsm")

    def kept(folder: Path, name: str, state: str, before: bytes) -> str:
        backup = folder / f"{name}.xlperf-backup.xlsm"
        return (
            "the old version is gone" if state == "new" and backup.read_bytes() != before else state
        )

    return [
        Scene(
            "refresh",
            book,
            lambda folder: ["refresh", str(folder / "Book.xlsm")],
            lambda folder: kept(folder, "Book", whole(folder / "Book.xlsm", old), old),
            lambda folder: ["refresh", str(folder / "Book.xlsm")],
            lambda name: name in {"Book.xlsm", "Book.xlperf-backup.xlsm"},
        ),
        Scene(
            "refresh to another",
            book,
            lambda folder: [
                "refresh",
                str(folder / "Book.xlsm"),
                "--output",
                str(folder / "Other.xlsm"),
            ],
            lambda folder: whole(folder / "Other.xlsm", None),
            lambda folder: [
                "refresh",
                str(folder / "Book.xlsm"),
                "--output",
                str(folder / "Other.xlsm"),
                "--overwrite",
            ],
            lambda name: name in {"Book.xlsm", "Other.xlsm", "Other.xlperf-backup.xlsm"},
        ),
        Scene(
            "refresh over another",
            two,
            lambda folder: [
                "refresh",
                str(folder / "Book.xlsm"),
                "--output",
                str(folder / "Other.xlsm"),
                "--overwrite",
            ],
            lambda folder: kept(folder, "Other", whole(folder / "Other.xlsm", other), other),
            lambda folder: (
                ["refresh", str(folder / "Other.xlsm")]
                if whole(folder / "Other.xlsm", other) == "new"
                else [
                    "refresh",
                    str(folder / "Book.xlsm"),
                    "--output",
                    str(folder / "Other.xlsm"),
                    "--overwrite",
                ]
            ),
            lambda name: name in {"Book.xlsm", "Other.xlsm", "Other.xlperf-backup.xlsm"},
        ),
        Scene(
            "new",
            lambda _folder: None,
            lambda folder: ["new", str(folder / "Mine.xlsm"), "--without-macros"],
            lambda folder: whole(folder / "Mine.xlsm", None),
            lambda folder: ["new", str(folder / "Mine.xlsm"), "--without-macros", "--overwrite"],
            lambda name: name in {"Mine.xlsm", "Mine.xlperf-backup.xlsm"},
        ),
    ]


def _of_packs(refreshed: Path, pack: Path) -> list[Scene]:
    before = (pack / manifest.NAME).read_bytes()

    def book(folder: Path) -> None:
        shutil.copy(refreshed, folder / "Book.xlsm")

    def both(folder: Path) -> None:
        book(folder)
        shutil.copytree(pack, folder / "Panel")
        # as one made with an earlier version of xlperf, so that the new pack differs
        (folder / "Panel" / manifest.NAME).write_bytes(
            before.replace(b'"version": "', b'"version": "0.', 1)
        )

    def published_state(folder: Path) -> str:
        earlier = before.replace(b'"version": "', b'"version": "0.', 1)
        place = folder / "Panel"
        if not place.exists():
            return "old"
        try:
            found = manifest.read(place)
            manifest.require_as_published(found)
        except XlperfError as error:
            return f"half a pack: {error}"
        return "old" if found.contents[manifest.NAME] == earlier else "new"

    def again_state(folder: Path) -> str:
        if (folder / "Panel").exists():
            return published_state(folder)
        aside = [path for path in folder.iterdir() if path.name.startswith("Panel (until ")]
        return PUT_ASIDE if [manifest.read(path).manifest for path in aside] else "missing"

    def publish(folder: Path, *more: str) -> list[str]:
        book = folder / "Book.xlsm"
        first = [] if ledger_path(book).exists() else ["--first-issue"]
        return ["publish", str(book), "--to", str(folder / "Panel"), *first, *more]

    return [
        Scene(
            "publish",
            book,
            publish,
            published_state,
            lambda folder: publish(folder, "--again"),
            _is_of_pack,
        ),
        Scene(
            "publish again",
            both,
            lambda folder: publish(folder, "--again"),
            again_state,
            lambda folder: publish(folder, "--again"),
            _is_of_pack,
        ),
        *_of_signing(),
    ]


def _of_signing() -> list[Scene]:
    in_pack = re.compile(r"Panel(/[^./][^/]*)?").fullmatch
    return [
        Scene(
            "sign", _one_signature, _sign, _signed_state, _sign, lambda name: bool(in_pack(name))
        ),
        Scene(
            "mail",
            lambda folder: signed(published(folder / "Panel")) and None,
            _draft,
            _drafted,
            _draft,
            lambda name: name == "Mail.eml" or bool(in_pack(name)),
        ),
    ]


def _one_signature(folder: Path) -> None:
    published(folder / "Panel")
    signoff.sign(
        folder / "Panel",
        "analyst",
        "Ann Able",
        signoff.datetime.fromisoformat("2014-11-03T10:00:00Z"),
    )


def _signed_state(folder: Path) -> str:
    try:
        number = len(signoff.state(folder / "Panel").signatures)
    except XlperfError as error:
        return f"half a sign-off: {error}"
    return {1: "old", 2: "new"}.get(number, f"{number} signatures")


def _drafted(folder: Path) -> str:
    path = folder / "Mail.eml"
    if not path.exists():
        return "old"
    return (
        "new"
        if path.read_bytes() == mail.draft(mail.compose(manifest.read(folder / "Panel")))
        else "half a mail"
    )


def _sign(folder: Path) -> list[str]:
    return ["sign", str(folder / "Panel"), "--role", "assurer", "--who", "Bob Barr"]


def _draft(folder: Path) -> list[str]:
    return ["mail", str(folder / "Panel"), "--eml", str(folder / "Mail.eml")]


def _is_of_pack(name: str) -> bool:
    ledger = name.startswith("Book.xlperf-ledger")
    return ledger or (bool(PACK_FILE.fullmatch(name)) and "/." not in name)


def sending(inbox: Inbox) -> Scene:
    """Give the scene of a mail that is sent to `inbox`."""

    def prepare(folder: Path) -> None:
        inbox.mails.clear()
        signed(published(folder / "Panel"))

    return Scene(
        "mail sent",
        prepare,
        lambda folder: [
            "mail", str(folder / "Panel"), "--send", "--no-tls", "--server", f"127.0.0.1:{inbox.port}",
            "--from", "office@police.example",
        ],
        lambda _folder: "new" if inbox.mails else "old",
        lambda _folder: [],
        lambda _name: True,
        on_disk=False,
    )  # fmt: skip
