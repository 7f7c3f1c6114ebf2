"""The tests of a module are found by its name, or in the list below."""

from __future__ import annotations

import ast
from typing import NamedTuple

import pytest

from tests.shipped import ROOT


class Door(NamedTuple):
    """Modules of a room that are called through another, and where their tests are."""

    room: str
    modules: str
    tests: str
    reason: str


DOORS = (
    Door("tiles", "tile_texts", "tiles/test_tile_labels.py", "texts of tiles that a person typed"),
    Door(
        "causes",
        "cause_details cause_steps figure_items",
        "causes/test_four_quarters.py",
        "steps and their words are seen in what changed",
    ),
    Door("assessment", "effects", "pipeline/test_effects.py", "what a finding does to the colours"),
    Door(
        "assessment",
        "monthly_counts",
        "assessment/test_patterns.py",
        "patterns are found in the counts",
    ),
    Door(
        "assessment",
        "expectations months_compared targets two_years",
        "assessment/test_offences.py",
        "the reading of an offences line",
    ),
    Door(
        "commands",
        "computer_commands import_commands pack_commands sheet_commands workbook_commands",
        "test_cli.py",
        "commands are called as a user calls them",
    ),
    Door(
        "release", "published_rows", "release/test_rebuilding.py", "issues are compared with them"
    ),
    Door(
        "counting",
        "count_expression",
        "counting/test_counting.py",
        "rows are counted as by hand",
    ),
    Door("commands", "rebuild_commands", "test_compared_times.py", "called as a user calls it"),
    Door(
        "views",
        "line_texts page_lines page_sections",
        "views/test_page.py",
        "texts and parts are seen on the page",
    ),
    Door(
        "commands",
        "whatif_commands",
        "scenarios/test_whatif_command.py",
        "commands are called as a user calls them",
    ),
    Door(
        "scenarios", "level_output", "scenarios/test_whatif_command.py", "what the command prints"
    ),
    Door(
        "commands",
        "return_commands",
        "returns/test_return_sentences.py",
        "commands are called as a user calls them",
    ),
    Door(
        "disclosure",
        "lines_shown redaction withholding",
        "disclosure/test_suppression.py",
        "what leaves the building is looked at as a whole",
    ),
    Door(
        "disclosure",
        "linked_counts solving spread",
        "disclosure/test_choice.py",
        "what is withheld is chosen as a whole; disclosure/test_audit.py too",
    ),
    Door("documents", "pack_sheets", "documents/test_panel_workbook.py", "sheets of that workbook"),
    Door(
        "documents",
        "word_markup",
        "documents/test_panel_report.py",
        "what the Word report is written in",
    ),
    Door(
        "excel",
        "cell_reading edit_plan merges office_parts parts refusals results sheet styles",
        "excel/test_contract.py",
        "engines are called through their port; hazards of files have files of their own",
    ),
    Door("excel", "scanned thorough_scan", "excel/test_scanning.py", "both ways give the same"),
    Door(
        "excel/lite",
        "asking lite_plan lite_workbook lite_writing",
        "lite/test_lite.py",
        "the engine of xlwings Lite; its contract is in excel/test_contract.py",
    ),
    Door(
        "excel/live",
        "calls colours live_plan live_structure live_workbook live_writing marked_cells named_cells"
        " table_rows",
        "live/test_live.py",
        "the engine of the open Excel; its contract is in excel/test_contract.py",
    ),
    Door("excel", "marked", "newbook/test_adopting.py", "markers in adopted workbooks"),
    Door("newbook", "adoption_sentences", "newbook/test_adopting.py", "what the command says"),
    Door("tiles", "compared_numbers", "tiles/test_written.py", "numbers of Workings"),
    Door("tiles", "markers", "newbook/test_adopting.py", "markers in adopted workbooks"),
    Door(
        "excel/transplant",
        "package_edit style_merge workbook_lists",
        "excel/test_transplant.py",
        "sheets are put into whole workbooks",
    ),
    Door("functions", "cases", "functions/test_functions.py", "functions are called by name"),
    Door(
        "installing",
        "computer_checks workbook_checks workbook_facts",
        "installing/test_doctor.py",
        "checks of the doctor",
    ),
    Door(
        "imports",
        "comparing file_readings import_edits import_plan left_out our_figures published_figures table_shapes"
        " label_targets understood",
        "imports/test_oddities.py",
        "a file is imported as a whole",
    ),
    Door(
        "imports",
        "known_sources",
        "imports/test_importing.py",
        "what is remembered of a source is seen at the next import",
    ),
    Door("installing", "steps", "installing/test_install.py", "steps of the installation"),
    Door(
        "leaks",
        "container images kinds properties sentences",
        "leaks/test_checking.py",
        "a file is checked as a whole; each kind of file has a test file of its own",
    ),
    Door("leaks", "office_files sheets", "leaks/test_workbooks.py", "workbooks and documents"),
    Door("leaks", "pages", "leaks/test_pdfs.py", "pages of PDFs"),
    Door("lite", "answers", "lite/test_scripts.py", "what the scripts answer"),
    Door(
        "newbook",
        "chart_shapes charts_sheet conf_sheet dashboard guide paper small_charts",
        "newbook/test_builder.py",
        "the new workbook is looked at as a whole",
    ),
    Door(
        "newbook",
        "layout_sentences missing_tiles tile_sheets",
        "newbook/test_laying_out.py",
        "tiles are laid out in whole workbooks",
    ),
    Door("newbook", "open_data_sentences", "newbook/test_open_data.py", "what the command says"),
    Door("newbook", "intake_sheets", "imports/test_command.py", "an import adds them"),
    Door(
        "release",
        "pack_folder",
        "release/test_publish.py",
        "steps of a publication",
    ),
    Door("release", "mailable", "release/test_sending.py", "what keeps a pack from leaving"),
    Door(
        "returns",
        "contributions figure_rows return_versions",
        "returns/test_thirty_returns.py",
        "returns are collected as a whole; returns/test_collecting.py too",
    ),
    Door(
        "commands",
        "quarter_commands",
        "quarter/test_quarter_run.py",
        "commands are called as a user calls them",
    ),
    Door(
        "imports",
        "folder_imports",
        "quarter/test_quarter_run.py",
        "a folder is imported as a whole",
    ),
    Door(
        "quarter",
        "folder_files missing_figures quarter_sentences",
        "quarter/test_quarter_run.py",
        "a quarter is run as a whole",
    ),
    Door(
        "scan",
        "block_counts scan_sentences scan_sheet",
        "scan/test_running.py",
        "a table is scanned as a whole",
    ),
    Door(
        "commands",
        "scan_commands",
        "scan/test_running.py",
        "commands are called as a user calls them",
    ),
    Door("stats", "defaults", "tables/test_settings.py", "constants that the settings start from"),
    Door(
        "tables",
        "columns decision_tables doubts duplicates figure_tables headers intake_tables one_each"
        " outside requirements return_tables survey_records workbook",
        "tables/test_three_states.py",
        "tables are read as a whole; tables/test_no_row_is_lost.py and test_reading_laws.py too",
    ),
    Door("tables", "date_texts number_texts", "tables/test_coercion.py", "texts of one cell"),
    Door(
        "tables",
        "figure_checks",
        "tables/test_every_check.py",
        "each check by its code, whatever module makes it",
    ),
    Door(
        "tables",
        "peer_checks peer_columns peer_copies",
        "tables/test_peers.py",
        "figures of other forces",
    ),
    Door(
        "tiles",
        "differences fingerprint settling",
        "pipeline/test_acknowledged.py",
        "settled findings, over several refreshes",
    ),
    Door(
        "tiles",
        "drafts_of_lines drafts_of_months",
        "tiles/test_drafts.py",
        "sentences of drafts",
    ),
    Door(
        "proof",
        "document_files passages proof_findings proof_output sheet_text word_text",
        "proof/test_proofreading.py",
        "documents are checked as a whole",
    ),
    Door("tiles", "analyst_sentences", "tiles/test_wording.py", "whole explanations"),
    Door("tiles", "quoted_changes", "tiles/test_quoted.py", "changes that people's words quote"),
    Door("tiles", "tile_checks", "tiles/test_layout.py", "cells of tiles"),
)
"""Modules without a test file of their name, which no test imports from either."""


