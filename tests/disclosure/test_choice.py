"""Small tables with known right answers, and the cost of what is withheld besides."""

from __future__ import annotations

import os
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.attacker import optimum, values_left
from tests.disclosure.printed_counts import printed_alike
from xlperf.disclosure.audit import Narrow, audit
from xlperf.disclosure.choice import choose
from xlperf.disclosure.facts import Cell, Fact, Protected, kinds, value_of
from xlperf.tiles.figures import rounded


def form(*atoms):
    return tuple((atom, 1) for atom in atoms)


def exact(key, atoms, truth, cost=None, **options):
    value = value_of(form(*atoms), truth)
    return Cell(
        key, (Fact(form(*atoms), value, value, key),), value if cost is None else cost, **options
    )


def left(choice, fixed, cells, item, enough=99):
    shown = [fact for cell in cells if cell.key not in choice.withheld for fact in cell.facts]
    return values_left([*fixed, *shown], item.form, enough)


def known(cells, withheld):
    return [fact for cell in cells if cell.key not in withheld for fact in cell.facts]


# Table `microdata1` of the R package sdcTable: 100 persons by sex and region. The optimum is that of
# its own test, sdcTools/sdcTable, tests/testthat/test-protectTable.r; cells are numbered as there,
# the total row first and in each row the total, men, women.
REGIONS = {"A": (18, 2), "B": (14, 19), "C": (12, 10), "D": (11, 14)}


def microdata1():
    truth = {
        (region, sex): count
        for region, both in REGIONS.items()
        for sex, count in zip("mf", both, strict=True)
    }
    rows = [tuple(REGIONS), *((region,) for region in REGIONS)]
    sums = [[(r, s) for r in row for s in sexes] for row in rows for sexes in ("mf", "m", "f")]
    cells = {number: exact(number, atoms, truth) for number, atoms in enumerate(sums, 1)}
    del cells[6]
    return truth, list(cells.values()), Protected(6, form(("A", "f")), 5)


def test_the_optimum_of_microdata1_is_that_of_sdctable():
    truth, cells, item = microdata1()
    choice = choose([], cells, [item], truth)
    assert choice.withheld == {5, 11, 12}
    assert choice.audit.safe
    assert left(choice, [], cells, item) == list(range(13))


def test_without_that_optimum_the_next_best_of_microdata1_costs_three_more():
    truth, cells, item = microdata1()
    fixed = next(cell for cell in cells if cell.key == 11)
    others = [cell for cell in cells if cell is not fixed]
    assert choose(fixed.facts, others, [item], truth).withheld == {5, 14, 15}


# Two linked tables, sdcTools/UserSupport, issue 133: regions by county and by size.
def linked_133():
    truth = {"A": 11, "B": 7, "I": 3, "J": 9, "K": 4}
    sums = {name: (name,) for name in "ABJK"} | {
        "county-1": "AI",
        "county-4": "B",
        "county-10": "JK",
        "BIG": "AB",
        "small": "IJK",
        "total": "ABIJK",
    }
    cells = [exact(key, tuple(atoms), truth) for key, atoms in sums.items()]
    return truth, cells, Protected("I", form("I"), 4)


def test_two_tables_that_are_safe_by_themselves_tell_the_count_together():
    truth, cells, item = linked_133()
    assert audit(known(cells, {"A", "K"}), [item], truth).narrow == (Narrow("I", (3,), 5),)
    by_county = [c for c in cells if c.key not in {"A", "K", "BIG", "small"}]
    assert audit(known(by_county, ()), [item], truth).safe


def test_two_linked_tables_are_made_safe_together():
    truth, cells, item = linked_133()
    choice = choose([], cells, [item], truth)
    assert choice.withheld == {"K", "county-1", "county-10"}
    assert left(choice, [], cells, item) == list(range(8))


# The same, issue 136.
def linked_136():
    truth = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    sums = {name: (name,) for name in "IJN"} | {
        "county-1": "ABIJ",
        "county-2": "KLMN",
        "BIG": "LM",
        "small": "ABIJKN",
        "total": "ABIJKLMN",
    }
    cells = [exact(key, tuple(atoms), truth) for key, atoms in sums.items()]
    return truth, cells, [Protected(name, form(name), 4) for name in "ABKLM"]


def test_a_count_that_two_tables_tell_needs_one_more_cell():
    truth, cells, small = linked_136()
    assert audit(known(cells, ()), small, truth).narrow == (Narrow("K", (3,), 5),)
    choice = choose([], cells, small, truth)
    assert choice.withheld == {"N"}
    values = {item.key: left(choice, [], cells, item)[-1] for item in small}
    assert values == {"A": 4, "B": 4, "K": 10, "L": 6, "M": 6}


