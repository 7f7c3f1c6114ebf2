"""A scan: block after block of series, kept as they are finished, then the whole result.

Finished blocks lie in a folder beside the result, with a fingerprint of input and choices. A scan
that was stopped goes on where it was; another input or choice begins anew. Blocks are the same
whatever the number of workers, so the result is too, byte for byte.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import blake2b
from itertools import accumulate, chain
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from xlperf import outcome
from xlperf.counting.engines import engine_faults
from xlperf.errors import UsageError, WrittenState, XlperfError
from xlperf.excel import paths
from xlperf.excel.saving import refuse_existing
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, month_name
from xlperf.scan.block import ScanChoices
from xlperf.scan.block_counts import BLOCK, judged_block
from xlperf.scan.gathering import (
    STREET_COLUMNS,
    GatheredTable,
    TableColumns,
    block_counts,
    blocks_of,
    connected,
    duckdb,
    gather,
    in_short,
    keys_of,
    quoted_text,
    selected,
)
from xlperf.scan.record_counts import RecordSource, forget, gather_records
from xlperf.scan.scan_result import write_result, written_files
from xlperf.stats.scoring import YEAR
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from xlperf.config import SpcBasis
    from xlperf.periods import Month
    from xlperf.scan.block import Columns
    from xlperf.scan.scan_result import ScanResult
    from xlperf.tables.data import Direction

CHUNK = 1 << 20
KEPT = outcome.Wording("", "Finished blocks are in {}: the same command goes on.", "")
FORM = 1
"""Number of the form of the kept blocks: another one begins anew."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What a person asks for."""

    source: Path | RecordSource
    """A table of counts, a folder of street files, or records."""
    output: Path
    columns: TableColumns
    """Of a table of counts; records say themselves what makes a series."""
    period_end: Month | None
    """None: the last month that the table has."""
    baseline: Period | None
    """None: the twelve months before the latest twelve."""
    target: Month | None
    direction: Direction
    spc_basis: SpcBasis
    z: float
    rate: float
    workers: int = 1

    @property
    def kept(self) -> Path:
        """Folder of the finished blocks."""
        return self.output.with_name(f"{self.output.name}.blocks")

    @property
    def in_spark(self) -> bool:
        """Whether the series are judged in Spark."""
        return isinstance(self.source, RecordSource) and self.source.in_spark


class BlockWork(NamedTuple):
    """What a worker needs to judge any block."""

    kept: Path
    first: Month
    last: Month
    choices: ScanChoices
    absent_is_none: bool

    @property
    def months(self) -> range:
        """Months of the series."""
        return range(self.first, self.last + 1)


def run_scan(request: ScanRequest, progress: Callable[[str], None]) -> ScanResult:
    """Judge every series of a table and write the result; goes on with what is kept."""
    if request.output.suffix.lower() != ".parquet":
        raise UsageError(f"--output {request.output.name}: give a name that ends in .parquet.")
    paths.require_place(request.output, "result")
    progress("Reading the input")
    columns = _columns(request)
    _begin(request, columns)
    try:
        with _full_disk_said(request):
            table = _gathered(request, columns)
            _require_series(request, columns, table)
        work = BlockWork(
            request.kept, table.first, *_choices(request, table), columns.absent_is_none
        )
    except BaseException as error:  # a part of a table helps nobody, and is as secret as the table
        if isinstance(error, XlperfError) or not _is_gathered(request):
            shutil.rmtree(request.kept, ignore_errors=True)
        raise
    if isinstance(request.source, RecordSource) and request.source.in_spark:
        return _scanned_in_spark(request, request.source, table, work, progress)
    blocks = outcome.current().announce(KEPT, request.kept.name, minor=True)
    blocks.settle(WrittenState.NEW)
    with _full_disk_said(request):
        _judge_all(request, table, work, progress)
        progress("Writing the result")
        result = write_result(request, columns, table, work)
    shutil.rmtree(request.kept, ignore_errors=True)
    blocks.settle(WrittenState.OLD)
    return result


