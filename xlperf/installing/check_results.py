"""What one check found (state, what was seen, what to do), and the case that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, wraps
from typing import TYPE_CHECKING

from xlperf.installing import conf, office_keys
from xlperf.installing.workbook_facts import CONF_SHEET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from xlperf.installing.machine import Machine
    from xlperf.installing.workbook_facts import WorkbookFacts

    Check: TypeAlias = Callable[["Examined"], Iterator["CheckResult"]]

NO_WINDOWS = "only Excel on Windows starts Python by macros"


class CheckState(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    NOT_HERE = "not here"
    """The question does not arise on this computer, or no workbook was given."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found, and what to do."""

    check: str
    state: CheckState
    found: str
    remedy: str = ""
    only_on_windows: bool = False
    """Whether it was not made, since it is about Excel on Windows and this is another system."""


def ok(check: str, found: str) -> CheckResult:
    """Make a result that is as it should be."""
    return CheckResult(check, CheckState.OK, found)


def warning(check: str, found: str, remedy: str) -> CheckResult:
    """Make a result that may be in the way."""
    return CheckResult(check, CheckState.WARNING, found, remedy)


def problem(check: str, found: str, remedy: str) -> CheckResult:
    """Make a result that stops the buttons or the functions."""
    return CheckResult(check, CheckState.PROBLEM, found, remedy)


def not_here(check: str, found: str, remedy: str = "") -> CheckResult:
    """Make a result of a question that does not arise."""
    return CheckResult(check, CheckState.NOT_HERE, found, remedy)


@dataclass(frozen=True)
class Examined:
    """A computer and, if one was named, a workbook."""

    machine: Machine
    book: WorkbookFacts | None = None

    @cached_property
    def layers(self) -> tuple[tuple[str, Mapping[str, str]], ...]:
        """The settings of xlwings by place, the deciding place first."""
        user = conf.user_file(self.machine)
        of_user = (user, conf.parsed(self.machine.read(user) or b""))
        if self.book is None:
            return (of_user,)
        return (
            (f"the sheet {CONF_SHEET} of {self.book.name}", self.book.settings),
            (f"{CONF_SHEET} beside {self.book.name}", self.book.beside),
            of_user,
        )

    @property
    def windows(self) -> bool:
        """Whether this is the one system where Excel can start Python by macros of this kind."""
        return self.machine.system == "Windows"

    def setting(self, key: str) -> tuple[str, str] | None:
        """Value of an xlwings setting, variables put in, and the place that decides it."""
        pair = conf.value_and_place(key, self.layers)
        return None if pair is None else (conf.expanded(pair[0], self.machine), pair[1])

    @property
    def interpreter(self) -> str:
        """The interpreter Excel will start; the one at work where none is set."""
        setting = self.setting(conf.INTERPRETER)
        return setting[0] if setting and setting[0] else self.machine.python.executable

    @cached_property
    def trusted(self) -> bool:
        """Whether the workbook lies in a trusted location that Excel uses."""
        if self.book is None or not self.windows or office_keys.locations_are_off(self.machine):
            return False
        folder = self.machine.path(self.book.folder)
        by_users = office_keys.user_locations_count(self.machine)
        for key, path, below, _ in office_keys.trusted_locations(self.machine):
            if key.startswith(office_keys.USER_SECURITY) and not by_users:
                continue
            trusted = self.machine.path(conf.expanded(path, self.machine))
            if folder == trusted or (below and folder.is_relative_to(trusted)):
                return True
        return False

    @property
    def marked(self) -> bool:
        """Whether Windows marked the file as one from the internet or another untrusted zone."""
        mark = self.book.mark if self.book else None
        return mark is not None and any(f"ZoneId={zone}" in mark for zone in (3, 4))


def windows_only(*titles: str) -> Callable[[Check], Check]:
    """Make a check on Windows alone; elsewhere say so, under these titles."""

    def decorated(check: Check) -> Check:
        @wraps(check)
        def checked(case: Examined) -> Iterator[CheckResult]:
            if case.windows:
                yield from check(case)
                return
            for title in titles:
                yield CheckResult(title, CheckState.NOT_HERE, NO_WINDOWS, only_on_windows=True)

        return checked

    return decorated
