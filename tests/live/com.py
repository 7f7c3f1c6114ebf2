"""What the engine of the tests gives as `api`: the part of Excel's object model that xlwings has no
words for.

Each class says where its behaviour is documented or reported; names are Excel's.
"""

from __future__ import annotations

import fnmatch
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl.utils import range_boundaries

if TYPE_CHECKING:
    from collections.abc import Iterator

AND, OR, TOP_ITEMS, VALUES, CELL_COLOUR, DYNAMIC, NO_FILL = 1, 2, 3, 7, 8, 11, 12
"""XlAutoFilterOperator."""
DONE, PENDING = 0, 2
"""XlCalculationState."""


class ComError(Exception):
    """What COM raises: a code first."""


def refused(what: str) -> ComError:
    """Run-time error 1004, as COM gives it."""
    return ComError(
        -2147352567, "Exception occurred.", (0, "Microsoft Excel", what, None, 0, -2146827284), None
    )


@dataclass
class Criterion:
    """What one column is filtered by.

    `days`: ticked in the tree of years, months and days; Excel raises an error where the criteria
    of such a filter are asked for (reports on Filter.Criteria1 and xlFilterValues; the tree is
    `dateGroupItem` in the file).
    """

    first: Any
    operator: int = 0
    second: Any = None
    days: bool = False


@dataclass
class Filtered:
    """Filter of a sheet's range or of a table: criteria by column, and the rows that they hid when
    they were set.

    A filter is not applied again when cells change (documentation: "Reapply a filter").
    """

    criteria: dict[int, Criterion] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)


class Filters:
    """Filters of a sheet, by table (None: the range of the sheet's own)."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.of: dict[str | None, Filtered] = {}
        self.own: str | None = None
        """Range of the sheet's own filter."""
        self.advanced: set[int] = set()
        """Rows hidden by an advanced filter, which has no criteria to ask for (documentation of
        Range.AdvancedFilter).
        """

    @property
    def hidden(self) -> set[int]:
        """Rows that filters hide."""
        return self.advanced.union(*(each.hidden for each in self.of.values()))

    def area(self, table: str | None) -> str:
        return self.own if table is None else self.sheet.tables[table].ref

    def put(self, table: str | None, column: int, criterion: Criterion | None) -> None:
        filtered = self.of.setdefault(table, Filtered())
        filtered.criteria.pop(column, None)
        if criterion is not None:
            filtered.criteria[column] = criterion
        left, top, _, bottom = range_boundaries(self.area(table))
        filtered.hidden = {
            row
            for row in range(top + 1, bottom + 1)
            if not all(
                _matches(self.sheet.cell(row, left + at - 1), one)
                for at, one in filtered.criteria.items()
            )
        }
        for row in range(
            top + 1, bottom + 1
        ):  # a row hidden by hand inside comes to light with the others
            self.sheet.row_dimensions[row].hidden = False


def _matches(cell: Any, criterion: Criterion) -> bool:
    match criterion.operator:
        case 1 | 2 if criterion.second is not None:
            answers = [_one(cell.value, criterion.first), _one(cell.value, criterion.second)]
            return all(answers) if criterion.operator == AND else any(answers)
        case 7:
            return any(_one(cell.value, text) for text in criterion.first or ())
        case 8:
            colour = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else "FFFFFFFF"
            red, green, blue = (int(colour[at : at + 2], 16) for at in (2, 4, 6))
            return red + 256 * green + 65536 * blue == criterion.first
        case 12:
            return cell.fill.fill_type != "solid"
        case 0 | 1 | 2:
            return _one(cell.value, criterion.first)
    return True


