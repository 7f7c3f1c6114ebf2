"""Sign-off of a panel pack: analyst, assurer and approver, three people in this order, bound to the
bytes of the files.

What it is. A record, in signoff.json, of who said that the pack is right, and of the SHA-256 of
every file they said it of, pack.json with recipients and marking too. A file changed, added or
removed afterwards voids it, and the sentence names the file; with the old bytes back, it holds
again, for it is the bytes that were signed.

What it is not. A proof of who signed: a name is what was typed, and whoever can write into the
folder can write signoff.json. It keeps colleagues from mistakes; against a forger, the rights on
the folder must.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Any

from xlperf.errors import PackError, UsageError
from xlperf.excel import saving
from xlperf.periods import day_name
from xlperf.release import manifest
from xlperf.release.mailable import require_mailable
from xlperf.release.manifest import NAME, SCHEMA, SIGNOFF, damaged, differences
from xlperf.release.people import name_of, require_one_alphabet, same_person
from xlperf.tables.coercion import quoted
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlperf.release.manifest import Pack

NO_PROOF = (
    "A sign-off binds names to the bytes of the files. It proves no identity: a name is what was"
    " typed, and whoever can write into the folder can write the sign-off."
)


class Role(StrEnum):
    """Who signs, in this order."""

    ANALYST = "analyst"
    ASSURER = "assurer"
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class Signature:
    """One person's word for the files."""

    role: Role
    who: str
    when: datetime
    version: str
    """Of the xlperf that signed."""

    def __str__(self) -> str:
        return f"{self.role}: {self.who}, {day_name(self.when.date())} {self.when:%H:%M}"


@dataclass(frozen=True, slots=True)
class SignOff:
    """How far the sign-off of a pack is."""

    signatures: tuple[Signature, ...] = ()
    voided: tuple[str, ...] = ()
    """What happened to the files since; empty: they are what was signed."""

    @property
    def missing(self) -> tuple[Role, ...]:
        """Roles that have yet to sign: all three when it is void."""
        signed = () if self.voided else tuple(item.role for item in self.signatures)
        return tuple(role for role in Role if role not in signed)

    @property
    def complete(self) -> bool:
        """Whether all three have signed these very files."""
        return not self.missing

    @property
    def sentence(self) -> str:
        """Where it stands and what comes next, in a sentence or two."""
        if self.voided:
            return (
                f"The sign-off is void: {'; '.join(self.voided)}. All three must sign again, the"
                " analyst first."
            )
        if self.missing:
            done = ", ".join(item.role for item in self.signatures) or "nobody"
            return (
                f"The pack is not signed off: signed by {done}; missing: {', '.join(self.missing)}."
            )
        return "The pack is signed off by analyst, assurer and approver, and unchanged since."


@dataclass(frozen=True, slots=True)
class _Record:
    """Content of signoff.json."""

    files: Mapping[str, str]
    signatures: tuple[Signature, ...]
    earlier: tuple[Any, ...] = ()
    """Sign-offs that became void, each as it was, with the reasons."""


def state(folder: Path) -> SignOff:
    """Say how far the sign-off of a pack is; raises `PackError` where it cannot be read."""
    return state_of(manifest.read(folder))


def state_of(pack: Pack) -> SignOff:
    """Say how far the sign-off of a pack already read is."""
    record = _record(pack)
    if record is None:
        return SignOff()
    return SignOff(record.signatures, (*pack.foreign, *differences(record.files, pack.hashes)))


