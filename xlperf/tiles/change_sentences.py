"""What changed, in words: a line with its name and figures, then what each cause makes of it."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.tables.measure_kinds import FigureForm
from xlperf.tiles.change_causes import Cause
from xlperf.tiles.changes import GONE, NEW, ColourTurn
from xlperf.tiles.figures import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.tiles.change_causes import ChangePart
    from xlperf.tiles.changes import Changes, ColourChange

HEADINGS = {
    ColourTurn.WORSE: "Worse",
    ColourTurn.OVERRULED: "Overruled by a person",
    ColourTurn.ENDED: "Override ended",
    ColourTurn.OTHER: "Otherwise",
    ColourTurn.BETTER: "Better",
}
DRIVEN = (Cause.VERSION, Cause.SETTING, Cause.DEFINITION, Cause.REVISED)
"""Causes that turn a colour although nothing new came in: said where one alone does it."""
PHRASES = {
    Cause.VERSION: "another version of xlperf",
    Cause.SETTING: "a setting",
    Cause.DEFINITION: "a definition",
    Cause.RETURN: "the return of a partner",
}
"""Causes in the middle of a sentence, where they are not said as they are called."""
ORDER = (
    "Causes are applied one after another: version, settings, definition, revised data, late data,"
    " returns, new data, what cannot be read; a part says what its cause adds to those before it."
)


class ChangeText(NamedTuple):
    """A line that changed, in words."""

    headline: str
    details: tuple[str, ...]


class ChangeGroup(NamedTuple):
    """Lines whose colours went the same way."""

    heading: str
    texts: tuple[ChangeText, ...]


def change_groups(found: Changes) -> list[ChangeGroup]:
    """Write the changes by the way that colours went, worse ones first; last the lines that have
    another figure for another reason than new data. Of two lines with one name each has its code
    beside it.
    """
    names = Counter(name_of(item) for item in (*found.changes, *found.figures))

    def text(change: ColourChange) -> ChangeText:
        alike = names[name_of(change)] > 1 and change.label
        label = f"{change.label} [{change.line}]" if alike else change.label
        return change_text(change._replace(label=label))

    groups = [
        ChangeGroup(HEADINGS[turn], tuple(map(text, items)))
        for turn, items in groupby(found.changes, key=lambda item: item.turn)
    ]
    other = tuple(text(item) for item in found.figures if not _only_new(item))
    if other and not found.unknown:
        groups.append(ChangeGroup("Same colour, another figure, and not by new data alone", other))
    return groups


def figures_sentence(found: Changes) -> str:
    """Say how many unlisted lines have another figure and the same colour; empty: none has."""
    quiet = [item for item in found.figures if found.unknown or _only_new(item)]
    if not quiet:
        return ""
    lines = "1 more line has" if len(quiet) == 1 else f"{len(quiet)} more lines have"
    why = "" if found.unknown else ", by new data"
    return f"{lines} another figure and the same colour and position{why}."


def change_text(change: ColourChange) -> ChangeText:
    """Write a change: its headline, a sentence for each cause, and what turned its colour."""
    details = [
        _part(part, change)
        for part in change.parts
        if part.detail or part.cause is not Cause.NOT_RECORDED
    ]
    details += [
        f"Only together with {PHRASES.get(item.cause, item.cause.value)}: {item.detail}."
        for item in change.partners
    ]
    if turned := turning_sentence(change):
        details.append(turned)
    return ChangeText(headline(change), tuple(details))


def name_of(change: ColourChange) -> str:
    """Name a line as a reader knows it: ``SP12 Reduce burglary, Offences``."""
    priority = " ".join(dict.fromkeys(filter(None, (change.priority, change.title))))
    return ", ".join(filter(None, (priority, change.label or change.line)))


def headline(change: ColourChange) -> str:
    """Write ``SP12 Reduce burglary, Offences: AMBER -> RED, 1,203 -> 1,250, 7th -> 8th of 8``."""
    return f"{name_of(change)}: {movement(change)}"


def movement(change: ColourChange) -> str:
    """Write what a headline says after the name."""
    parts = [_pair(change.before, change.after)]
    if change.decision:
        parts.append(change.decision)
    if NEW not in (change.before, change.after) and change.after != GONE:
        parts.append(_figures(change.latest_before, change.latest_after, change.form))
    before, after = change.position_before, change.position_after
    if before != after:
        parts.append(_pair(before or "no position", after or "no position"))
    return ", ".join(filter(None, parts))


def turning_sentence(change: ColourChange) -> str:
    """Say what turned the colour by the rules, where more than new data; empty: nothing."""
    turned = [cause for cause in change.turned_by if cause is not Cause.NOT_RECORDED]
    if not turned or Cause.NOT_RECORDED in change.turned_by:
        return ""
    alone = [PHRASES.get(cause, cause.value) for cause in change.alone]
    if len(alone) > 1:
        return f"Each alone would give this colour: {_and(alone)}."
    if turned == list(change.alone):
        only = "No new data was needed for it." if turned[0] in DRIVEN else ""
        return f"The colour turns by {alone[0]} alone. {only}".rstrip() if only else ""
    if not alone and len(change.parts) > 1:
        return (
            "No cause alone gives this colour: they do it together, and in another order it could"
            " be put down to another."
        )
    return ""


def _only_new(change: ColourChange) -> bool:
    return not change.partners and {part.cause for part in change.parts} <= {Cause.NEW}


def _part(part: ChangePart, change: ColourChange) -> str:
    cause = part.cause.value[0].upper() + part.cause.value[1:]
    text = f"{cause}: {part.detail}" if part.detail else cause
    made = _effect(part, change)
    return f"{text} ({made})." if made else f"{text}."


def _effect(part: ChangePart, change: ColourChange) -> str:
    """Say what a part changes; what the headline says already is left out of an only part."""
    before, after = part.before, part.after
    if len(change.parts) == 1:
        return _compared_with(part, change)
    effects = []
    if before.colour != after.colour:
        effects.append(_pair(before.colour, after.colour))
    if not {before.colour, after.colour} & {NEW, GONE}:
        effects.append(_figures(before.latest, after.latest, change.form))
        effects.append(_compared_with(part, change))
        if before.position != after.position:
            effects.append(_pair(before.position or "no position", after.position or "no position"))
    return "; ".join(filter(None, effects))


def _compared_with(part: ChangePart, change: ColourChange) -> str:
    before, after = part.before, part.after
    if {before.colour, after.colour} & {NEW, GONE} or part.cause is Cause.NOT_RECORDED:
        return ""
    base = _figures(before.baseline, after.baseline, change.form)
    return f"compared with {base}" if base else ""


def _figures(before: object, after: object, form: str) -> str:
    """Write two figures; empty where they are the same or their form is not known."""
    if before == after or not form:
        return ""
    texts = [
        figure(value, FigureForm(form)) if isinstance(value, (int, float)) else "no figure"
        for value in (before, after)
    ]
    if texts[0] == texts[1]:
        return f"about {texts[0]} as before"
    return _pair(*texts)


def _pair(before: str, after: str) -> str:
    return f"{before} -> {after}" if before != after else after


def _and(items: Sequence[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else items[0]
