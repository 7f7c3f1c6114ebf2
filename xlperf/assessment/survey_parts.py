"""Shares that come in parts (areas, waves, councils), then and now, compared at one mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment import rag as rules
from xlperf.assessment.caveats import FixedMixUsed, PartsCountDifferently
from xlperf.assessment.evidence import Limits, ShareDifference, TooFew, TurningFigure
from xlperf.assessment.rag import Rag
from xlperf.config import SmallSurvey
from xlperf.frozen import NamedTuple
from xlperf.stats import fixed_mix, intervals
from xlperf.stats.rounding import same
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.tables.data import SurveyResult
    from xlperf.tables.mixes import FixedMix

MOST_TRIED = 200_000
"""Respondents up to which every number of satisfied is tried for the next colour."""


class Sample(NamedTuple):
    """A share of some, and how many they count as."""

    share: float
    n: int
    effective: float

    @classmethod
    def of(cls, result: SurveyResult | None, effect: float) -> Sample | None:
        """Take a result that has a share and its n; None where there is none."""
        if result is None or result.proportion is None or result.n is None:
            return None
        return cls(result.proportion, result.n, result.n / effect)


class Shares(NamedTuple):
    """Samples of the same parts in two periods, and the mix they are compared at."""

    mix: FixedMix
    before: tuple[Sample, ...]
    newest: tuple[Sample, ...]
    """In the order of the mix."""

    @property
    def baseline(self) -> Sample:
        """The whole of the baseline at the mix."""
        return self._whole(self.before)

    @property
    def latest(self) -> Sample:
        """The whole of the latest period at the mix."""
        return self._whole(self.newest)

    def _whole(self, samples: Sequence[Sample]) -> Sample:
        if len(samples) == 1:
            return samples[0]
        share = sum(w * item.share for w, item in zip(self.mix.weights, samples, strict=True))
        effective = fixed_mix.effective_number(
            self.mix.weights, [item.effective for item in samples]
        )
        return Sample(min(1.0, share), sum(item.n for item in samples), effective)

    def at(self, effect: float) -> Shares:
        """Give the same shares with another design effect than 1."""
        return self._replace(
            before=tuple(item._replace(effective=item.n / effect) for item in self.before),
            newest=tuple(item._replace(effective=item.n / effect) for item in self.newest),
        )

    def difference(self, possible: npt.NDArray[np.float64] | None, z: float) -> intervals.Interval:
        """Interval of latest minus baseline; `possible`: of each of these latest shares, the parts
        all moved the same way.
        """
        then = np.array([item.share * item.effective for item in self.before])
        n0, n1 = (
            np.array([item.effective for item in items]) for items in (self.before, self.newest)
        )
        shares = np.array([item.share for item in self.newest])
        if possible is not None:
            shares = _moved(shares, self.latest.share, possible)
        if len(self.before) == 1:
            return intervals.newcombe(then[0], n0[0], shares[..., 0] * n1[0], n1[0], z=z)
        return fixed_mix.change_at_fixed_mix(self.mix.weights, then, n0, shares * n1, n1, z=z)


def _moved(
    shares: npt.NDArray[np.float64], whole: float, possible: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Shares of the parts, shape (m, k), for each possible share of the whole: all nearer to 0, or
    to 1, in one proportion.
    """
    if len(shares) == 1:
        return possible[:, np.newaxis]
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.where(whole > 0, possible / whole, 0.0)[:, np.newaxis] * shares
        up = 1 - np.where(whole < 1, (1 - possible) / (1 - whole), 0.0)[:, np.newaxis] * (
            1 - shares
        )
    return np.clip(np.where((possible <= whole)[:, np.newaxis], down, up), 0.0, 1.0)


def too_small(shares: Shares | Sample, case: Case) -> tuple[Rag, TooFew] | None:
    """Colour of a survey too small to judge, and how far it can be off; None when it is not too
    small. One share alone is that of a survey without a baseline.
    """
    samples = (shares,) if isinstance(shares, Sample) else (shares.latest, shares.baseline)
    smallest = min(sample.effective for sample in samples)
    margin = 100 * float(intervals.worst_margin(smallest, z=case.settings.z))
    largest = case.settings.largest_margin
    if margin <= largest or same(margin, largest):
        return None
    rag = Rag.AMBER if case.settings.small_survey is SmallSurvey.AMBER else Rag.NA
    smaller = samples[-1].n if samples[-1].n < samples[0].n else None
    return rag, TooFew(margin, smaller, None)


def compare_shares(shares: Shares, case: Case, *, turning: bool = True) -> ShareDifference:
    """Give the interval of the difference of two shares, and, if wanted (`turning`), the nearest
    results that would give another colour.
    """
    z, direction, now = case.settings.z, case.measure.direction, shares.latest
    turns: tuple[TurningFigure, ...] = ()
    if turning and now.n <= MOST_TRIED and direction is not Direction.NONE:
        possible = np.arange(now.n + 1) / now.n
        turns = turns_of(possible, shares.difference(possible, z), now.share, direction)
    found = share_difference(shares.difference(None, z), now.share, turns)
    if not case.settings.false_discovery:
        return found
    return found._replace(p=intervals.p_of_limits(lambda width: shares.difference(None, width)))


def share_difference(
    found: intervals.Interval, now: float, turns: tuple[TurningFigure, ...]
) -> ShareDifference:
    """Take an interval as the difference of two shares, or of two means of stars."""
    return ShareDifference(
        float(found.estimate), Limits(float(found.lower), float(found.upper)), now, turns
    )


def turns_of(
    possible: npt.NDArray[np.float64],
    tried: intervals.Interval,
    latest: float,
    direction: Direction,
) -> tuple[TurningFigure, ...]:
    """Nearest results below and above the latest with another colour. `possible` ascends."""
    rise = (tried.lower > 0).astype(np.int8) - (tried.upper < 0)
    better = rise if direction is Direction.UP else -rise
    here = int(np.argmin(np.abs(possible - latest)))
    other = np.flatnonzero(better != better[here])
    nearest = [
        int(places[at])
        for places, at in ((other[other < here], -1), (other[other > here], 0))
        if places.size
    ]
    colours = {1: Rag.GREEN, 0: Rag.AMBER, -1: Rag.RED}
    return tuple(
        TurningFigure(colours[int(better[place])], float(possible[place])) for place in nearest
    )


def verdict_of(difference: ShareDifference, case: Case) -> rules.Verdict:
    """Colour of a difference by its range."""
    return rules.change(*difference.limits, 0.0, case.measure.direction)


def mix_caveats(shares: Shares, ways: Sequence[tuple[str, str]], baseline: str) -> list[Caveat]:
    """Say that parts are compared at one mix, what adding them up would have given, and that they
    count differently among themselves.
    """
    if len(shares.before) == 1:
        return []
    of_each = [
        [getattr(item, name) for item in items]
        for items in (shares.before, shares.newest)
        for name in ("share", "n")
    ]
    p0, n0, p1, n1 = map(np.array, of_each)
    found = fixed_mix.components(shares.mix.weights, p0 * n0, n0, p1 * n1, n1)
    name = "" if shares.mix.typed else baseline
    caveats: list[Caveat] = [FixedMixUsed(len(p0), name, found.total, found.by_mix)]
    if len({way.casefold() for _, way in ways}) > 1:
        caveats.append(PartsCountDifferently(tuple(ways)))
    return caveats