@contextmanager
def _full_disk_said(request: ScanRequest) -> Iterator[None]:
    """Say where a disk may be full, of every fault that a full disk or memory has."""
    try:
        yield
    except (duckdb().Error, BrokenProcessPool, OSError) as error:
        what = getattr(error, "strerror", None) or in_short(error)
        raise XlperfError(
            f"The scan stopped ({what}). No result was written. Is the disk of"
            f" {request.output.absolute().parent} full, or the memory?"
        ) from error


def _columns(request: ScanRequest) -> TableColumns:
    if isinstance(request.source, RecordSource):
        return request.source.columns
    if request.source.is_dir():
        return request.columns._replace(series=STREET_COLUMNS)
    if not request.columns.series:
        raise UsageError("Name the columns that make a series: --series Force Area Category.")
    return request.columns


def _scanned_in_spark(
    request: ScanRequest,
    source: RecordSource,
    table: GatheredTable,
    work: BlockWork,
    progress: Callable[[str], None],
) -> ScanResult:
    """Judge where the records are, and write the result; nothing is kept if it stops, since another
    count may be of other records.
    """
    from xlperf.scan import spark

    progress(f"Judging {table.series:,} series in Spark")
    keys = keys_of(source.columns)
    try:
        with engine_faults(source.address):
            with connected(work.kept / "input.duckdb") as con:
                for number, judged in spark.judged_blocks(table, work, BLOCK, con, keys):
                    keep_block(con, work.kept, number, judged)
            progress("Writing the result")
            fetch = partial(spark.fetch_cells, keys)
            result = write_result(request, source.columns, table, work, fetch)
            forget(spark.session())
            return result
    finally:
        shutil.rmtree(work.kept, ignore_errors=True)


def _begin(request: ScanRequest, columns: TableColumns) -> None:
    """Make the folder of blocks, or keep the one that is of this input and these choices."""
    asked = {
        name: str(value)
        for name, value in asdict(request).items()
        if name not in ("source", "output", "workers")
    }
    about = {
        "form": FORM, "version": VERSION, "numpy": np.__version__, "duckdb": duckdb().__version__,
        "input": request.source.mark
        if isinstance(request.source, RecordSource) else _digest(request.source),
        "columns": str(columns), "asked": asked,
    }  # fmt: skip
    text = json.dumps(about, indent=1, sort_keys=True)
    note = request.kept / "scan.json"
    if not request.in_spark and note.is_file() and note.read_text(encoding="utf-8") == text:
        return
    for path in written_files(request.output):
        refuse_existing(path, "or move it away")
    if request.kept.exists():
        if not note.is_file() and any(request.kept.iterdir()):
            raise UsageError(
                f"{request.kept} holds files that are no blocks of a scan. Give another --output."
            )
        shutil.rmtree(request.kept)
    request.kept.mkdir()
    note.write_text(text, encoding="utf-8")


def _digest(source: Path) -> str:
    """Fingerprint of the content of a file, or of all files of a folder."""
    digest = blake2b(digest_size=16)
    paths = sorted(source.rglob("*")) if source.is_dir() else [source]
    for path in (path for path in paths if path.is_file()):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() if source.is_dir() else b"")
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _about(request: ScanRequest) -> Path:
    """Give the file that says what was read, once all is."""
    return request.kept / "input.json"


def _is_gathered(request: ScanRequest) -> bool:
    return _about(request).is_file()


def _gathered(request: ScanRequest, columns: TableColumns) -> GatheredTable:
    """Read the input into the database of the folder, unless it is there whole."""
    database, about = request.kept / "input.duckdb", _about(request)
    if _is_gathered(request):
        return GatheredTable(*json.loads(about.read_text(encoding="utf-8")))
    for left in request.kept.glob("input.duckdb*"):
        left.unlink()
    if isinstance(request.source, RecordSource):
        table = gather_records(request.source, database, request.workers)
    else:
        table = gather(request.source, columns, database, request.workers)
    _put(about, json.dumps(table))
    return table


