"""What `rebuild` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.message_texts import wrapped
from xlperf.terminal import change_blocks
from xlperf.tiles.change_sentences import ORDER
from xlperf.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from xlperf.release.published_rows import RowComparison
    from xlperf.release.rebuilding import Rebuilt
    from xlperf.tiles.changes import Changes

RECORD = "what its refresh recorded (sheet Inputs)"
ALL_SAME = "Nothing differs."
SOME_DIFFER = "Not all of it is the same."
SOME_UNKNOWN = "What could be compared is the same; below is what could not be."
INSTEAD = "Instead, the workbook as it is now is compared with what was published."
NOTHING = "Nothing is there to compare."


def rebuild_output(rebuilt: Rebuilt, file: Path, output: Path | None) -> str:
    """Say what was rebuilt, with what it was compared, and every line that differs, with causes."""
    blocks = [wrapped(f"{file.name}. {_headline(rebuilt)}", hanging=0)]
    blocks += [wrapped(note, hanging=0) for note in rebuilt.notes]
    blocks.append("\n".join(_compared(rebuilt)) or NOTHING)
    if rebuilt.recorded is not None:
        blocks += change_blocks(rebuilt.recorded)
    blocks += [block for item in rebuilt.comparisons if (block := _differing(item, rebuilt))]
    if rebuilt.since is not None:
        blocks.append(wrapped(f"Since then: {_since(rebuilt.since)}", hanging=0))
        blocks += change_blocks(rebuilt.since)
        if rebuilt.since.changes and not rebuilt.since.unknown:
            blocks.append(wrapped(ORDER, hanging=0))
    if rebuilt.not_now:
        blocks.append(wrapped(rebuilt.not_now, hanging=0))
    if output is not None:
        blocks.append(wrapped(_written(rebuilt, output), hanging=0))
    return "\n\n".join(blocks)


def _headline(rebuilt: Rebuilt) -> str:
    name = rebuilt.name[0].upper() + rebuilt.name[1:]
    if rebuilt.assessed is None:
        instead = INSTEAD if rebuilt.comparisons else ""
        return f"{name} was not rebuilt. {rebuilt.missing} {instead}".rstrip()
    made = f", made with xlperf {rebuilt.version}," if rebuilt.version else ""
    result = ALL_SAME if rebuilt.same else SOME_DIFFER if rebuilt.differs else SOME_UNKNOWN
    return f"{name}{made} was rebuilt from its stored inputs with xlperf {VERSION}. {result}"


def _compared(rebuilt: Rebuilt) -> list[str]:
    lines = []
    if (record := rebuilt.recorded) is not None:
        differing = len(record.changes) + len(record.figures)
        lines.append(_counted(RECORD, record.lines - differing, record.lines))
    for item in rebuilt.comparisons:
        lines.append(_counted(item.name, item.same, item.lines))
        if item.hidden:
            lines[-1] += (
                f" {item.hidden} were, or may have been, withheld from the panel or shown rounded:"
                " they are not compared."
            )
    return ["Compared with", *(wrapped(text, 2) for text in lines)] if lines else []


def _counted(name: str, same: int, lines: int) -> str:
    return f"{name}: {same} of {lines} lines are the same."


def _differing(comparison: RowComparison, rebuilt: Rebuilt) -> str:
    """Write the lines that only this record has otherwise; those that the record of the refresh
    has otherwise too stand above, with their causes.
    """
    record = rebuilt.recorded
    named = {item.line for item in (*record.changes, *record.figures)} if record else set()
    rows = [row for row in comparison.differing if row.line not in named]
    if not rows:
        return ""
    why = "" if rebuilt.assessed else ": what it was made from is not stored"
    heading = f"Other than in {comparison.name}. Cause not recorded{why}."
    texts = [wrapped(f"{row.label}: {row.text}.", 2) for row in rows]
    return "\n".join([wrapped(heading, hanging=0), *texts])


def _since(since: Changes) -> str:
    other = len(since.figures)
    if since.changes or not other:
        return str(since)
    return f"{since} {other} of {since.lines} lines have another figure."


def _written(rebuilt: Rebuilt, output: Path) -> str:
    if rebuilt.assessed is None:
        return f"{output} was not written: nothing was rebuilt."
    return (
        f"The rebuilt lines are in {output}. Nothing is withheld in it, small numbers neither: it"
        " stays in the office."
    )
