"""Which two names are one person, and which cannot be read as one alphabet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.release.packs import NOW, published
from xlperf.errors import PackError, UsageError
from xlperf.release.people import name_of, same_person
from xlperf.release.signoff import sign

LETTERS = "abcdefghijkmnopqrstuvwxyzßæøéüñłčğş"


@given(
    name=st.text(LETTERS, min_size=1, max_size=20),
    spaces=st.text(" \t\u00a0.'’-", max_size=3),
    place=st.integers(0, 20),
)
def test_one_person_is_one_whatever_the_case_spaces_and_punctuation(name, spaces, place):
    written = f"{name[:place]}{spaces}{name[place:]}"
    for form in (written, written.upper(), written.title()):
        assert same_person(form, name)


@given(
    one=st.text("abcdefghjkmnopqrstuvwxyz", min_size=1, max_size=20),
    other=st.text("abcdefghjkmnopqrstuvwxyz", min_size=1, max_size=20),
)
def test_two_names_of_other_letters_are_two_people(one, other):
    assert same_person(one, other) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ian Able", "lan Able"),  # a small l for a capital I
        ("Bob Barr", "B0b Barr"),
        ("Jil Lee", "Ji1 Lee"),
        ("José Núñez", "Jose Nunez"),
        ("Sean O'Neil", "Sean O’Neil"),
        ("Ann-Marie Day", "Ann Marie Day"),
        ("Ａｎｎ Ａｂｌｅ", "Ann Able"),  # full width
        ("Irina", "Irına"),  # without a dot
        ("Maggie", "Maɡɡie"),
    ],
)
def test_names_that_look_alike_are_one_person(one, other):
    assert same_person(name_of(one), name_of(other))


@pytest.mark.parametrize("name", ["Bоb Barr", "Αnn Able", "Cat Cоle", "Ann Ａble Дee"])
def test_a_name_in_two_alphabets_is_refused_and_says_which(name):
    with pytest.raises(UsageError, match=r"several alphabets \((Cyrillic|Greek), Latin\)"):
        name_of(name)


@pytest.mark.parametrize("name", ["12", "- -", "’"])
def test_a_name_without_a_letter_is_refused(name):
    with pytest.raises(UsageError, match="has no letter"):
        name_of(name)


def test_a_whole_name_in_another_alphabet_cannot_sign_beside_one_that_looks_alike(tmp_path):
    pack = published(tmp_path / "pack")
    sign(pack, "analyst", "Cac Poe", NOW)
    before = (pack / "signoff.json").read_bytes()
    with pytest.raises(
        PackError, match=r"several alphabets \(Cyrillic, Latin\).*Nothing was signe"
    ):
        sign(pack, "assurer", "Сас Рое", NOW)
    assert (pack / "signoff.json").read_bytes() == before


@pytest.mark.parametrize("name", ["Анна Иванова", "Ελένη", "山田太郎", "محمد"])
def test_a_name_in_any_one_alphabet_may_sign(tmp_path, name):
    assert sign(published(tmp_path / "pack"), "analyst", name, NOW).signatures[0].who == name
