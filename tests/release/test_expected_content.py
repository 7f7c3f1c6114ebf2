"""What the leak check takes as meant to leave: declared fields of the contents, and nothing else."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass, make_dataclass, replace
from datetime import date

import pytest

from xlperf.documents import pack_values
from xlperf.documents.pack_contents import contents
from xlperf.excel.file import FileWorkbook
from xlperf.pipeline import assess_workbook
from xlperf.release.expected_content import expected_content, printed
from xlperf.tables.lines import cell_name


@pytest.fixture(scope="module")
def made(refreshed):
    return contents(assess_workbook(FileWorkbook.open(refreshed)), prepared=date(2014, 12, 10))


def test_every_record_of_a_pack_declares_what_of_it_is_printed():
    records = {item for _, item in inspect.getmembers(pack_values, is_dataclass)}
    assert records == set(pack_values.PRINTED)
    for record, names in pack_values.PRINTED.items():
        texts = {
            name for name, _ in inspect.getmembers(record, lambda item: type(item) is property)
        }
        assert set(names) <= {field.name for field in fields(record)} | texts


def test_a_field_that_is_not_declared_is_not_expected(made):
    section = made.sections[0]
    row = replace(section.rows[0], line="a code of the workbook", label="a label that is printed")
    of = replace(made, sections=(replace(section, rows=(row,)),))
    texts = expected_content(of, ()).texts
    assert "a label that is printed" in texts
    assert "a code of the workbook" not in texts


def test_a_threshold_or_a_setting_is_no_content(made):
    numbers = set(printed(made.measures))
    assert numbers
    assert all(isinstance(value, str) for value in numbers)
    assert not set(made.fills.values()) & expected_content(made, ()).texts


@pytest.mark.parametrize("value", [make_dataclass("Other", ["text"])("x"), object(), ["a list"]])
def test_a_value_that_nobody_declared_is_refused(value):
    with pytest.raises((KeyError, TypeError)):
        list(printed((value,)))


def test_a_label_of_the_bar_of_savings_has_one_decimal_whatever_the_tile_has(made):
    cells = dict(made.cells) | {cell_name("SP18_realised", "latest"): 7.85}
    assert "7.9" in expected_content(replace(made, cells=cells), ()).texts
