"""Records behave as frozen data classes with slots do, and as named tuples of `typing`."""

import copy
import pickle
from dataclasses import KW_ONLY, FrozenInstanceError, asdict, field, fields, replace
from functools import cached_property

import pytest

from xlperf.frozen import NamedTuple, frozen


@frozen
class Place:
    """A record with each kind of field."""

    row: int
    sheet: str = "Monthly"
    notes: dict = field(default_factory=dict, compare=False, repr=False)
    _: KW_ONLY
    column: int = 1


@frozen
class Empty:
    """A record without fields."""


@frozen
class Lazy:
    """A record that stores what it has worked out."""

    row: int
    column: int = 1

    @cached_property
    def place(self):
        return [self.row, self.column]


@frozen
class Own:
    """A record with methods of its own."""

    text: str

    def __eq__(self, other):
        return self.text.lower() == other.text.lower()

    def __hash__(self):
        return 7

    def __repr__(self):
        return self.text


def test_values_come_by_place_by_name_and_by_default():
    assert (Place(2).sheet, Place(2).notes, Place(2).column) == ("Monthly", {}, 1)
    place = Place(2, column=4, sheet="Peers")
    assert (place.row, place.sheet, place.column) == (2, "Peers", 4)
    assert Place(2).notes is not Place(2).notes
    match place:
        case Place(row, "Peers", column=column):
            assert (row, column) == (2, 4)
        case _:
            pytest.fail("the fields are not matched by place")


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, "a", {}, 4), {}), ((1,), {"row": 2}), ((1,), {"width": 2})],
)
def test_wrong_values_are_refused(values, named):
    with pytest.raises(TypeError):
        Place(*values, **named)


def test_nothing_changes():
    place = Place(2)
    with pytest.raises(FrozenInstanceError):
        place.row = 3
    with pytest.raises(FrozenInstanceError):
        del place.row
    with pytest.raises(FrozenInstanceError):
        place.other = 3
    assert place.row == 2
    assert not hasattr(place, "__dict__")


def test_records_are_equal_by_their_compared_fields():
    assert Place(2, notes={"a": 1}) == Place(2)
    assert hash(Place(2, notes={"a": 1})) == hash(Place(2))
    assert Place(2) != Place(3)
    assert Place(2) != (2, "Monthly", {}, 1)
    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())
    assert repr(Place(2)) == "Place(row=2, sheet='Monthly', column=1)"


def test_own_methods_stay():
    assert Own("A") == Own("a")
    assert (hash(Own("A")), repr(Own("A"))) == (7, "A")


def test_a_cached_value_stays_in_the_record():
    lazy = Lazy(2)
    assert lazy.place is lazy.place
    assert lazy == Lazy(2)
    assert copy.deepcopy(lazy).place == pickle.loads(pickle.dumps(lazy)).place == [2, 1]  # noqa: S301
    with pytest.raises(FrozenInstanceError):
        lazy.row = 3
    assert replace(lazy, row=3).place == [3, 1]


def test_copies_are_whole():
    place = Place(2, notes={"a": 1})
    stored = [pickle.dumps(place, way) for way in range(pickle.HIGHEST_PROTOCOL + 1)]
    for other in (copy.copy(place), copy.deepcopy(place), *map(pickle.loads, stored)):
        assert (other, other.notes) == (place, place.notes)
    assert replace(place, column=3) == Place(2, column=3)
    assert asdict(place) == {"row": 2, "sheet": "Monthly", "notes": {"a": 1}, "column": 1}
    assert [item.name for item in fields(Place)] == ["row", "sheet", "notes", "column"]


class Cell(NamedTuple):
    """A named tuple with each kind of member."""

    row: int
    column: int = 1
    sheet: str = "Monthly"

    @property
    def place(self):
        return f"{self.sheet}!R{self.row}C{self.column}"

    def below(self):
        return self._replace(row=self.row + 1)


class Lower(Cell):
    """A named tuple of another, with a method of its own."""

    __slots__ = ()

    def __str__(self):
        return self.place


class Nothing(NamedTuple):
    """A named tuple without fields."""


def test_a_named_tuple_is_a_tuple_with_names():
    cell = Cell(2, sheet="Peers")
    row, *others = cell
    assert (row, others, cell[1], cell.sheet, cell.place) == (
        2,
        [1, "Peers"],
        1,
        "Peers",
        "Peers!R2C1",
    )
    assert (cell, Nothing()) == ((2, 1, "Peers"), ())
    assert (hash(cell), cell < Cell(3)) == (hash((2, 1, "Peers")), True)
    assert cell.below() == (3, 1, "Peers")
    assert cell._asdict() == {"row": 2, "column": 1, "sheet": "Peers"}
    assert Cell._fields == ("row", "column", "sheet")
    assert (repr(cell), repr(Nothing())) == ("Cell(row=2, column=1, sheet='Peers')", "Nothing()")
    assert not hasattr(cell, "__dict__")
    match cell:
        case Cell(row, 1, sheet="Peers"):
            assert row == 2
        case _:
            pytest.fail("the fields are not matched by place")


def test_a_class_of_a_named_tuple_stays_what_it_is():
    lower = Lower(2)
    assert (str(lower.below()), type(lower.below()), repr(lower)) == (
        "Monthly!R3C1",
        Lower,
        "Lower(row=2, column=1, sheet='Monthly')",
    )


def test_a_named_tuple_takes_a_value_for_each_field():
    with pytest.raises(TypeError, match=r"Cell.__new__\(\) missing 1 required .* 'row'"):
        Cell(column=2)
    with pytest.raises(TypeError, match="width"):
        Cell(2, width=2)
    with pytest.raises(TypeError, match="Cell has no field width"):
        Cell(2)._replace(width=2)
    with pytest.raises(TypeError, match="Late has a field without a default after one with"):
        type(NamedTuple)("Late", (NamedTuple,), {"__annotations__": {"a": 1, "b": 1}, "a": 1})


def test_a_copy_of_a_named_tuple_is_whole():
    cell = Cell(2, sheet="Peers")
    stored = [pickle.dumps(cell, way) for way in range(pickle.HIGHEST_PROTOCOL + 1)]
    for other in (copy.copy(cell), copy.deepcopy(cell), *map(pickle.loads, stored)):
        assert (other, type(other)) == (cell, Cell)