def _one(value: Any, text: str) -> bool:
    sign = next(sign for sign in ("<>", ">=", "<=", ">", "<", "=", "") if text.startswith(sign))
    operand = text[len(sign) :]
    if sign[:1] in "<>" and sign not in ("", "<>"):
        number = float(operand)
        if not isinstance(value, (int, float)):
            return False
        return {
            ">=": value >= number,
            "<=": value <= number,
            ">": value > number,
            "<": value < number,
        }[sign]
    shown = "" if value is None else f"{value:g}" if isinstance(value, (int, float)) else str(value)
    return fnmatch.fnmatchcase(shown.lower(), operand.lower()) is (sign != "<>")


class FilterApi:
    """One column's filter (documentation of Filter). Operator is 0 for a single criterion, and
    there is no Criteria2 then (example of Worksheet.AutoFilter); a criterion by colour gives an
    object that has a Color.
    """

    def __init__(self, criterion: Criterion | None) -> None:
        self.criterion = criterion
        self.On = criterion is not None

    @property
    def Operator(self) -> int:
        return self.criterion.operator

    @property
    def Criteria1(self) -> Any:
        if self.criterion.days:
            raise refused("Application-defined or object-defined error")
        if self.criterion.operator == CELL_COLOUR:
            return type("Interior", (), {"Color": float(self.criterion.first)})
        if self.criterion.operator == VALUES:
            return tuple(self.criterion.first)
        return ">=7" if self.criterion.operator == TOP_ITEMS else self.criterion.first

    @property
    def Criteria2(self) -> Any:
        if self.criterion.second is None:
            raise refused("Application-defined or object-defined error")
        return self.criterion.second


class FilterList:
    """Filters of a range, one a column, counted from 1."""

    def __init__(self, columns: int, criteria: dict[int, Criterion]) -> None:
        self.Count, self.criteria = columns, criteria

    def __call__(self, place: int) -> FilterApi:
        return FilterApi(self.criteria.get(place))

    def __iter__(self) -> Iterator[FilterApi]:
        return (self(place) for place in range(1, self.Count + 1))


class AutoFilterApi:
    """Documentation of AutoFilter: FilterMode is true while rows are hidden by it."""

    def __init__(self, filters: Filters, table: str | None, rng: Any) -> None:
        self.filters, self.table, self.Range = filters, table, rng
        self.rng = rng

    @property
    def FilterMode(self) -> bool:
        self.rng.engine.count("ask filter")
        return bool(self.filters.of.get(self.table, Filtered()).criteria)

    @property
    def Filters(self) -> FilterList:
        self.rng.engine.count("ask filter")
        left, _, right, _ = range_boundaries(self.filters.area(self.table))
        return FilterList(right - left + 1, self.filters.of.get(self.table, Filtered()).criteria)

    def ShowAllData(self) -> None:
        """Fails where nothing is filtered (reports on error 1004: ShowAllData method of Worksheet
        class failed).
        """
        self.rng.engine.count("write filter")
        if not self.filters.of.get(self.table, Filtered()).criteria:
            raise refused("ShowAllData method of AutoFilter class failed")
        self.filters.of[self.table] = Filtered()


class RangeApi:
    """Range of Excel's own.

    Hidden of several rows is Null where some are hidden and some not, which COM gives as None.
    Address is absolute.
    """

    def __init__(self, rng: Any, table: str | None = None) -> None:
        self.rng, self.table = rng, table

    @property
    def engine(self) -> Any:
        return self.rng.engine

    @property
    def EntireRow(self) -> RangeApi:
        return self

    @property
    def Hidden(self) -> bool | None:
        self.engine.count("ask hidden rows")
        sheet, filters = self.rng.sheet.sheet, self.rng.sheet.filters
        rows = range(self.rng.top_row, self.rng.bottom + 1)
        hidden = {row for row in rows if row in filters.hidden or sheet.row_dimensions[row].hidden}
        return bool(hidden) if len(hidden) in (0, len(rows)) else None

    @property
    def Address(self) -> str:
        self.engine.count("ask address")
        first, *last = self.rng.address().split(":")
        return ":".join("$" + "$".join(_split(part)) for part in (first, *last))

    @property
    def Value2(self) -> tuple[tuple[Any, ...], ...] | Any:
        """Without the types Currency and Date (documentation of Range.Value2)."""
        self.engine.count("read value2")
        rows = self.rng.given(plain=True)
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else tuple(rows)

    def AutoFilter(
        self, Field: int, Criteria1: Any = None, Operator: int = AND, Criteria2: Any = None
    ) -> None:
        """Documentation of Range.AutoFilter; without Criteria1, and without an operator of its own,
        all is shown.
        """
        self.engine.count("write filter")
        filters = self.rng.sheet.filters
        if self.table is None:
            filters.own = self.rng.address()
        single = Operator in (AND, OR) and Criteria2 is None
        none = Criteria1 is None and Operator not in (VALUES, NO_FILL)
        criterion = Criterion(Criteria1, 0 if single else Operator, Criteria2)
        if Operator == VALUES and (self.engine.refuses_lists or Criteria1 is None):
            criterion.days = True
        filters.put(self.table, Field, None if none else criterion)


