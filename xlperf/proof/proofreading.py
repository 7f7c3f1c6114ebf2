"""A document checked: every rule on its text, in the order of the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.proof.change_rules import change_findings
from xlperf.proof.document_files import text_of_file
from xlperf.proof.place_rules import place_findings
from xlperf.proof.share_rules import share_findings
from xlperf.proof.sum_rules import sum_findings
from xlperf.proof.time_rules import time_findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.proof.passages import ProofText
    from xlperf.proof.proof_findings import ProofFinding
    from xlperf.tiles.assessed import Assessed

RULES = (share_findings, change_findings, sum_findings, time_findings, place_findings)


@dataclass(frozen=True, slots=True)
class ProofRead:
    """What the check of one document found."""

    name: str
    findings: tuple[ProofFinding, ...]
    sentences: int
    """Sentences that were looked at."""
    unread: tuple[str, ...]
    """Parts that could not be read, in sentences: nothing is known of them."""
    refused: str = ""
    """Why the whole file could not be read; empty where it was."""


def proofread(data: bytes, name: str, *, dashboard: Assessed | None = None) -> ProofRead:
    """Check the numbers of a document.

    Parameters
    ----------
    data : bytes
        The file: .docx, .xlsx, .xlsm, .pdf, .txt, .md or .csv.
    name : str
        Its name, for messages and, of texts, for its ending.
    dashboard : Assessed or None
        A workbook that was assessed: the text is compared with its tiles too.

    Returns
    -------
    ProofRead
        Findings in the order of the document. A file that cannot be read, or has no text, has none,
        and says why in `refused`.
    """
    try:
        text = text_of_file(data, name)
    except WorkbookError as error:
        return ProofRead(name, (), 0, (), str(error))
    findings = [finding for rule in RULES for finding in rule(text)]
    if dashboard is not None:
        from xlperf.proof.tile_rules import tile_findings

        findings += tile_findings(text, dashboard)
    sentences = sum(len(list(item.sentences)) for item in text.passages)
    return ProofRead(name, _in_order(findings, text), sentences, text.unread)


def _in_order(findings: Iterable[ProofFinding], text: ProofText) -> tuple[ProofFinding, ...]:
    places = {item.where: at for at, item in enumerate((*text.lines, *text.passages))}
    places |= {item.where: at for at, item in enumerate(text.passages)}
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda item: places.get(item.where, len(places))))
