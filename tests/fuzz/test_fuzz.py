"""No file ends a reader otherwise than with its work done or one sentence. Some files; `fuzz.long`
plays thousands.
"""

from __future__ import annotations

import faulthandler
import os

import pytest

from tests.fuzz.guided import played
from tests.fuzz.mutating import mutated
from tests.fuzz.readers import READERS
from tests.fuzz.watched import watched

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which Windows has not"),
]
NUMBERS = {"refresh": 8, "edit": 10, "publish": 1}
OTHERS = 3
"""Files for each reader that is not named above."""


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_mutated_files_are_read_or_refused_in_one_sentence(reader, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    tally = played(reader, NUMBERS.get(reader.name, OTHERS), tmp_path, first=100_000)
    assert tally.faults == []
    assert len(tally.reached) > 1


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_the_same_seed_makes_the_same_other_file(reader):
    for data in reader.samples().values():
        assert mutated(data, "1") == mutated(data, "1")
        assert any(mutated(data, str(seed)) != data for seed in range(3))


def test_an_end_without_a_sentence_is_seen(tmp_path):
    def stopped() -> int:
        faulthandler.disable()  # the abort is meant, and its report would fill the output
        os.abort()

    def raised() -> int:
        raise ValueError

    assert "ended with -6" in watched(stopped, tmp_path).fault()
    assert "ended with 70" in watched(raised, tmp_path).fault()
    assert "no sentence" in watched(lambda: 1, tmp_path).fault()
    assert "MB" in watched(lambda: len(bytearray(700 << 20)) * 0, tmp_path).fault()
    assert watched(lambda: 0, tmp_path).fault() is None
