"""Whom the panel pack may go to: the addresses of the setting `recipients`, and only these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.errors import PackError
from xlperf.tables.coercion import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# RFC 5321, 4.1.2: Mailbox = Local-part "@" Domain, with Local-part a Dot-string of atoms and Domain
# of sub-domains. Left out on purpose: quoted local parts, address literals, names without a dot,
# anything that is not ASCII. No office needs them, and mail programs disagree on how to read them.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
MAILBOX = re.compile(rf"({ATOM}(?:\.{ATOM})*)@{LABEL}(?:\.{LABEL})+")
LONGEST_LOCAL, LONGEST = 64, 254
"""Letters before the @ and in all (RFC 5321, 4.5.3.1.1 and 4.5.3.1.3, without brackets)."""


def address(text: str) -> str:
    """Read one address, without a name beside it; raises `PackError`."""
    match = MAILBOX.fullmatch(text.strip(" "))
    if match is None or len(match[1]) > LONGEST_LOCAL or len(match[0]) > LONGEST:
        raise PackError(
            f"{quoted(text)} is no e-mail address that can be used. Give it alone and in full, as"
            " clerk@panel.example."
        )
    return match[0]


def allowed(setting: str) -> tuple[str, ...]:
    """Read the setting `recipients`: addresses with semicolons between them; each once; raises
    `PackError`.

    A blank setting gives no address; blank places between semicolons are passed over.
    """
    return distinct(address(part) for part in setting.split(";") if part.strip(" "))


def distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of addresses that differ in case only."""
    first_spelling: dict[str, str] = {}
    for item in addresses:
        first_spelling.setdefault(item.lower(), item)
    return tuple(first_spelling.values())


def narrowed(listed: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Choose the recipients of one mail: those of `wanted`, all of which must be listed; without
    any, all listed.

    Compared without regard to case; the spelling of the list is used. Raises `PackError`.
    """
    if not listed:
        raise PackError(
            "The pack may go to nobody. Put the addresses of the panel into the setting"
            " 'recipients', with semicolons between them, and publish it again."
        )
    if not wanted:
        return tuple(listed)
    by_address = {item.lower(): item for item in listed}
    strangers = distinct(item for item in map(address, wanted) if item.lower() not in by_address)
    if strangers:
        raise PackError(
            f"The pack may not go to {', '.join(strangers)}: the list has {', '.join(listed)}."
            " Whoever else should have it belongs into the setting 'recipients'; then publish it"
            " again."
        )
    return distinct(by_address[item.lower()] for item in map(address, wanted))
