"""Records behave as frozen data classes with slots do."""

import copy
import pickle
from dataclasses import KW_ONLY, FrozenInstanceError, asdict, field, fields, replace
from functools import cached_property

import pytest

from xlperf.frozen import frozen


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