def _require_series(request: ScanRequest, columns: TableColumns, table: GatheredTable) -> None:
    if not table.series:
        raise XlperfError(
            f"{request.source.name} has no series: no row with a month has all of"
            f" {', '.join(columns.series)}. Nothing was written."
        )


def _put(path: Path, text: str) -> None:
    """Write a file in one move: it is there whole, or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _choices(request: ScanRequest, table: GatheredTable) -> tuple[Month, ScanChoices]:
    """Period end, and what the series are judged by; refuses periods outside the table."""
    late = request.source.query.late_months if isinstance(request.source, RecordSource) else 0
    last = table.last - late if request.period_end is None else request.period_end
    baseline = request.baseline or Period(last - 2 * YEAR + 1, last - YEAR)
    if baseline.last > last - YEAR:
        raise UsageError(
            f"The baseline year ({baseline}) must end before the twelve months to"
            f" {month_name(last)} begin. Give an earlier --baseline."
        )
    if last > table.last or baseline.first < table.first:
        raise UsageError(
            f"The table has {month_name(table.first)} to {month_name(table.last)}; to compare the"
            f" twelve months to {month_name(last)} with the {baseline} it must have both."
            " Give another --period or --baseline."
        )
    if request.target is not None and request.target <= last:
        raise UsageError(f"--target must be after {month_name(last)}, the last month judged.")
    ahead = None if request.target is None else request.target - last
    return last, ScanChoices(
        baseline.first - table.first,
        z=request.z,
        spc_basis=request.spc_basis,
        direction=request.direction,
        ahead=ahead,
    )


def block_path(kept: Path, number: int, kind: str) -> Path:
    """File of a finished block: its ``answers``, or the ``faults`` of its months."""
    return kept / f"{kind}-{number:06d}.parquet"


def _judge_all(
    request: ScanRequest, table: GatheredTable, work: BlockWork, progress: Callable[[str], None]
) -> None:
    """Judge every block that is not finished yet."""
    blocks = list(blocks_of(table.series, BLOCK))
    left = [block for block in blocks if not block_path(work.kept, block[0], "answers").is_file()]
    kept = len(blocks) - len(left)
    for done in chain([0], accumulate(1 for _ in _judged(work, left, request.workers))):
        judged = min((kept + done) * BLOCK, table.series)
        progress(f"{judged:,} of {table.series:,} series judged")


def _judged(work: BlockWork, blocks: list[tuple[int, int, int]], workers: int) -> Iterator[None]:
    """Judge blocks here, or in several processes."""
    if workers <= 1 or len(blocks) <= 1:
        with connected(work.kept / "input.duckdb", read_only=True) as con:
            for block in blocks:
                _judge(con, work, *block)
                yield
        return
    pool = ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=signal.signal,  # Ctrl+C is for the main process, which stops the others
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        left = {pool.submit(_judge_apart, work, *block) for block in blocks}
        while left:
            done, left = wait(left, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
                yield
    finally:
        pool.shutdown(cancel_futures=True)


def _judge_apart(work: BlockWork, number: int, start: int, end: int) -> None:
    """Judge one block in a process of its own."""
    with connected(work.kept / "input.duckdb", read_only=True) as con:
        _judge(con, work, number, start, end)


def _judge(con: Any, work: BlockWork, number: int, start: int, end: int) -> None:
    """Judge one block and keep it."""
    block = block_counts(con, start, end, work.months, absent_is_none=work.absent_is_none)
    keep_block(con, work.kept, number, judged_block(block, start, work.first, work.choices))


def keep_block(con: Any, kept: Path, number: int, judged: dict[str, Columns]) -> None:
    """Keep a block that is judged: the answers last, since they say that it is finished."""
    for kind in ("faults", "answers"):
        columns, path = judged[kind], block_path(kept, number, kind)
        unfinished = path.with_suffix(f".{os.getpid()}")
        con.execute(
            f"COPY ({selected(columns)}) TO {quoted_text(str(unfinished))} (FORMAT parquet)"
        )
        unfinished.replace(path)