def modules() -> set[str]:
    """Modules with code of their own, as `room/module` or `module`."""
    package = ROOT / "xlperf"
    return {
        path.relative_to(package).with_suffix("").as_posix()
        for path in package.rglob("*.py")
        if not path.stem.startswith("__")
    }


def named_after(module: str) -> bool:
    """Is there a test file with its name, in the folder with the name of its room?"""
    *rooms, name = module.split("/")
    folder = ROOT / "tests" / (rooms[-1] if rooms else "")
    files = [folder / f"test_{name}.py", *folder.glob(f"test_{name}_*.py")]
    return any(path.is_file() for path in files) or (not rooms and (folder / name).is_dir())


def imported() -> set[str]:
    """Modules that a test imports from."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(item, ast.ImportFrom) and (item.module or "").startswith("xlperf"):
                parent = "/".join(item.module.split(".")[1:])
                found |= {parent, *(f"{parent}/{name.name}".strip("/") for name in item.names)}
    return found


def listed() -> list[tuple[str, str]]:
    return [
        (f"{door.room}/{name}".strip("/"), door.tests)
        for door in DOORS
        for name in door.modules.split()
    ]


@pytest.mark.slow
def test_the_tests_of_each_module_are_found_by_its_name_by_its_import_or_in_the_list():
    found = {module for module in modules() if named_after(module)} | imported()
    doors = {module for module, _ in listed()}
    assert sorted(modules() - found - doors) == []
    assert sorted(doors & found) == [], "found without the list"
    assert sorted(doors - modules()) == [], "no such module"
    assert len(doors) == len(listed()), "listed twice"


def test_the_list_names_files_that_there_are():
    assert {tests for _, tests in listed() if not (ROOT / "tests" / tests).is_file()} == set()
