"""What `install` did on this computer, kept in a file, so that `--remove` takes back that and
nothing else.

The record is written before the steps that it names. A step that was then not
done leaves nothing to take back, and what somebody changed since differs from what is written here.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlperf.errors import SetupError
from xlperf.installing import conf

if TYPE_CHECKING:
    from xlperf.installing.machine import Machine

NAME = "installed.json"


@dataclass(frozen=True, slots=True)
class SetupRecord:
    """What was written, and what stood there before."""

    interpreter: str = ""
    """The Python that was written into xlwings.conf; empty: that file was not touched."""
    before: bytes | None = None
    """Content of xlwings.conf before; None: there was no such file."""
    after: bytes | None = None
    """Content of xlwings.conf after."""
    copies: tuple[str, ...] = ()
    """DLLs that were copied."""
    locations: tuple[tuple[str, str], ...] = ()
    """Registry keys of trusted locations that were made, each with its folder."""


def file(machine: Machine) -> str:
    """Where the record is kept: beside the log, in the user's local data."""
    home = machine.variable("LOCALAPPDATA") or machine.home()
    return str(machine.path(home) / "xlperf" / NAME)


def read(machine: Machine) -> SetupRecord:
    """Read the record; an empty one where there is none. Raises SetupError where it is damaged."""
    content = machine.read(file(machine))
    if content is None:
        return SetupRecord()
    try:
        data = json.loads(content)
        return SetupRecord(
            interpreter=str(data["interpreter"]),
            before=_bytes(data["before"]),
            after=_bytes(data["after"]),
            copies=tuple(map(str, data["copies"])),
            locations=tuple((str(key), str(folder)) for key, folder in data["locations"]),
        )
    except (ValueError, KeyError, TypeError):
        raise SetupError(
            f"{file(machine)}, which says what install did, is damaged, so nothing was done. Move"
            " it away and run this again; what was installed before must then be taken back by"
            " hand (python -m xlperf doctor --it lists it)."
        ) from None


def written(record: SetupRecord) -> bytes:
    """Give a record as it is kept."""
    data = {
        "interpreter": record.interpreter,
        "before": _text(record.before),
        "after": _text(record.after),
        "copies": record.copies,
        "locations": record.locations,
    }
    return json.dumps(data, indent=1).encode()


def conf_taken_back(record: SetupRecord, now: bytes | None) -> bytes | None:
    """Give xlwings.conf as it would be without what was installed; None: there would be none.

    What others wrote into it since stays; if somebody changed the interpreter too, all of it does.
    """
    if not record.interpreter or now is None:
        return now
    if now == record.after:
        return record.before
    if conf.parsed(now).get(conf.INTERPRETER) != record.interpreter:
        return now
    back = conf.updated(
        now, conf.INTERPRETER, conf.parsed(record.before or b"").get(conf.INTERPRETER)
    )
    return back if back.strip() or record.before is not None else None


def added(record: SetupRecord, more: SetupRecord) -> SetupRecord:
    """Join what was installed before and what is about to be."""
    if not more.interpreter:
        more = replace(
            more, interpreter=record.interpreter, before=record.before, after=record.after
        )
    copies = tuple(dict.fromkeys((*record.copies, *more.copies)))
    locations = tuple(dict.fromkeys((*record.locations, *more.locations)))
    return replace(more, copies=copies, locations=locations)


def _text(content: bytes | None) -> str | None:
    return None if content is None else b64encode(content).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text, validate=True)