def _split(part: str) -> tuple[str, str]:
    letters = part.rstrip("0123456789")
    return letters, part[len(letters) :]


class SheetApi:
    """Worksheet: its own filter's AutoFilter is Nothing where there is none; FilterMode tells of an
    advanced filter too (documentation of Worksheet.FilterMode); of tables each is asked by itself,
    but both tell of a table of which a cell is selected (reports on ShowAllData of a sheet, which
    then clears that table's filter and fails elsewhere).
    """

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    @property
    def ProtectContents(self) -> bool:
        self.sheet.book.app.engine.count("ask protection")
        return self.sheet.sheet.protection.sheet

    def Move(self, Before: Any = None, After: Any = None) -> None:
        """To the place before or after another sheet (documentation of Worksheet.Move)."""
        self.sheet.book.app.engine.count("write move")
        sheets = self.sheet.book.book._sheets
        sheets.remove(self.sheet.sheet)
        place = sheets.index((After or Before).sheet.sheet) + (After is not None)
        sheets.insert(place, self.sheet.sheet)

    @property
    def FilterMode(self) -> bool:
        self.sheet.book.app.engine.count("ask filter")
        own = self.sheet.filters.of.get(self._selected, Filtered())
        return bool(own.criteria or self.sheet.filters.advanced)

    @property
    def _selected(self) -> str | None:
        """Table of which a cell is selected."""
        selected = self.sheet.book.app.selected
        for table in self.sheet.sheet.tables.values() if selected is not None else ():
            left, top, right, bottom = range_boundaries(table.ref)
            here = selected.sheet.sheet.title == self.sheet.sheet.title
            if here and top <= selected.top_row <= bottom and left <= selected.left_column <= right:
                return table.name
        return None

    @property
    def AutoFilter(self) -> AutoFilterApi | None:
        self.sheet.book.app.engine.count("ask filter")
        filters = self.sheet.filters
        if self._selected is not None:
            return AutoFilterApi(
                filters, self._selected, RangeApi(self.sheet.range(filters.area(self._selected)))
            )
        return (
            None
            if filters.own is None
            else AutoFilterApi(filters, None, RangeApi(self.sheet.range(filters.own)))
        )


class TableApi:
    """ListObject: AutoFilter is Nothing where the buttons are off (documentation of
    ListObject.ShowAutoFilter).
    """

    def __init__(self, table: Any) -> None:
        self.table = table

    @property
    def Range(self) -> RangeApi:
        return RangeApi(self.table.range, self.table.table.name)

    @property
    def AutoFilter(self) -> AutoFilterApi | None:
        self.table.parent.book.app.engine.count("ask filter")
        name = self.table.table.name
        shown = self.table.table.autoFilter is not None or name in self.table.parent.filters.of
        return AutoFilterApi(self.table.parent.filters, name, self.Range) if shown else None


