"""Every line under other settings: which colours and figures they would change, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.assessing import assess
from xlperf.assessment.evidence import Position
from xlperf.config import SETTINGS, SETTINGS_BY_KEY, Affects, Setting, SettingForm
from xlperf.errors import UsageError
from xlperf.frozen import NamedTuple
from xlperf.tables.requirements import require_period
from xlperf.tables.settings import settings_with, typed_setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.data import Tables

WHOSE = "own_force"
"""The setting that says whose figures the data sheets hold: another would not change them."""


class Alternative(NamedTuple):
    """Other settings, and every line judged by them."""

    typed: Mapping[str, str]
    """Values by key, as a person typed them."""
    settings: Settings
    lines: tuple[Assessment, ...]

    @property
    def named(self) -> str:
        """As it was typed: spc_basis=mean z=2.58."""
        return " ".join(f"{key}={value}" for key, value in self.typed.items())


class LineChange(NamedTuple):
    """A line that other settings would show otherwise."""

    before: Assessment
    after: Assessment

    @property
    def colour(self) -> bool:
        """Whether the colour calculated is another."""
        return self.before.rag is not self.after.rag

    @property
    def figures(self) -> bool:
        """Whether a figure is another."""
        return _shown(self.before) != _shown(self.after)


def _shown(line: Assessment) -> tuple[object, ...]:
    """What a tile shows of a line besides its colour."""
    place = line.evidence.place[:2] if isinstance(line.evidence, Position) else None
    return line.figures.latest, line.figures.baseline, place


def changes_of(
    lines: Sequence[Assessment], alternative: Alternative, asked: Sequence[Assessment] | None = None
) -> list[LineChange]:
    """Lines whose colour or figures an alternative would change, in their order; of those asked
    about, where some are.
    """
    names = {line.line for line in (lines if asked is None else asked)}
    pairs = (LineChange(*pair) for pair in zip(lines, alternative.lines, strict=True))
    return [pair for pair in pairs if pair.before.line in names and (pair.colour or pair.figures)]


def read_alternative(texts: Sequence[str]) -> dict[str, str]:
    """Read settings as a person types them: KEY=VALUE. Raises `UsageError` and `SettingsError`."""
    typed: dict[str, str] = {}
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise UsageError(
                f"--set {text}: give a setting and its value, KEY=VALUE. The name of a line stands"
                " before --set."
            )
        if key in typed:
            raise UsageError(
                f"--set has {key} twice. Give --set again for another alternative:"
                f" --set {key}={typed[key]} --set {key}={value}"
            )
        typed_setting(key, value)
        _require_judging(key)
        typed[key] = value
    return typed


def _require_judging(key: str) -> None:
    """Refuse a setting that changes no figure and no colour."""
    setting = SETTINGS_BY_KEY[key]
    if key == WHOSE:
        raise UsageError(
            f"--set {key}: the data sheets hold the figures of one force. Another name would give"
            " them to another force."
        )
    if setting.affects is not Affects.JUDGEMENT:
        raise UsageError(f"--set {key}: it changes {setting.affects}, no figure and no colour.")


def alternative_of(tables: Tables, settings: Settings, typed: Mapping[str, str]) -> Alternative:
    """Judge every line by other settings. Raises `SettingsError`; `UsageError` for a period outside
    the data.
    """
    changed = settings_with(settings, typed)
    if changed.period_end != settings.period_end:
        require_period(tables, changed)
    return Alternative(typed, changed, assess(tables, changed))


def other_readings(settings: Settings) -> list[dict[str, str]]:
    """Every other reading that a setting offers, each by itself."""
    return [
        {setting.key: str(choice)}
        for setting in SETTINGS
        if setting.form is SettingForm.CHOICE and setting.affects is Affects.JUDGEMENT
        for choice in setting.choices
        if choice != value_of(setting, settings)
    ]


def value_of(setting: Setting, settings: Settings) -> str:
    """Write what a setting is now, as a person types it."""
    match setting.key:
        case "baseline_year":
            return settings.baseline_name
        case "target_date":
            from xlperf.periods import last_day

            return last_day(settings.target).isoformat()
        case _:
            value = getattr(settings, setting.key)
            return f"{value:g}" if isinstance(value, float) else str(value)
