"""Names of forces in the spellings of publications."""

from __future__ import annotations

import pytest

from xlperf.imports.force_names import force_in_list, known_force, known_forces, near_force
from xlperf.tables.forces import force_key


def test_there_are_43_territorial_forces_and_no_spelling_is_of_two():
    forces = known_forces()
    assert sum(bool(force.code) for force in forces) == 43
    keys = [
        key
        for force in forces
        for key in {force_key(text) for text in (force.name, force.code, *force.others) if text}
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kent Police", "Kent"),
        ("Metropolitan", "Metropolitan Police"),
        ("MPS", "Metropolitan Police"),
        ("metropolitan", "Metropolitan Police"),
        ("London, City of", "City of London"),
        ("Heddlu Gogledd Cymru", "North Wales"),
        ("avon-and-somerset", "Avon and Somerset"),
        ("DEVON & CORNWALL", "Devon and Cornwall"),
        ("E23000032", "Kent"),
        ("Hampshire & Isle of Wight Constabulary", "Hampshire"),
        ("West Sussex", ""),
        ("London", ""),
        ("England", ""),
        ("Manchester", ""),
    ],
)
def test_a_force_is_known_in_every_spelling_and_nothing_else_is(text, name):
    assert known_force(text) == name


def test_a_list_finds_its_own_spelling():
    assert force_in_list("Met", ["Kent", "Metropolitan Police Service"]) == (
        "Metropolitan Police Service"
    )
    assert force_in_list("Rutland Police", ["Rutland"]) == "Rutland"
    assert force_in_list("Essex", ["Kent"]) == ""


def test_a_mistyped_name_is_asked_about():
    assert near_force("Leicestershre") == "Leicestershire"
    assert near_force("Knt") == "Kent"
    assert near_force("Total") == ""