class BookApi:
    """Workbook: AutoSaveOn is false for a file that is in no cloud, and setting it fails there; it
    defaults to true in one (documentation of Workbook.AutoSaveOn). SaveCopyAs leaves the open
    workbook as it is. FullName is a web address for a workbook in OneDrive or SharePoint
    (documentation of xlwings: OneDrive and SharePoint).
    """

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def AutoSaveOn(self) -> bool:
        self.book.app.engine.count("ask autosave")
        return self.book.autosave

    @AutoSaveOn.setter
    def AutoSaveOn(self, value: bool) -> None:
        if self.book.cloud is None:
            raise refused("Method 'AutoSaveOn' of object '_Workbook' failed")
        self.book.autosave = value

    @property
    def HasVBProject(self) -> bool:
        self.book.app.engine.count("ask for a VBA project")
        return self.book.book.vba_archive is not None and (
            "xl/vbaProject.bin" in self.book.book.vba_archive.namelist()
        )

    @property
    def FullName(self) -> str:
        return self.book.cloud or str(self.book.path)

    @property
    def ProtectStructure(self) -> bool:
        security = self.book.book.security
        return bool(security and security.lockStructure)

    def LinkSources(self, Type: int) -> tuple[str, ...] | None:
        """Workbooks that formulas and charts point at; Empty where there are none (documentation of
        Workbook.LinkSources).
        """
        assert Type == 1  # xlLinkTypeExcelLinks
        return tuple(self.book.links) or None

    def ChangeLink(self, Name: str, NewName: str, Type: int) -> None:
        """Turn a link to another workbook; to itself, it is none any more."""
        self.book.app.engine.count("write link")
        assert (Name in self.book.links, NewName, Type) == (True, self.FullName, 1)
        self.book.links.remove(Name)

    def SaveCopyAs(self, Filename: str) -> None:
        self.book.app.engine.count("write copy")
        if self.book.app.engine.no_copies:
            raise refused("SaveCopyAs method of Workbook class failed")
        if isinstance(self.book.path, (str, Path)):
            shutil.copyfile(self.book.path, Filename)
        self.book.book.save(Filename)


@dataclass
class AutoCorrect:
    """AutoFillFormulasInLists: a formula put into a cell of a table's column fills the column, if
    nothing else is in it (documentation of AutoCorrect.AutoFillFormulasInLists).
    """

    AutoFillFormulasInLists: bool = True


class AppApi:
    """Application: what is not calculated yet is pending (documentation of
    Application.CalculationState).
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    @property
    def CalculationState(self) -> int:
        self.app.engine.count("ask calculation state")
        return PENDING if self.app.pending else DONE

    @property
    def AutoCorrect(self) -> AutoCorrect:
        self.app.engine.count("ask autocorrect")
        return self.app.correct

    def CalculateFull(self) -> None:
        self.app.calculate()

    def GetOpenFilename(self, FileFilter: str, Title: str, MultiSelect: bool) -> Any:
        """Paths in an array, even of one; False where the person cancels (documentation of
        Application.GetOpenFilename, MultiSelect).
        """
        self.app.engine.count("ask window")
        assert len(FileFilter.split(",")) % 2 == 0, "pairs of a text and patterns"
        assert MultiSelect
        return tuple(self.app.engine.chosen_files) or False

    def InputBox(self, Prompt: str, Title: str, Default: str, Type: int) -> Any:
        """The text typed, 2 for a text; False where the person cancels (documentation of
        Application.InputBox).
        """
        self.app.engine.count("ask window")
        assert Type == 2
        self.app.engine.questions.append((Prompt, Default))
        return self.app.engine.typed.pop(0)

    def International(self, index: int) -> str:
        """Item 3, xlDecimalSeparator."""
        return self.app.engine.decimal_separator


def plain(value: Any) -> Any:
    """A date as Value2 gives it: its number of days."""
    from xlperf.excel.cell_values import to_serial

    return float(to_serial(value, date1904=False)) if isinstance(value, date) else value
