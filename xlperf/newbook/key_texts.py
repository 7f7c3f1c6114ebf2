"""What a dashboard says of itself: the key of colours and signs, and a sheet of new tiles."""

from __future__ import annotations

from xlperf.assessment.rag import Rag
from xlperf.config import SETTINGS_BY_KEY

FILLS = {rag: str(SETTINGS_BY_KEY[f"fill_{rag.lower()}"].default) for rag in Rag}
"""Fill of each colour as shipped."""
KEY_TITLE = "Key to colours and signs"
KEY_TEXTS = (
    (
        (
            Rag.GREEN,
            (
                "Better: improved now and a trend holds it; better than the limits; confident of"
                " better"
            ),
        ),
        (
            Rag.AMBER,
            (
                "Not proved: between the limits; no evidence of change; or not improved but a trend"
                " reaches the target"
            ),
        ),
        (
            Rag.RED,
            (
                "Worse: not improved and no trend reaches the target; worse than the limits;"
                " confident of worse"
            ),
        ),
    ),
    (
        (
            Rag.NA,
            "No colour: data missing or not comparable, or words and amounts. {reasons} says why",
        ),
    ),
)
"""What each colour means."""
KEY_SIGNS = (
    "▲ ▼ ►  where the trends lead;  ▲▼ they disagree",
    "“1 of 4”: how many of four trends reach the target;  n: people who answered",
    "[p]: provisional;  *: overruled by a person",
    "Graph: the latest months with mean and limits",
)
MISSING_SENTENCES = (
    (
        "Lines of the plan that no other sheet shows. Cut and paste the cells to where you want"
        " them: their names go along."
    ),
    "Or have dashboard and charts drawn anew: python -m xlperf layout FILE --redraw",
)
"""What stands at the head of a sheet of new tiles."""
