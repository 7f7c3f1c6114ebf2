"""What ``quarter`` prints: the period, what was imported and collected, what the refresh made of
it, what is missing and from whom, and what to do next.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from xlperf.imports.import_sentences import done_in_short, notable, plan_values
from xlperf.message_texts import wrapped
from xlperf.periods import day_name, month_name, month_of, month_short
from xlperf.returns.return_sentences import (
    collection_values,
    file_lines,
    folders_line,
    missing_line,
    waiting_lines,
)
from xlperf.terminal import change_lines, counts_text
from xlperf.tiles.counting import checks_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from xlperf.imports.folder_imports import FolderImport
    from xlperf.quarter.missing_figures import MissingFigure, SourceWithoutFile
    from xlperf.quarter.quarter_run import QuarterDone

NOBODY = "nobody is named who supplies them"

_item = partial(wrapped, indent=2, whole_words=True)


def quarter_text(done: QuarterDone, workbook: Path, folder: Path, *, dry_run: bool) -> str:
    """Say it all, in the order of the steps. Both paths are as they were typed."""
    period = done.period
    blocks = [
        [f"{workbook.name}, quarter to {month_name(month_of(period.now))}"],
        ["Imported:", *_imported(done, workbook, folder)],
        ["Returns:", *_returns(done)],
        ["Refreshed:", *_refreshed(done)],
        ["Still missing:", *_missing(done)],
        _ending(done, workbook, dry_run=dry_run),
        ["Next:", *_next_steps(done, workbook, dry_run=dry_run)],
    ]
    if period.moved:
        dates = f"{day_name(period.before)} -> {day_name(period.now)}"
        blocks[0].append(f"Settings: period_end {dates}")
    return "\n\n".join("\n".join(block) for block in blocks)


def _imported(done: QuarterDone, workbook: Path, folder: Path) -> Iterator[str]:
    imports = done.imports
    for item in imports.imports:
        yield _item(f"{', '.join(item.files)} ({item.source}): {_of_import(item)}")
        if item.plan is not None and item.imported and not _nothing_new(item):
            yield from (_item(text, indent=4) for text in notable(item.plan))
    for faulty in done.faulty:
        yield _item(f"{faulty.file}: not read. {faulty.why}")
    if done.folders:
        yield _item(f"{folders_line(done.folders)}.")
    yield from _unmatched(done, workbook, folder)
    for source in done.sources:
        if not source.missing:
            yield _item(f"{source.source}: no file in the folder; its figures reach the period.")
    if not imports.has_sources:
        yield _item(
            "The sheet Sources names no source yet: import a file once with --as NAME, and it is"
            " known from then on."
        )
    elif not (imports.imports or imports.unmatched or done.faulty):
        yield _item("There is no file to import in the folder.")


def _unmatched(done: QuarterDone, workbook: Path, folder: Path) -> Iterator[str]:
    unmatched = done.imports.unmatched
    for item in unmatched:
        why = f"several sources: {', '.join(item.fitting)}" if item.fitting else "no source"
        yield _item(f"{item.file}: fits {why}. It was left alone.")
    if unmatched:
        file = _typed(folder / unmatched[0].file) if len(unmatched) == 1 else "FILE"
        yield (
            "    To import it, and remember how:"
            if len(unmatched) == 1
            else ("    To import one of them, and remember how:")
        )
        yield f"    python -m xlperf import {_typed(workbook)} {file} --as NAME --preview"


def _typed(path: Path) -> str:
    """A path as it is typed after a command."""
    return f'"{path}"' if " " in str(path) else str(path)


def _nothing_new(item: FolderImport) -> bool:
    return item.known and item.plan is not None and not item.plan.writes


def _of_import(item: FolderImport) -> str:
    if item.obstacle:
        return f"NOT imported. {item.obstacle}"
    if item.plan is None:
        return f"the same file as {item.copy_of}."
    same = item.plan.comparison.same
    if _nothing_new(item):
        text = f"imported before; {same:,} of its figures are there, none is new."
    else:
        text = done_in_short(item.plan)
    if item.other_now:
        text += (
            f" {item.other_now:,} of its figures stand otherwise now and stay so: a later file or a"
            " person changed them."
        )
    return text


def _returns(done: QuarterDone) -> Iterator[str]:
    plan = done.collection.plan
    if plan is None:
        yield _item(f"NOT collected. {done.collection.obstacle}")
        return
    for line in file_lines(plan):
        yield _item(line.strip(), indent=4 if line.startswith(" ") else 2)
    if not plan.returns:
        yield _item("There is no return in the folder.")
    for line in waiting_lines(plan):
        yield _item(f"{line}: kept until its board has seen it.")


def _refreshed(done: QuarterDone) -> Iterator[str]:
    result = done.refreshed
    yield _item(counts_text(result.assessed).replace("   ", ", "))
    yield from (f"  {line}" for line in change_lines(result) if line)
    if problems := result.assessed.problems:
        yield _item(f"{checks_text(problems)}.")


def _missing(done: QuarterDone) -> Iterator[str]:
    plan = done.collection.plan
    lines = [_item(missing_line(item)) for item in (plan.missing if plan else ())]
    lines += [_item(_of_source(item)) for item in done.sources if item.missing]
    by_owner: dict[str, list[MissingFigure]] = {}
    for item in done.missing:
        by_owner.setdefault(item.owner or NOBODY, []).append(item)
    lines += [_item(f"{owner}: {_listed(items)}") for owner, items in by_owner.items()]
    yield from lines or [_item("nothing: every measure reaches the period, every return is here.")]


def _of_source(source: SourceWithoutFile) -> str:
    patterns = " or ".join(source.patterns) or "its files, whose names are not known yet"
    return f"{source.source}: no file such as {patterns} ({_listed(source.missing)})"


def _listed(items: Iterable[MissingFigure]) -> str:
    """Measures by their newest month."""
    by_month: dict[str, list[str]] = {}
    for item in items:
        newest = (
            "no figure yet" if item.newest is None else f"none after {month_short(item.newest)}"
        )
        by_month.setdefault(newest, []).append(item.measure)
    return "; ".join(f"{', '.join(names)}: {newest}" for newest, names in by_month.items())


def _ending(done: QuarterDone, workbook: Path, *, dry_run: bool) -> list[str]:
    if dry_run:
        return ["Dry run: nothing was written."]
    if not done.changed:
        lines = [f"Nothing is new: {workbook.name} is as it was."]
    else:
        lines = [f"Written to {workbook.name}."]
        if done.backup:
            lines = [f"{lines[0]} The version before is kept as {done.backup.name}."]
    folder = done.collection.folder
    if done.kept and folder:
        lines.append(f"Returns kept: {len(done.kept)}, in {folder}.")
    if done.replies and folder:
        lines.append(f"Answers drafted: {len(done.replies)}, in {folder / 'replies'}.")
    return lines


def _next_steps(done: QuarterDone, workbook: Path, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        yield "  the same without --dry-run"
        return
    stopped = any(item.obstacle for item in done.imports.imports) or done.faulty
    if stopped or done.imports.unmatched:
        yield "  settle the files above that were not imported, and run the same again"
    yield f"  python -m xlperf check {_typed(workbook)}"
    yield f"  python -m xlperf publish {_typed(workbook)} --to pack-{done.period.now:%Y-%m}"


def quarter_values(done: QuarterDone) -> dict[str, Any]:
    """The same for machines, without what a refresh gives."""
    plan = done.collection.plan
    return {
        "period_before": done.period.before,
        "changed": done.changed,
        "imports": [_import_values(item) for item in done.imports.imports],
        "not_read": [item._asdict() for item in done.faulty],
        "no_source": [
            {"file": item.file, "fits": list(item.fitting)} for item in done.imports.unmatched
        ],
        "returns": collection_values(plan) if plan else {"obstacle": done.collection.obstacle},
        "missing": {
            "sources": [
                {"source": item.source, "measures": [_values(one) for one in item.missing]}
                for item in done.sources
            ],
            "measures": [_values(item) for item in done.missing],
        },
        "backup": done.backup and str(done.backup),
    }


def _import_values(item: FolderImport) -> dict[str, object]:
    plain = ("source", "imported", "obstacle", "other_now")
    values = {name: getattr(item, name) for name in plain}
    return {"files": list(item.files), **values, "plan": item.plan and plan_values(item.plan)}


def _values(item: MissingFigure) -> dict[str, object]:
    newest = item.newest
    return {
        "measure": item.measure,
        "owner": item.owner,
        "newest": None if newest is None else f"{newest // 12}-{newest % 12 + 1:02d}",
        "of_group": item.of_group,
    }
