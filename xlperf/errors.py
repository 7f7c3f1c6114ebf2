"""Faults of the program or of what it was given as a whole: raised, shown as one sentence, never a
traceback.

Faults of single cells are not here: they are values (`xlperf.tables.problems.Problem`), collected
and shown together. Each message says where, what was found and what to do.
"""

from __future__ import annotations

from enum import StrEnum


class WrittenState(StrEnum):
    """What is in place after a command, of what it was to write or to send."""

    OLD = "old"
    """What was there before; nothing, where nothing was."""
    NEW = "new"
    NOT_KNOWN = "not known"


class XlperfError(Exception):
    """Base of everything xlperf raises on purpose; ``str(error)`` is the sentence for the user.

    `state`: what is in place now. Most are raised before anything is written.
    """

    def __init__(self, sentence: str = "", state: WrittenState = WrittenState.OLD) -> None:
        super().__init__(sentence)
        self.state = state


class WorkbookError(XlperfError):
    """The file cannot be used as it is: not a workbook, damaged, protected by a password,
    unsafe.
    """


class WorkbookBusyError(WorkbookError):
    """The file is open in Excel, or another refresh is running on it."""


class LayoutError(WorkbookError):
    """The workbook can be read but an edit cannot be made safely: a formula, a merged cell,
    something in the way.
    """


class SettingsError(XlperfError):
    """The Settings sheet does not allow an assessment: a needed setting is missing or cannot be
    read.
    """


class UsageError(XlperfError):
    """What was asked on the command line cannot be done: an unknown priority, a period outside the
    data.
    """


class FunctionError(XlperfError, ValueError):
    """An argument of a function cannot be used: the sentence names it, says what is wrong and what
    to give. It is a ValueError too, as Python's own functions raise.
    """


class SetupError(XlperfError):
    """The computer could not be set up as asked: the sentence names the step and why it failed."""


class PackError(XlperfError):
    """The panel pack, or a document of it, cannot be made, signed or sent as it is: the sentence
    says why.
    """


class MailError(XlperfError):
    """A mail could not be made or handed over: the sentence says why, and whether anything was
    sent.
    """
