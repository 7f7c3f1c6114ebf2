"""Texts to check, and what is found in them."""

from __future__ import annotations

from xlperf.proof import proofread


def wrong(text: str) -> list[str]:
    """What is wrong in a text, one sentence a finding."""
    read = proofread(text.encode(), "report.txt")
    assert not read.refused
    return [finding.wrong for finding in read.findings]
