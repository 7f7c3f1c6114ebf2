"""What a panel pack consists of: the file pack.json in its folder, and the folder read once and
compared with it.

Every decision about a pack, to sign it or to send it, is taken on the bytes that were read here,
and these very bytes are attached: a file that changes in between cannot slip through.
"""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from xlperf.errors import PackError
from xlperf.release import recipients as addresses
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME, SIGNOFF, SENT = "pack.json", "signoff.json", "sent.json"
LEDGER = ".xlperf-ledger.jsonl"
"""Ending of the file in which an office keeps what each issue showed: as secret as its data."""
"""What the pack consists of; who has signed it; to whom it was sent. The latter two grow after
publishing, and are no part of what is signed.
"""
ASIDE = " (until "
"""Between the name of a pack and the day on which another took its place."""
SCHEMA = 1
"""Version of the form of pack.json."""
PASSED = "passed"
ATTACHABLE: Mapping[str, tuple[str, str]] = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".pdf": ("application", "pdf"),
    ".csv": ("text", "csv"),
}
"""Endings of files that may be attached, with media types (IANA): none can hold a macro."""
HASH = re.compile(r"[0-9a-f]{64}")
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
"""Not allowed in names of files on Windows (Microsoft, Naming Files, Paths, and Namespaces)."""
LEFT_BESIDE = ("thumbs.db", "desktop.ini", ".ds_store")
"""What file managers leave in folders; no part of a pack."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published, for whom, and how it was checked."""

    period: date
    """Last day of the twelve months that the pack is about."""
    office: str
    data_note: str
    """Said of the data as a whole, such as Illustrative data; may be empty."""
    marking: str
    recipients: tuple[str, ...]
    files: Mapping[str, str]
    """SHA-256 of each file in the folder but pack.json itself, in hexadecimal digits, by name."""
    attach: tuple[str, ...]
    """Names of the files that go to the panel, in their order; the others stay in the office."""
    leakcheck: str
    """`PASSED`, or what came out."""
    fingerprint: str
    """Of the assessment that it was made from (`xlperf.pipeline.Assessed.fingerprint`)."""
    version: str
    """Of xlperf."""
    inputs: str = ""
    """Fingerprint of the figures, decisions and settings alone
    (`xlperf.tiles.stored_inputs.State.fingerprint`); packs of older versions do not have it.
    """
    ledger: str = ""
    """Name of the ledger and its state with this issue, as hashes; empty: it has none."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack's folder, read once."""

    folder: Path
    manifest: Manifest
    contents: Mapping[str, bytes]
    """Every file by its name, as found, pack.json too; files of folders inside as folder/name."""
    signoff: bytes | None
    """Content of signoff.json."""
    sent: bytes | None = None
    """Content of sent.json."""
    foreign: tuple[str, ...] = ()
    """A sentence for each link and empty folder inside: publish makes neither."""

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each file as found."""
        return {name: digest(data) for name, data in self.contents.items()}


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return sha256(data).hexdigest()


def written(manifest: Manifest) -> bytes:
    """Give pack.json as publish writes it; raises `PackError` if it could not be read back."""
    data = {
        "schema": SCHEMA,
        "period": manifest.period.isoformat(),
        "office": manifest.office,
        "data_note": manifest.data_note,
        "marking": manifest.marking,
        "recipients": list(manifest.recipients),
        "files": dict(manifest.files),
        "attach": list(manifest.attach),
        "leakcheck": manifest.leakcheck,
        "fingerprint": manifest.fingerprint,
        "version": manifest.version,
        "inputs": manifest.inputs,
        "ledger": manifest.ledger,
    }
    content = json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"
    parsed(content)
    return content


def parsed(content: bytes) -> Manifest:
    """Read pack.json; raises `PackError` naming what is wrong with it."""
    data = loaded(content, NAME)
    try:
        manifest = Manifest(
            period=date.fromisoformat(text_of(data["period"])),
            office=text_of(data["office"]),
            data_note=text_of(data["data_note"]),
            marking=text_of(data["marking"]),
            recipients=tuple(addresses.address(text_of(item)) for item in data["recipients"]),
            files={_file_name(name): _hash(value) for name, value in data["files"].items()},
            attach=tuple(text_of(name) for name in data["attach"]),
            leakcheck=text_of(data["leakcheck"]),
            fingerprint=text_of(data["fingerprint"]),
            version=text_of(data["version"]),
            inputs=text_of(data.get("inputs", "")),
            ledger=text_of(data.get("ledger", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(NAME, error) from None
    except PackError as error:
        raise PackError(f"{NAME}: {error}") from None
    _require_attachable(manifest)
    return manifest


def read(folder: Path) -> Pack:
    """Read a pack's folder whole; raises `PackError` where it is no pack or cannot be read."""
    require_pack(folder)
    try:
        paths, foreign = _inside(folder)
        contents = {
            name: path.read_bytes()
            for path in paths
            if not _is_beside(name := path.relative_to(folder).as_posix())
        }
    except OSError as error:
        raise PackError(
            f"{error.filename or folder} cannot be read: {error.strerror or error}. Close it in"
            " other programs, then try again."
        ) from None
    if NAME not in contents:
        raise PackError(f"{NAME} is a link, not a file. Publish the pack again.")
    signoff, sent = contents.pop(SIGNOFF, None), contents.pop(SENT, None)
    return Pack(folder, parsed(contents[NAME]), contents, signoff, sent, foreign)


