"""What `publish` says when a pack is in place: in the terminal, and in a message of the ribbon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.disclosure.suppression import UNCONFIRMED

if TYPE_CHECKING:
    from xlperf.release.publish import Published


MOST_WARNINGS = 3
"""Printed; a message box of Excel holds few more lines."""


def publish_output(pack: Published) -> str:
    """Say what was made, what was held back, and what comes next."""
    lines = [f"The panel pack is in {pack.folder}:"]
    lines += [f"  {name}" for name in pack.files]
    lines.append(f"For the office only: {', '.join(pack.office_files)}.")
    lines.append(
        f"What it shows and withholds is noted in {pack.ledger.name}, beside the workbook: it is as"
        " secret as the data, and the next issue needs it."
    )
    if pack.replaced is not None:
        lines.append(f"The earlier pack is in {pack.replaced}.")
    lines += pack.not_made
    lines += [f"Before it is signed: {warning}" for warning in pack.warnings[:MOST_WARNINGS]]
    if len(pack.warnings) > MOST_WARNINGS:
        lines.append(
            f"… and {len(pack.warnings) - MOST_WARNINGS} more to see to: the QA log lists them."
        )
    lines.append(f"{pack.checks_text}. The QA log lists them.")
    if pack.withheld:
        number = len(pack.withheld)
        lines.append(
            f"Withheld as too small, or as leading to what is: {number}. The QA log lists them."
        )
    unread = sum(item.why == UNCONFIRMED for item in pack.withheld)
    if unread:
        lines.append(
            f"Texts on measures with withheld figures that are left out, since nobody has confirmed"
            f" them: {unread}. The QA log lists them. Read them, then publish with --texts-read-by"
            " NAME."
        )
    lines.append(
        "The leak check found nothing that must not leave. Nothing was sent. Look at every page;"
        f" then three people sign: python -m xlperf sign {pack.folder} --role analyst --who NAME."
    )
    return "\n".join(lines)
