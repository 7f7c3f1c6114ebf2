"""The record of sendings of a pack, in sent.json in its folder: who sent it, when, to whom, and
which bytes.

A sending by a server is recorded before the mail is handed over, as not known, and again when the
server has answered: whatever stops the program in between, the record does not say less than what
may have happened. A mail that a person has sent by hand is recorded when that person says so. The
file binds to the pack by the SHA-256 of pack.json, which holds those of all others.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf import outcome
from xlperf.errors import MailError, PackError, WrittenState, XlperfError
from xlperf.excel import saving
from xlperf.periods import day_name
from xlperf.release import manifest
from xlperf.release.manifest import NAME, SCHEMA, SENT, damaged, digest, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xlperf.release.manifest import Pack

BY_HAND = "by hand"
"""The way of a mail that a person has sent from a draft."""


class SendingState(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Sending:
    """One mail with the pack."""

    when: datetime
    sender: str
    """An address."""
    to: tuple[str, ...]
    pack: str
    """SHA-256 of pack.json."""
    mail: str
    """SHA-256 of the mail; empty: sent by hand, and what a mail program adds is not known."""
    way: str
    """Server and port, or `BY_HAND`."""
    state: SendingState

    def __str__(self) -> str:
        doubt = "" if self.state is SendingState.SENT else ", but it is not known whether it went"
        return (
            f"{day_name(self.when.date())} {self.when:%H:%M}, to {', '.join(self.to)}, from"
            f" {self.sender} ({self.way}){doubt}"
        )


def sendings(pack: Pack) -> tuple[Sending, ...]:
    """Read who has been sent a pack; raises `PackError` where sent.json cannot be read."""
    if pack.sent is None:
        return ()
    data = manifest.loaded(pack.sent, SENT)
    try:
        return tuple(map(_sending, data["sendings"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(SENT, error) from None


def as_json(items: Sequence[Sending]) -> list[dict[str, object]]:
    """Give sendings for machines, and for sent.json."""
    return [asdict(item) | {"when": item.when.isoformat(), "to": list(item.to)} for item in items]


def earlier(pack: Pack, to: Sequence[str]) -> tuple[Sending, ...]:
    """Give the sendings of this very pack to one of some addresses."""
    wanted = {address.casefold() for address in to}
    this = digest(pack.contents[NAME])
    return tuple(
        item
        for item in sendings(pack)
        if item.pack == this and wanted & {address.casefold() for address in item.to}
    )


def require_first(pack: Pack, to: Sequence[str]) -> None:
    """Refuse to send somebody the same pack twice; raises `PackError`."""
    if before := earlier(pack, to):
        raise PackError(
            f"This very pack was sent before: {'; '.join(map(str, before))}. Nothing was sent now."
            " Name other recipients with --to, or add --again to send it again."
        )


@contextmanager
def recording(folder: Path, sending: Sending) -> Iterator[None]:
    """Keep record of a mail while it is handed over.

    `sending` is recorded as not known before, and as sent after. Where `MailError` says that
    nothing was sent, the record is what it was. Raises `WorkbookError` before anything is handed
    over where it cannot be written.
    """
    place = (folder / SENT).resolve()
    with saving.writing(place, "sending"):
        pack = manifest.read(folder)
        before = sendings(pack)
        doubt = replace(sending, state=SendingState.NOT_KNOWN)
        now = _written_beside(place, (*before, doubt), pack.sent)
        try:
            yield
        except MailError as error:
            if error.state is WrittenState.OLD:
                _written_beside(place, before, now)
            raise
        try:
            _written_beside(place, (*before, replace(sending, state=SendingState.SENT)), now)
        except XlperfError as error:
            raise MailError(
                f"The mail was sent, but {SENT} still says that this is not known: {error}",
                WrittenState.NEW,
            ) from error


def record(folder: Path, sending: Sending) -> None:
    """Record a mail that was sent by hand."""
    place = (folder / SENT).resolve()
    with saving.writing(place, "sending"):
        pack = manifest.read(folder)
        _written(place, (*sendings(pack), sending), pack.sent)


def _written_beside(place: Path, items: Sequence[Sending], before: bytes | None) -> bytes:
    """Write sent.json so that what the command says of its outcome is of the mail alone."""
    with outcome.recording():
        return _written(place, items, before)


def _written(place: Path, items: Sequence[Sending], before: bytes | None) -> bytes:
    content = {"schema": SCHEMA, "sendings": as_json(items)}
    data = json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
    saving.write(place, data, over=None if before is None else saving.Origin.of(place, before))
    return data


def _sending(item: Mapping[str, object]) -> Sending:
    when = datetime.fromisoformat(text_of(item["when"]))
    to = item["to"]
    if when.tzinfo is None or not isinstance(to, list) or not to:
        raise ValueError("a sending has no recipients, or its time has no zone")
    return Sending(
        when,
        text_of(item["sender"]),
        tuple(map(text_of, to)),
        text_of(item["pack"]),
        text_of(item["mail"]),
        text_of(item["way"]),
        SendingState(text_of(item["state"])),
    )
