"""Names of files of returns: on every system, and two for two partners."""

from __future__ import annotations

import pytest

from xlperf.returns.return_names import NAME_OF_FORM, file_name_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mental Health Partnership", "Mental Health Partnership"),
        ("../../etc/passwd", "etc passwd"),
        ("a:b|c?*", "a b c"),
        ("Trailing...", "Trailing"),
        ("Éire—Ñandú 警察", "Éire Ñandú 警察"),
        ("???", "partner"),
    ],
)
def test_names_are_of_every_system(text, name):
    assert file_name_of(text) == name


def test_long_names_that_begin_alike_stay_two():
    names = {file_name_of("Safe " * 20 + end) for end in ("adults", "children")}
    assert len(names) == 2
    assert all(len(name) <= 60 for name in names)


def test_a_form_is_known_by_its_name():
    match = NAME_OF_FORM.fullmatch("Return 2014-12 North (2).xlsx")
    assert match is not None
    assert match[1] == "North (2)"
