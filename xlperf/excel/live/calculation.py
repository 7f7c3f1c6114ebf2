"""What formulas give is read only when Excel has worked it out.

With calculation by hand, cells hold what they held when someone last pressed F9; with "automatic
except for data tables", those tables do. Calculate works out whatever waits for it (documentation
of Application.Calculate), CalculationState says whether something does; a full calculation is tried
where something waits still. Results of formulas that refer to themselves, in turns (iterative
calculation), are those of the last turn: only what waits is worked out, so that a refresh does not
add turns.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from xlperf import outcome
from xlperf.errors import WorkbookBusyError, WorkbookError
from xlperf.excel.live.calls import excels_own, patiently

if TYPE_CHECKING:
    from collections.abc import Callable

AUTOMATIC = "automatic"
DONE = 0
"""Of the enumeration XlCalculationState."""
LOOKS, PAUSE = 100, 0.1
"""How often it is looked whether Excel has done, and seconds between: ten seconds in all."""


class Calculation:
    """Calculation of the workbooks that are open in an Excel."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._settled = False
        self._by_hand = False

    def settle(self, *, pause: Callable[[float], None] = time.sleep) -> None:
        """Have everything worked out, once. Raises `WorkbookError` where Excel does not come to an
        end.
        """
        if self._settled:
            return
        self._by_hand = _mode(self._app) not in (AUTOMATIC, None)
        if self._by_hand or not self._is_done():
            self._calculate(pause)
        self._settled = True

    def after(self) -> None:
        """Have worked out what depends on the cells written, where Excel would wait for a key.

        Where Excel is too busy that is noted: the cells are written.
        """
        if not self._by_hand:
            return
        try:
            patiently(self._app.calculate)
        except WorkbookBusyError:
            outcome.current().faults.append(
                "What depends on the cells written is not worked out yet: press F9."
            )

    def _calculate(self, pause: Callable[[float], None]) -> None:
        for calculate in (
            self._app.calculate,
            getattr(excels_own(self._app), "CalculateFull", self._app.calculate),
        ):
            patiently(calculate)
            for _ in range(LOOKS):
                if self._is_done():
                    return
                pause(PAUSE)
        raise WorkbookError(
            "Excel has not finished calculating, so figures that formulas give may be old. Wait"
            " until the status bar no longer says Calculate, or press Ctrl+Alt+F9, then try again."
            " Nothing was written."
        )

    def _is_done(self) -> bool:
        """Whether nothing waits; only Excel on Windows can be asked, and elsewhere Calculate comes
        back when it is.
        """
        return patiently(lambda: getattr(excels_own(self._app), "CalculationState", DONE)) == DONE


def _mode(app: Any) -> str | None:
    """How Excel calculates; None: an engine that knows no such thing."""
    try:
        return str(patiently(lambda: app.calculation))
    except (WorkbookError, AttributeError):
        return None