def test_what_cannot_be_had_is_named_and_the_rest_is_had_at_the_least_cost():
    truth, cells, small = linked_136()
    others = [Protected(cell.key, cell.facts[0].form, 4) for cell in cells]
    choice = choose(kinds(small, others), cells, small, truth, values=4)
    # BIG is not small, so L + M is 4 or more, and L, below 4, is 1 to 3 whatever is withheld.
    assert choice.already_out == (Narrow("L", (1, 2, 3), 3), Narrow("M", (1, 2, 3), 3))
    assert choice.withheld in ({"BIG", "small", "N", "I"}, {"BIG", "small", "N", "J"})


def test_what_an_earlier_issue_withheld_stays_withheld():
    truth = {"p": 6, "q": 12}
    earlier = exact("q in June", ["q"], truth).facts
    for cells in (
        [exact("all", ["p", "q"], truth, withheld_before=True)],
        [exact("all", ["p", "q"], truth)],
    ):
        choice = choose(earlier, cells, [Protected("p", form("p"), 10)], truth)
        assert choice.withheld == {"all"}
        assert choice.audit.safe
    unneeded = choose((), [exact("q", ["q"], truth, withheld_before=True)], [], truth)
    assert unneeded.withheld == {"q"}


SURVEYS = {"one": (652, 738), "two": (285, 375), "three": (484, 573), "four": (160, 163)}


def surveys(decimals, of_total):
    truth = {}
    for name, (satisfied, asked) in SURVEYS.items():
        truth |= {(name, "satisfied"): satisfied, (name, "not"): asked - satisfied}
    rows = {name: [name] for name in SURVEYS} | {"total": list(SURVEYS)}
    cells = []
    for key, names in rows.items():
        places = of_total if key == "total" else decimals
        satisfied = form(*((name, "satisfied") for name in names))
        all_of_them = form(*((name, kind) for name in names for kind in ("satisfied", "not")))
        n, count = value_of(all_of_them, truth), value_of(satisfied, truth)
        alike = printed_alike(count, lambda s, n=n, p=places: rounded(100 * s / n, p), most=n)
        facts = (Fact(satisfied, *alike, key), Fact(all_of_them, n, n, key))
        cells.append(Cell(key, facts, 1))
    return truth, cells, Protected("four", form(("four", "not")), 5)


@pytest.mark.parametrize(
    ("decimals", "of_total", "withheld", "values"),
    [
        (1, 1, {"four"}, range(3, 5)),
        (1, 1, {"four", "one"}, range(91)),
        (0, 0, {"four"}, range(6)),
        (1, 0, {"four"}, range(4)),
    ],
)
def test_percentages_of_surveys_that_add_up(decimals, of_total, withheld, values):
    truth, cells, item = surveys(decimals, of_total)
    facts = known(cells, withheld)
    assert values_left(facts, item.form, 99) == list(values)
    narrow = (Narrow("four", tuple(values), 5),) if len(values) < 5 else ()
    assert audit(facts, [item], truth).narrow == narrow


def test_one_more_survey_is_withheld_where_percentages_have_a_decimal():
    truth, cells, item = surveys(1, 1)
    cells = [cell for cell in cells if cell.key != "four"]
    choice = choose([], cells, [item], truth)
    assert choice.audit.safe
    assert len(choice.withheld) == 1
    truth, cells, item = surveys(0, 0)
    cells = [cell for cell in cells if cell.key != "four"]
    assert choose([], cells, [item], truth).withheld == frozenset()


@pytest.mark.parametrize("parts", [(420, 70, 90, 55, 3), (420, 70, 90, 55, 3, 11)])
def test_of_a_total_of_many_parts_one_more_part_is_withheld(parts):
    truth = dict(zip("abcdef", parts, strict=False))
    cells = [exact(name, [name], truth) for name in truth if name != "e"]
    cells.append(exact("total", list(truth), truth))
    item = Protected("e", form("e"), 5)
    assert audit(known(cells, ()), [item], truth).narrow == (Narrow("e", (3,), 5),)
    choice = choose([], cells, [item], truth)
    assert choice.audit.safe
    assert choice.withheld == ({"f"} if len(parts) == 6 else {"d"})


MONTHS = {"Jul": 21, "Aug": 34, "Sep": 7}


def test_a_higher_threshold_protects_more_and_what_was_shown_stays_out():
    cells = [exact(name, [name], MONTHS, 1) for name in ("Jul", "Aug")]
    cells.append(exact("quarter", list(MONTHS), MONTHS, 10))
    item = Protected("Sep", form("Sep"), 10)
    assert audit(known(cells, ()), [item], MONTHS).narrow == (Narrow("Sep", (7,), 5),)
    assert len(choose([], cells, [item], MONTHS).withheld) == 1
    shown = exact("Sep in June", ["Sep"], MONTHS).facts
    choice = choose(shown, cells, [item], MONTHS)
    assert choice.already_out == (Narrow("Sep", (7,), 1),)
    assert choice.withheld == frozenset()
    assert not choice.audit.safe


