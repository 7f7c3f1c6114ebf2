"""What a dashboard says of itself: the key of colours and signs, and a sheet of new tiles."""

from __future__ import annotations

from xlperf.assessment.rag import Rag
from xlperf.config import SETTINGS_BY_KEY
from xlperf.stats.defaults import Z

FILLS = {rag: str(SETTINGS_BY_KEY[f"fill_{rag.lower()}"].default) for rag in Rag}
"""Fill of each colour as shipped."""
KEY_TEXTS = (
    (
        (
            Rag.GREEN,
            (
                "Better: improved now and a trend holds it; on the better side of the lines;"
                f" confident of better (95% at z = {Z})"
            ),
        ),
        (
            Rag.AMBER,
            (
                "Not proved: between the lines; no evidence of change; or not improved but a trend"
                " reaches the target"
            ),
        ),
        (
            Rag.RED,
            (
                "Worse: not improved and no trend reaches the target; beyond the worse line;"
                f" confident of worse (95% at z = {Z})"
            ),
        ),
    ),
    (
        (
            Rag.NA,
            "No colour: data missing, or not comparable, or words and amounts. {reasons} says why",
        ),
    ),
)
KEY_SIGNS = (
    "▲ ▼ ►  where the trends lead (▲▼ they disagree); “1 of 4”: how many of four reach the target",
    (
        "n: people who answered   [p]: provisional   *: overruled by a person   Graph: 18 months"
        " with their lines"
    ),
)
MISSING_SENTENCES = (
    (
        "Lines of the plan that no other sheet shows. Cut and paste the cells to where you want"
        " them: their names go along."
    ),
    "Or have dashboard and charts drawn anew: python -m xlperf layout FILE --redraw",
)
"""What stands at the head of a sheet of new tiles."""
