"""The protective marking of what goes to the panel: OFFICIAL, in exactly these letters, and nothing
else.

The three classifications are OFFICIAL, SECRET and TOP SECRET; OFFICIAL-SENSITIVE is OFFICIAL with a
limit on who may see it (Cabinet Office, Government Security Classifications Policy, gov.uk, 2024).
A panel meets in public, so what has such a limit cannot go to it. Another spelling is refused
rather than corrected: the marking is printed on every page of the pack, and one that was typed
otherwise was perhaps meant otherwise.
"""

from __future__ import annotations

import re

from xlperf.errors import PackError
from xlperf.tables.coercion import quoted

OFFICIAL = "OFFICIAL"
HIGHER = re.compile(r"sensitive|secret", re.IGNORECASE)
"""What a higher marking has in it, in a file name."""


def require_official(marking: str) -> None:
    """Refuse any marking but OFFICIAL; raises `PackError`."""
    if marking == OFFICIAL:
        return
    if not marking.strip():
        raise PackError(
            "The pack has no protective marking. Put OFFICIAL into the setting 'marking' and"
            " publish it again."
        )
    if "".join(marking.split()).upper() == OFFICIAL:
        raise PackError(
            f"The pack's marking is {quoted(marking)}, which is not written as OFFICIAL: capitals,"
            " and no spaces. Correct the setting 'marking' and publish it again."
        )
    raise PackError(
        f"The pack is marked {quoted(marking)}. Only what is OFFICIAL may go to the panel, which"
        " meets in public. If the setting 'marking' is wrong, correct it and publish the pack"
        " again; if it is right, the pack must stay."
    )


def marked(name: str) -> str:
    """Give a file name with the marking in front, once: OFFICIAL Dashboard.xlsx."""
    return name if is_marked(name) else f"{OFFICIAL} {name}"


def is_marked(name: str) -> bool:
    """Whether a file name carries the marking OFFICIAL, and no higher one."""
    return name.startswith(f"{OFFICIAL} ") and HIGHER.search(name) is None
