"""Figures given by parts (areas, waves, ways of asking): one result of them all, and the one mix at
which two periods are compared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.tables.data import SurveyResult


class MixPart(NamedTuple):
    """What of a part its place in a mix rests on."""

    name: str
    """Empty: the whole, not given by parts."""
    n: int | None
    counting: str = ""
    """How it counts, in the words of the sheet; compared without case."""
    weight: float | None = None
    """As typed; None: none is."""


class FixedMix(NamedTuple):
    """Weights of the parts, in the order of the baseline's, which add up to 1."""

    weights: tuple[float, ...]
    order: tuple[int, ...]
    """Where each of them stands among the parts of the latest period."""
    typed: bool
    """Whether people typed the weights; else they are the shares of n in the baseline year."""


def fixed_mix(before: Sequence[MixPart], now: Sequence[MixPart], baseline: str) -> FixedMix | str:
    """Mix at which two periods compare: typed weights, else that of the baseline; or what is to be
    entered, where there is none.

    Parameters
    ----------
    before, now
        At least one part each, each name once.
    baseline
        Name of the baseline year.
    """
    places = {normalised(part.name): place for place, part in enumerate(now)}
    names = [normalised(part.name) for part in before]
    if set(names) != places.keys():
        return _other_parts(before, now, baseline)
    order = tuple(places[name] for name in names)
    pairs = [(part, now[place]) for part, place in zip(before, order, strict=True)]
    for then, latest in pairs:
        if normalised(then.counting) != normalised(latest.counting):
            return (
                f"{_at_start(then)} counts in another way: {_way(then)} in {baseline},"
                f" {_way(latest)} now. Enter both counted in one way."
            )
        for part, when in ((then, baseline), (latest, "the latest period")):
            if len(pairs) > 1 and not part.n:
                known = "nobody" if part.n == 0 else "no n"
                return f"{_at_start(part)} has {known} for {when}, so there is no mix. Enter n."
    return _weights(pairs, order, baseline)


def _weights(
    pairs: Sequence[tuple[MixPart, MixPart]], order: tuple[int, ...], baseline: str
) -> FixedMix | str:
    typed = []
    for then, latest in pairs:
        known = {part.weight for part in (then, latest)} - {None}
        if len(known) > 1:
            return (
                f"{_at_start(then)} has the weight {then.weight:g} in {baseline} and"
                f" {latest.weight:g} now. Give it one weight."
            )
        typed += sorted(weight for weight in known if weight is not None)
    if typed and len(typed) < len(pairs):
        return "Some parts have a weight and others none. Give a weight to each, or to none."
    values = typed or [float(then.n or 1) for then, _ in pairs]
    total = sum(values)
    return FixedMix(tuple(value / total for value in values), order, bool(typed))


def _other_parts(before: Sequence[MixPart], now: Sequence[MixPart], baseline: str) -> str:
    mine, yours = ({normalised(part.name) for part in parts} for parts in (now, before))
    only_before = [_called(part) for part in before if normalised(part.name) not in mine]
    only_now = [_called(part) for part in now if normalised(part.name) not in yours]
    known = [
        f"only {when} has {', '.join(parts)}"
        for when, parts in ((baseline, only_before), ("the latest period", only_now))
        if parts
    ]
    return f"The parts are not the same: {'; '.join(known)}. Enter the same parts for both."


def _called(part: MixPart) -> str:
    return f"the part '{part.name}'" if part.name else "a result without parts"


def _at_start(part: MixPart) -> str:
    return f"The part '{part.name}'" if part.name else "The result"


def _way(part: MixPart) -> str:
    return f"'{part.counting}'" if part.counting else "no way is given"


def whole_results(results: Iterable[SurveyResult]) -> list[SurveyResult]:
    """Survey results, one a period: those of parts added up as they came, with their parts."""
    periods: dict[object, list[SurveyResult]] = {}
    for result in results:
        periods.setdefault(result.period_end, []).append(result)
    return [parts[0] if len(parts) == 1 else _whole(parts) for parts in periods.values()]


def _whole(parts: Sequence[SurveyResult]) -> SurveyResult:
    """Add parts up; what one of them lacks is not known of the whole."""
    numbers = [part.n for part in parts if part.n is not None]
    satisfied = [part.successes for part in parts if part.successes is not None]
    shares = [part.proportion for part in parts if part.proportion is not None]
    n = sum(numbers) if len(numbers) == len(parts) else None
    counted = n is not None and len(satisfied) == len(parts)
    percent = None
    if n and not counted and len(shares) == len(parts):
        percent = 100 * sum(k * share for k, share in zip(numbers, shares, strict=True)) / n
    dates = [part.as_at for part in parts if part.as_at is not None]
    return replace(
        parts[0],
        n=n,
        successes=sum(satisfied) if counted else None,
        percent=percent,
        score=None,
        as_at=max(dates, default=None),
        part="",
        counting="",
        weight=None,
        parts=tuple(parts),
        provisional=any(part.provisional for part in parts),
    )


def parts_of(result: SurveyResult) -> tuple[SurveyResult, ...]:
    """Parts of a result; itself, where it was not given by parts."""
    return result.parts or (result,)


def mix_of(before: SurveyResult, now: SurveyResult, baseline: str) -> FixedMix | str:
    """Mix at which two results compare, or what is to be entered."""
    then, latest = (
        [MixPart(part.part, part.n, part.counting, part.weight) for part in parts_of(result)]
        for result in (before, now)
    )
    return fixed_mix(then, latest, baseline)


def share_at(mix: FixedMix, parts: Sequence[SurveyResult]) -> float | None:
    """Share of the parts, in the order of the mix; None where that of one is not known."""
    shares = [part.proportion for part in parts]
    if any(share is None for share in shares):
        return None
    return sum(w * share for w, share in zip(mix.weights, shares, strict=True) if share is not None)