def test_issues_in_any_order_withhold_the_same_months():
    months = {1: 12, 2: 3, 3: 15, 4: 20, 5: 3, 6: 11, 7: 30, 8: 31, 9: 29}
    item = [Protected(month, form(month), 5) for month in (2, 5)]
    half = [exact("half", range(1, 7), months, 10)]
    quarter = [exact("quarter", range(7, 10), months, 10)]
    nine = [exact("nine", range(1, 10), months, 10)]
    singles = [exact(month, [month], months, 1) for month in months if months[month] >= 5]
    later = choose([], [*nine, *quarter, *singles], item, months)
    facts = known([*nine, *quarter, *singles], later.withheld)
    earlier = choose(facts, [*half, *(cell for cell in singles if cell.key < 7)], item, months)
    assert earlier.audit.safe
    assert earlier.withheld == later.withheld == frozenset()


def test_a_revised_small_count_does_not_tell_its_first_version():
    truth = {("Apr", 1): 3, ("Apr", 2): 6, ("May", 1): 22, ("Jun", 1): 31}
    june = [exact("Jun", [("Jun", 1)], truth), exact("q", [*truth][:1] + [*truth][2:], truth)]
    fixed = known(june, ())
    cells = [
        exact("Apr", [("Apr", 2)], truth, 1),
        exact("May", [("May", 1)], truth, 1),
        exact("q2", [*truth][1:], truth, 10),
    ]
    item = Protected("Apr", form(("Apr", 1)), 5)
    assert audit([*fixed, *known(cells, ())], [item], truth).narrow[0].values == (3,)
    choice = choose(fixed, cells, [item], truth)
    assert choice.audit.safe
    assert choice.withheld in ({"May", "Apr"}, {"May", "q2"})


def test_a_fact_that_the_truth_denies_is_a_contradiction_and_nothing_is_shown():
    truth = {"a": 3, "b": 9}
    cells = [exact("b", ["b"], truth)]
    wrong = Fact(form("a", "b"), 13, 13, "total of June")
    choice = choose([wrong], cells, [Protected("a", form("a"), 5)], truth)
    assert choice.audit.contradiction == (wrong,)
    assert not choice.audit.safe
    assert choice.withheld == {"b"}


TABLES = 200 if os.environ.get("XLPERF_LONG") else 60
"""In each of the 200 the cost is the least there is: one of 60 that costs 1.6 of it is too many."""


def random_table(seed, by_value):
    """A table of 3-5 x 3-5 counts with its margins, 1-6 of them small."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(3, 6, 2)
    counts = rng.integers(5, 60, (rows, columns))
    for place in rng.choice(rows * columns, rng.integers(1, 7), replace=False):
        counts[divmod(place, columns)] = rng.integers(0, 5)
    truth = {(int(r), int(c)): int(counts[r, c]) for r in range(rows) for c in range(columns)}
    lines = [[atom for atom in truth if atom[axis] == n] for axis in (0, 1) for n in range(5)]
    sums = [[atom] for atom in truth] + [line for line in lines if line] + [list(truth)]
    cells, small = [], []
    for atoms in sums:
        price = 1 if len(atoms) == 1 else 10 if len(atoms) == len(truth) else 3
        cell = exact(tuple(atoms), atoms, truth, None if by_value else price)
        if cell.facts[0].low < 5:
            small.append(Protected(cell.key, cell.facts[0].form, 5))
        else:
            cells.append(cell)
    return truth, cells, small


@pytest.mark.slow
def test_the_cost_is_near_the_optimum_of_an_independent_integer_programme():
    ratios = []
    for seed in range(TABLES):
        truth, cells, small = random_table(seed, by_value=seed % 2 == 1)
        choice = choose([], cells, small, truth)
        assert choice.audit.safe
        assert all(len(left(choice, [], cells, item, 5)) == 5 for item in small[:1])
        cost = sum(cell.cost for cell in cells if cell.key in choice.withheld)
        least = optimum([], cells, dict.fromkeys(small, 5), truth)
        ratios.append(cost / least if least else 1.0)
        assert cost >= least or least == 0
    print(f"mean {np.mean(ratios):.4f}, greatest {max(ratios):.2f}")
    assert np.mean(ratios) <= 1.01


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(1000, 9999), order=st.randoms(use_true_random=False))
def test_the_order_of_facts_cells_and_counts_does_not_matter(seed, order):
    truth, cells, small = random_table(seed, by_value=False)
    choice = choose([], cells, small, truth)
    mixed = [list(cells), list(small), list(truth.items())]
    for items in mixed:
        order.shuffle(items)
    again = choose([], mixed[0], mixed[1], dict(mixed[2]))
    price = {cell.key: cell.cost for cell in cells}
    assert sum(price[k] for k in again.withheld) == sum(price[k] for k in choice.withheld)
    assert again.audit.safe


def test_no_choice_of_fewer_cells_suffices_in_a_small_table():
    truth, cells, item = microdata1()
    price = {cell.key: cell.cost for cell in cells}
    for number in (1, 2):
        for keys in combinations(price, number):
            assert (
                not audit(known(cells, keys), [item], truth).safe
                or sum(price[key] for key in keys) >= 40
            )