def sign(
    folder: Path, role: str, who: str, now: datetime, *, without_mail: bool = False
) -> SignOff:
    """Sign a pack in a role, and say how far it is then.

    Parameters
    ----------
    folder
        The folder that publish made. Only a pack that `xlperf.release.mail` would take is signed.
    role
        analyst, assurer or approver; in this order.
    who
        Name of the person (`xlperf.release.people` says which two are one).
    now
        The time, with its zone.
    without_mail
        Sign a pack that has no recipients, since it will be handed over otherwise.

    Raises
    ------
    UsageError
        An unknown role; a blank name, or one with letters that cannot be seen.
    PackError
        No pack, one that could not be mailed, a damaged file, a role already signed or not yet due,
        a person in a second role.
    WorkbookError
        Somebody else is signing, or the folder cannot be written.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    chosen, name = _role(role), name_of(who)
    manifest.require_pack(folder)
    place = (folder / SIGNOFF).resolve()
    with saving.writing(place, "signing"):
        pack = manifest.read(folder)
        require_mailable(pack, recipients=not without_mail)
        record = _open_record(pack, chosen)
        _require_due(record.signatures, chosen, name)
        signature = Signature(chosen, name, now.replace(microsecond=0), VERSION)
        signed = _Record(record.files, (*record.signatures, signature), record.earlier)
        before = None if pack.signoff is None else saving.Origin.of(place, pack.signoff)
        saving.write(place, _written(signed, pack), over=before)
    return SignOff(signed.signatures)


def output(signoff: SignOff) -> str:
    """Print a sign-off: the signatures, where it stands, and what it is not."""
    lines = [f"  {signature}" for signature in signoff.signatures]
    return "\n".join([*lines, signoff.sentence, NO_PROOF])


def as_json(signoff: SignOff) -> dict[str, object]:
    """Give a sign-off for machines."""
    return {
        "complete": signoff.complete,
        "signatures": [_signature_json(item) for item in signoff.signatures],
        "missing": list(signoff.missing),
        "voided": list(signoff.voided),
    }


# -- who may sign


def _role(text: str) -> Role:
    try:
        return Role(text.strip().lower())
    except ValueError:
        raise UsageError(f"{quoted(text)} is no role. Give one of: {', '.join(Role)}.") from None


def _open_record(pack: Pack, role: Role) -> _Record:
    """Give the sign-off to add to; a new one where none is, or the analyst signs a void one."""
    record = _record(pack)
    if record is None:
        return _Record(pack.hashes, ())
    changes = differences(record.files, pack.hashes)
    if not changes:
        return record
    if role is not Role.ANALYST:
        raise PackError(f"{SignOff(record.signatures, changes).sentence} Nothing was signed.")
    void = {"voided": list(changes), **_record_json(record)}
    return _Record(pack.hashes, (), (*record.earlier, void))


def _require_due(signatures: tuple[Signature, ...], role: Role, name: str) -> None:
    for item in signatures:
        if item.role is role:
            signed = f"{item.who}, {day_name(item.when.date())}"
            raise PackError(f"The {role} has signed already ({signed}): nothing was done.")
        if same_person(item.who, name):
            raise PackError(
                f"{name} has signed as {item.role} and cannot be the {role} too: it takes three"
                " different people."
            )
    require_one_alphabet([*(item.who for item in signatures), name])
    due = list(Role)[len(signatures)]
    if role is not due:
        raise PackError(
            f"The {role} cannot sign yet: the {due} signs first. The order is {', '.join(Role)};"
            " nothing was signed."
        )


# -- signoff.json


def _record(pack: Pack) -> _Record | None:
    """Read signoff.json; None where there is none. Raises `PackError`."""
    if pack.signoff is None:
        return None
    data = manifest.loaded(pack.signoff, SIGNOFF)
    try:
        files = {str(name): str(value) for name, value in data["files"].items()}
        signatures = tuple(_signature(item) for item in data["signatures"])
        record = _Record(files, signatures, tuple(data["earlier"]))
        _require_consistent(record)
    except (ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        raise damaged(SIGNOFF, error) from None
    return record


def _signature(item: Mapping[str, str]) -> Signature:
    when = datetime.fromisoformat(item["when"])
    if when.tzinfo is None:
        raise ValueError(f"'{item['when']}' has no time zone")
    return Signature(Role(item["role"]), name_of(item["who"]), when, str(item["xlperf"]))


def _require_consistent(record: _Record) -> None:
    """Refuse a record that no signing makes: roles out of order, one person twice."""
    roles = [item.role for item in record.signatures]
    if not roles or roles != list(Role)[: len(roles)]:
        raise ValueError(f"the roles are {', '.join(roles) or 'none'}")
    names = [item.who for item in record.signatures]
    if any(same_person(one, other) for one, other in combinations(names, 2)):
        raise ValueError("one person has two roles")
    if NAME not in record.files:
        raise ValueError(f"{NAME} is not signed")


def _written(record: _Record, pack: Pack) -> bytes:
    data = {
        "schema": SCHEMA,
        "fingerprint": pack.manifest.fingerprint,
        **_record_json(record),
        "earlier": list(record.earlier),
        "note": NO_PROOF,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _record_json(record: _Record) -> dict[str, object]:
    return {
        "files": dict(record.files),
        "signatures": [_signature_json(item) for item in record.signatures],
    }


def _signature_json(item: Signature) -> dict[str, str]:
    return {
        "role": str(item.role),
        "who": item.who,
        "when": item.when.isoformat(),
        "xlperf": item.version,
    }
