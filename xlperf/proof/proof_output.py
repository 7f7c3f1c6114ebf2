"""What the command `proof` prints: each file with its findings, for a person or a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.message_texts import number_of, wrapped

if TYPE_CHECKING:
    from xlperf.proof.proofreading import ProofRead

BLIND = (
    "Only numbers that are clearly tied to each other were compared; what has no number beside it"
    " was not judged."
)
"""What every output says of the limits of the check."""


def proof_output(read: ProofRead) -> str:
    """Say what was found in one file."""
    number = len(read.findings)
    found = number_of(number, "finding") if number else "nothing found"
    if read.refused:
        return f"{read.name}: NOT CHECKED. {read.refused}"
    text = [wrapped(f"{read.name}: {found} in {read.sentences:,} sentences. {BLIND}", hanging=0)]
    text += [wrapped(f"Not checked: {part}", 2) for part in read.unread]
    for item in read.findings:
        text += [
            "",
            f"  {item.where} ({item.rule})",
            wrapped(f"‘{item.sentence}’", 4),
            wrapped(f"{item.wrong} {item.right}", 4),
        ]
    return "\n".join(text)


def proof_json(read: ProofRead) -> dict[str, object]:
    """Give the same for machines."""
    return {
        "file": read.name,
        "refused": read.refused or None,
        "sentences": read.sentences,
        "findings": [{**item._asdict(), "rule": str(item.rule)} for item in read.findings],
        "not_checked": list(read.unread),
    }