def _inside(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Every file of a folder and those inside, and a sentence for each link and empty folder.

    A link is not followed: what it leads to may be another tomorrow. Raises OSError where a folder
    cannot be listed, as `rglob` does not.
    """
    files: list[Path] = []
    foreign: list[str] = []
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            name = quoted(path.relative_to(folder).as_posix())
            if _is_link(path):
                foreign.append(f"{name} is a link to somewhere else")
            elif path.is_dir():
                waiting.append(path)
                if not any(path.iterdir()):
                    foreign.append(f"{name} is a folder that publish did not make")
            else:
                files.append(path)
    return files, tuple(foreign)


def _is_link(path: Path) -> bool:
    """Whether a path is a symbolic link or, on Windows, a junction. A file that a cloud folder
    keeps elsewhere is none.
    """
    tag = getattr(path.lstat(), "st_reparse_tag", 0)
    return path.is_symlink() or (tag != 0 and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0))


def require_pack(folder: Path) -> None:
    """Refuse a path that is no folder of a pack; raises `PackError`."""
    if not folder.exists() and (earlier := _put_aside(folder)):
        raise PackError(
            f"There is no folder {folder}: publishing was stopped before the new pack was in place."
            f" The earlier pack is in {earlier}. Publish again, or give that folder its name back."
        )
    if not folder.is_dir():
        raise PackError(f"There is no folder {folder}. Give the folder that publish made.")
    if not (folder / NAME).is_file():
        raise PackError(
            f"{folder} is no panel pack: it has no {NAME}. Give the folder that publish made."
        )


def aside(folder: Path, until: str) -> Path:
    """Where an earlier pack is put for a new one: Panel (until 11 December 2014 093000)."""
    return folder.with_name(f"{folder.name}{ASIDE}{until})")


def require_current(folder: Path) -> None:
    """Refuse a pack that a later one has taken the place of; raises `PackError`."""
    if re.fullmatch(
        rf".+{re.escape(ASIDE)}\d\d? [A-Z][a-z]+ \d{{4}} \d{{6}}\)", folder.resolve().name
    ):
        raise PackError(
            f"{folder} was replaced by a later pack. Mail that one; to mail this one all the same,"
            " give its folder another name."
        )


def _put_aside(folder: Path) -> Path | None:
    """Give the pack that was last put aside for another of this name; None: there is none."""
    try:
        folders = [
            item for item in folder.parent.iterdir() if item.name.startswith(folder.name + ASIDE)
        ]
        packs = [item for item in folders if (item / NAME).is_file()]
        return max(packs, key=lambda item: item.stat().st_ctime, default=None)
    except OSError:
        return None


def require_as_published(pack: Pack) -> None:
    """Refuse a pack not as published, or whose leak check did not pass; raises `PackError`."""
    if pack.manifest.leakcheck != PASSED:
        raise PackError(
            f"The leak check of this pack did not pass: {NAME} says"
            f" {quoted(pack.manifest.leakcheck)}. It must not leave the office. Remove what was"
            " found and publish it again."
        )
    signed = {**pack.manifest.files, NAME: digest(pack.contents[NAME])}
    changes = (*pack.foreign, *differences(signed, pack.hashes))
    if changes:
        raise PackError(
            f"The pack is not as it was published and checked: {'; '.join(changes)}. Publish it"
            " again; do not edit the files."
        )


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Say of each file that differs whether it was changed, added or is gone; SHA-256 by name."""
    sentences = []
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            sentences.append(f"{quoted(name)} is gone")
        elif name not in before:
            sentences.append(f"{quoted(name)} was added")
        elif before[name] != now[name]:
            sentences.append(f"{quoted(name)} was changed")
    return tuple(sentences)


# -- JSON that others may have damaged


def loaded(content: bytes, name: str) -> dict[str, Any]:
    """Read a JSON object of a known form; raises `PackError`."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise damaged(name, error) from None
    if not isinstance(data, dict):
        raise damaged(name, TypeError("it is no JSON object"))
    if data.get("schema") != SCHEMA:
        raise PackError(
            f"{name} has the form {quoted(data.get('schema'))}, and this xlperf reads form"
            f" {SCHEMA}. Use the version of xlperf that made it, or make it again."
        )
    return data


def damaged(name: str, error: Exception) -> PackError:
    """Give the sentence for a file that is not as xlperf writes it."""
    what = f"{type(error).__name__}: {error}"
    remedy = (
        "Put back a copy of it; without one, move it away and have all three sign again."
        if name == SIGNOFF
        else "Put back a copy of it; without one, it is not known who has the pack: move it away."
        if name == SENT
        else "Publish the pack again."
    )
    return PackError(
        f"{name} is damaged, so nothing can be signed or sent ({quoted(what)}). {remedy}"
    )


def text_of(value: object) -> str:
    """Give a value of JSON that must be a text; raises `TypeError`."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _hash(value: object) -> str:
    if not HASH.fullmatch(text_of(value)):
        raise ValueError(f"{value!r} is no SHA-256")
    return str(value)


def _file_name(name: str) -> str:
    if (
        not name.isprintable()
        or NOT_IN_NAMES.search(name)
        or name != name.strip()
        or name.startswith(".")
        or PurePosixPath(name).name != name
        or name in (NAME, SIGNOFF, SENT)
        or name.casefold().endswith(LEDGER)
    ):
        raise ValueError(f"{name!r} is no name of a file of a pack")
    return name


def _require_attachable(manifest: Manifest) -> None:
    names = [name.casefold() for name in manifest.files]
    if len(set(names)) < len(names) or len(set(manifest.attach)) < len(manifest.attach):
        raise PackError(f"{NAME} names a file twice. Publish the pack again.")
    if not manifest.attach:
        raise PackError(f"{NAME} names no file to attach. Publish the pack again.")
    for name in manifest.attach:
        if name not in manifest.files:
            raise PackError(
                f"{NAME} attaches {quoted(name)}, which is not among its files. Publish the pack"
                " again."
            )
        if PurePosixPath(name).suffix not in ATTACHABLE:
            raise PackError(
                f"{NAME} attaches {quoted(name)}. Only {', '.join(ATTACHABLE)} may go to the panel:"
                " others may hold macros, or belong to the office."
            )


def _is_beside(name: str) -> bool:
    """Whether a file is left beside a pack by Office, a file manager or a signing in progress."""
    base = PurePosixPath(name).name
    return (
        base.startswith(("~$", ".~lock.", f".{SIGNOFF}.", f".{SENT}."))
        or base.casefold() in LEFT_BESIDE
    )
