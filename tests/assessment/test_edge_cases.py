"""Fifty-two edge cases of the rules, and the traps of docs/methods-evidence.md, Traps.

Each ends in a stated value, a reason code, a caveat or a check, and each names the test that shows
it. Where our code has another name than the seed's, this table is the dictionary.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from xlperf.assessment.caveats import Caveat, Remark
from xlperf.assessment.rag import Reason
from xlperf.tables.problems import Code


class Edge(NamedTuple):
    rule: str
    case: str
    seed_code: str
    ours: str
    """A reason, caveat or check code; or ``value``: the figure itself is the answer."""
    test: str


EDGES = (
    Edge(
        "OFF",
        "fewer than 12 months in the latest window",
        "TOO_SHORT",
        "TOO_SHORT",
        "offences::fewer_than_twelve_months_are_too_short",
    ),
    Edge(
        "OFF",
        "latest 12 months overlap the baseline year",
        "OVERLAP",
        "OVERLAP",
        "offences::a_latest_year_that_is_not_wholly_after_the_baseline_gets_no_colour",
    ),
    Edge(
        "OFF",
        "annualised half-year",
        "EXPOSURE",
        "Annualised",
        "totals::a_half_year_is_shown_annualised_and_tested_at_its_true_length",
    ),
    Edge(
        "OFF",
        "baseline 0, latest 0",
        "ZERO",
        "NO_CHANGE_FROM_ZERO",
        "offences::none_then_and_none_now_is_amber_without_a_percentage",
    ),
    Edge(
        "OFF",
        "baseline 0, latest above 0",
        "ZERO",
        "WORSE_NOW",
        "offences::from_none_to_some_is_tested_exactly_and_has_no_percentage",
    ),
    Edge(
        "OFF",
        "both years small",
        "SMALL_N",
        "SMALL_NUMBERS",
        "offences::two_small_years_are_compared_by_the_exact_test",
    ),
    Edge(
        "OFF",
        "direction up is good",
        "DIRECTION",
        "value",
        "offences::direction_up_mirrors_the_finding_and_the_target",
    ),
    Edge(
        "OFF",
        "no trend has enough months",
        "TREND_UNKNOWN",
        "TREND_UNKNOWN",
        "offences::without_enough_months_for_any_trend_red_and_amber_cannot_be_told_apart",
    ),
    Edge(
        "OFF",
        "projection below zero",
        "CLIP",
        "TREND_FLOORED",
        "offences::a_trend_below_zero_is_held_at_zero",
    ),
    Edge(
        "OFF",
        "target date reached",
        "TARGET_PASSED",
        "TARGET_MET",
        "offences::at_the_target_date_the_actual_total_takes_the_place_of_the_trends",
    ),
    Edge(
        "OFF",
        "period after the target date",
        "TARGET_PASSED",
        "TARGET_MET",
        "offences::after_the_target_date_the_verdict_is_frozen",
    ),
    Edge(
        "OFF",
        "baseline revised by the force",
        "REVISED",
        "REVISED",
        "offences::a_revised_baseline_is_recomputed_and_says_old_and_new",
    ),
    Edge(
        "OFFMSG",
        "fewer than 6 forces with data",
        "TOO_FEW_PEERS",
        "TOO_FEW_PEERS",
        "positions::fewer_than_six_forces_have_a_position_but_no_colour",
    ),
    Edge(
        "OFFMSG",
        "own value missing",
        "NOT_RECEIVED",
        "NOT_RECEIVED",
        "positions::a_force_without_its_own_figure_has_no_colour_though_peers_have",
    ),
    Edge("OFFMSG", "tied rates", "TIE", "value", "positions::equal_ranks_share_the_better_one"),
    Edge(
        "OFFMSG",
        "all rates equal",
        "SD_ZERO",
        "SD_ZERO",
        "positions::all_equal_is_amber_and_all_first",
    ),
    Edge(
        "OFFMSG",
        "rank good but outside a line, or bad but inside",
        "RANK_VS_LINE",
        "BETWEEN_LINES",
        "positions::the_rank_never_decides_the_colour",
    ),
    Edge(
        "OFFMSG",
        "membership of the group changed",
        "MSG_CHANGED",
        "value",
        "positions::the_group_as_it_was_is_kept_with_the_reading",
    ),
    Edge("OFFMSG", "proxy used", "PROXY", "Proxy", "positions::a_proxy_is_judged_and_marked"),
    Edge(
        "OFFMSG",
        "rank outside 1..n, or n not the group's size",
        "CONFIG",
        "PeersMissing",
        "positions::a_group_with_a_missing_force_names_it",
    ),
    Edge(
        "SPC",
        "fewer than 18 months",
        "TOO_SHORT",
        "TOO_SHORT",
        "chart::fewer_than_eighteen_months_are_too_short",
    ),
    Edge(
        "SPC",
        "a month missing inside the 18",
        "GAP",
        "INSUFFICIENT_DATA",
        "chart::a_gap_in_the_eighteen_leaves_no_colour",
    ),
    Edge(
        "SPC",
        "SD of the 12 is 0",
        "SD_ZERO",
        "SMALL_NUMBERS",
        "chart::twelve_equal_months_are_amber_for_small_numbers",
    ),
    Edge(
        "SPC",
        "lower line below 0",
        "FLOOR",
        "NO_LOWER_LINE",
        "chart::a_lower_line_below_zero_is_floored_and_says_no_fall_can_cross_it",
    ),
    Edge(
        "SPC",
        "mean of 12 below 5 a month",
        "SMALL_COUNTS",
        "SMALL_NUMBERS",
        "chart::a_mean_below_five_a_month_is_amber_for_small_numbers",
    ),
    Edge(
        "SPC",
        "seasonal measure",
        "SEASONAL",
        "Season",
        "chart::a_seasonal_measure_shows_the_verdict_with_the_season_taken_out",
    ),
    Edge(
        "SPC",
        "autocorrelation 0.5",
        "AUTOCORR",
        "Autocorrelated",
        "chart::months_that_hang_together_are_said",
    ),
    Edge(
        "SPC",
        "months of unequal length",
        "DAYS",
        "value",
        "chart::the_unequal_length_of_months_is_stated",
    ),
    Edge(
        "SPC",
        "step change accepted by the board",
        "REPHASE",
        "BREAK",
        "chart::a_step_change_accepted_by_the_board_starts_new_lines_eighteen_months_on",
    ),
    Edge(
        "VFCO",
        "always",
        "IN_DEVELOPMENT",
        "IN_DEVELOPMENT",
        "others::a_measure_without_figures_has_the_reason_its_return_gives",
    ),
    Edge(
        "SAT",
        "baseline NA",
        "NO_BASELINE / SMALL_N",
        "NO_BASELINE",
        "surveys::without_a_baseline_there_is_no_colour_but_an_interval",
    ),
    Edge(
        "SAT",
        "n small in either period",
        "SMALL_N",
        "SMALL_N",
        "surveys::small_numbers_in_either_period_never_give_red_or_green",
    ),
    Edge(
        "SAT",
        "n a little above small",
        "WIDE_CI",
        "value",
        "surveys::a_little_above_small_the_interval_is_printed_wide_as_it_is",
    ),
    Edge(
        "SAT",
        "0% or 100%",
        "BOUNDARY",
        "value",
        "surveys::at_0_and_100_percent_there_is_no_false_certainty",
    ),
    Edge(
        "SAT",
        "percentage impossible for its n",
        "GRIM",
        "IMPOSSIBLE_PERCENTAGE",
        "surveys::a_percentage_impossible_for_its_n_is_judged_and_queried",
    ),
    Edge(
        "SAT",
        "only the percentage, no n",
        "NO_N",
        "NO_N",
        "surveys::a_percentage_without_n_is_shown_but_not_coloured",
    ),
    Edge(
        "SAT",
        "weighted survey",
        "WEIGHTED",
        "value",
        "surveys::a_weighted_survey_counts_n_over_its_design_effect",
    ),
    Edge(
        "SAT",
        "overlapping rolling samples",
        "OVERLAP",
        "OVERLAP",
        "surveys::windows_that_share_months_with_the_baseline_are_not_compared",
    ),
    Edge(
        "SAT",
        "question or mode changed",
        "BREAK",
        "BREAK",
        "surveys::a_change_of_question_or_mode_is_not_compared_across",
    ),
    Edge(
        "SATMSG",
        "as OFFMSG, direction reversed",
        "DIRECTION",
        "value",
        "positions::satisfaction_is_mirrored",
    ),
    Edge(
        "SATMSG",
        "no MSG series",
        "NOT_APPLICABLE",
        "value",
        "positions::a_measure_without_msg_data_has_no_position_line",
    ),
    Edge(
        "KEY",
        "cohort measures",
        "CAVEAT",
        "Note",
        "totals::a_cohort_is_judged_with_its_caveat_beside_the_value",
    ),
    Edge(
        "KEY",
        "% var with missing last year",
        "NOT_APPLICABLE",
        "NO_BASELINE",
        "totals::without_anything_to_compare_with_the_count_is_shown_as_it_is",
    ),
    Edge(
        "ALL",
        "value missing or not received",
        "NOT_RECEIVED",
        "NOT_RECEIVED",
        "totals::without_a_total_the_return_says_who_owes_it_and_when",
    ),
    Edge(
        "ALL",
        "measure not yet defined",
        "IN_DEVELOPMENT",
        "IN_DEVELOPMENT",
        "others::a_measure_without_figures_has_the_reason_its_return_gives",
    ),
    Edge(
        "ALL",
        "suppressed by disclosure control",
        "SUPPRESSED",
        "SUPPRESSED",
        "disclosure/suppression::a_small_month_takes_one_other_with_it_and_no_total",
    ),
    Edge(
        "ALL",
        "data older than the period",
        "STALE",
        "STALE",
        "positions::older_data_is_judged_and_shows_its_month",
    ),
    Edge(
        "ALL",
        "provisional, or revised since the last issue",
        "REVISED",
        "PROVISIONAL",
        "offences::provisional_months_are_counted_and_said",
    ),
    Edge(
        "ALL",
        "recording-practice break inside the window",
        "BREAK",
        "BREAK",
        "chart::a_break_within_the_eighteen_leaves_no_colour",
    ),
    Edge(
        "ALL",
        "exactly on a control line",
        "ON_LINE",
        "ON_LINE",
        "chart::exactly_on_a_line_is_inside",
    ),
    Edge(
        "ALL",
        "floating-point tie at the line",
        "ON_LINE",
        "ON_LINE",
        "rag::a_floating_tie_is_on_the_line",
    ),
    Edge(
        "ALL",
        "unit or direction missing",
        "CONFIG",
        "CONFIG",
        "assessing::a_measure_whose_settings_cannot_be_read_is_never_coloured",
    ),
)

TRAPS = {
    "baseline overlapping the assessed months": (
        "chart::the_assessed_months_are_never_part_of_the_lines"
    ),
    "SD 0 and mostly-zero series": "chart::a_mean_below_five_a_month_is_amber_for_small_numbers",
    "missing month inside a window": "chart::a_gap_in_the_eighteen_leaves_no_colour",
    "incomplete current month": "offences::an_incomplete_current_month_counts_as_missing",
    "latest year that does not start in April": (
        "offences::a_latest_year_that_does_not_start_in_april_is_aligned_by_calendar_month"
    ),
    "February and leap years": "chart::the_unequal_length_of_months_is_stated",
    "projected total below 0": "offences::a_trend_below_zero_is_held_at_zero",
    "target date inside the data": "offences::after_the_target_date_the_verdict_is_frozen",
    "survey n = 0, x = 0, x = n": "surveys::at_0_and_100_percent_there_is_no_false_certainty",
    "point exactly on a line": "chart::exactly_on_a_line_is_inside",
    "recording breaks": (
        "offences::trends_and_correlation_never_reach_across_a_break_before_the_baseline"
    ),
    "the same number typed as text": "offences::counts_typed_as_text_are_read_as_numbers",
}


def exists(test: str) -> bool:
    place, _, name = test.partition("::")
    folder, _, module = place.rpartition("/")
    text = (Path(__file__).parents[1] / (folder or "assessment") / f"test_{module}.py").read_text(
        encoding="utf-8"
    )
    return re.search(rf"^def test_{name}\(", text, re.MULTILINE) is not None


def test_all_52_edge_cases_of_the_seed_are_here():
    by_rule = Counter(edge.rule for edge in EDGES)
    assert by_rule == {
        "OFF": 12,
        "OFFMSG": 8,
        "SPC": 9,
        "VFCO": 1,
        "SAT": 9,
        "SATMSG": 2,
        "KEY": 2,
        "ALL": 9,
    }
    assert len({(edge.rule, edge.case) for edge in EDGES}) == 52


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.rule}: {edge.case}")
def test_each_edge_case_has_a_code_of_ours_and_a_test(edge):
    codes = {str(code) for kind in (Reason, Code) for code in kind}
    codes |= {str(remark) for remark in Remark} | {kind.__name__ for kind in get_args(Caveat)}
    assert edge.ours in codes | {"value"}
    assert exists(edge.test), edge.test


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_of_the_simulations_has_a_test(trap):
    assert exists(TRAPS[trap]), TRAPS[trap]
