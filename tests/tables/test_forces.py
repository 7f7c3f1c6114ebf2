"""Names of forces: one force however it is written, and never two forces for one."""

from __future__ import annotations

from itertools import combinations

import pytest

from xlperf.tables.forces import force_key, same_force, spelt

FORCES = (
    "Avon and Somerset", "Bedfordshire", "British Transport", "Cambridgeshire", "Cheshire", "City of London", "Civil Nuclear",
    "Cleveland", "Cumbria", "Derbyshire", "Devon and Cornwall", "Dorset", "Durham", "Dyfed-Powys", "Essex", "Gloucestershire",
    "Greater Manchester", "Gwent", "Hampshire", "Hertfordshire", "Humberside", "Kent", "Lancashire", "Leicestershire",
    "Lincolnshire", "Merseyside", "Metropolitan", "Ministry of Defence", "Norfolk", "North Wales", "North Yorkshire",
    "Northamptonshire", "Northern Ireland", "Northumbria", "Nottinghamshire", "Scotland", "South Wales", "South Yorkshire",
    "Staffordshire", "Suffolk", "Surrey", "Sussex", "Thames Valley", "Warwickshire", "West Mercia", "West Midlands",
    "West Yorkshire", "Wiltshire", "States of Jersey", "Isle of Man", "West Sussex", "London",
)  # fmt: skip
"""The territorial and special forces of the United Kingdom, and names near to one of them."""


def test_no_two_forces_become_one():
    for one, other in combinations(FORCES, 2):
        assert not same_force(one, other), (one, other)
        assert not same_force(f"{one} Police", f"The {other} Constabulary")


@pytest.mark.parametrize("name", FORCES)
def test_the_words_every_force_may_have_make_no_difference(name):
    for written in (
        name.upper(),
        f"  {name.lower()} ",
        f"{name} Police",
        f"{name} Constabulary",
        f"{name} Police Service",
        f"{name} police force",
        f"The {name} Police",
        f"Heddlu {name} Police",
        f"Police Service of {name}",
        name.replace(" and ", " & "),
        name.replace("-", " "),
        name.replace(" ", "\u00a0"),
    ):
        assert same_force(name, written), written


def test_a_name_turned_round_at_a_comma_is_the_same():
    assert same_force("London, City of", "City of London Police")


def test_a_name_of_common_words_alone_is_kept_and_a_blank_one_is_no_force():
    assert force_key("The Police") == "the police"
    assert not same_force("", "")
    assert not same_force(" ", "Police")


def test_a_force_is_spelt_as_in_the_list():
    assert spelt("kent police", ["Essex", "Kent"]) == "Kent"
    assert spelt("Rutland", ["Essex", "Kent"]) == "Rutland"
