"""The ribbon tab: every button explained, unique, and tied to a procedure of the VBA with the
signature Excel calls.
"""

from __future__ import annotations

import ast
import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from tests.excel.lint import faults
from tests.shipped import ROOT
from tests.tools import validate
from tests.vba.decompiled import sources
from xlperf.newbook.builder import workbook_bytes
from xlperf.newbook.ribbon_part import EDITIONS, ribbon

LABELS = (
    "Refresh",
    "Check data",
    "Why this colour?",
    "Charts",
    "What changed",
    "Import",
    "Collect returns",
    "Panel pack",
    "Lay out tiles",
    "Settings",
    "Help",
)
"""The specification's list of buttons, in its order, as far as there is something behind them."""
PICTURES = {
    "RefreshAll", "DataValidation", "TracePrecedents", "ChartInsert", "ReviewHighlightChanges", "FileSaveAsPdfOrXps",
    "PropertySheet", "Help", "ImportTextFile", "FileOpen", "TableInsertExcel",
}  # fmt: skip
"""Names of pictures that Office has: [MS-CUSTOMUI], imageMso table."""
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@pytest.fixture(scope="module")
def data() -> bytes:
    return workbook_bytes()


@pytest.fixture(scope="module", params=EDITIONS, ids=lambda edition: edition.part)
def tab(request) -> ET.Element:
    root = ET.fromstring(ribbon(request.param))
    return next(element for element in root.iter() if element.tag.endswith("}tab"))


def buttons(tab: ET.Element) -> list[ET.Element]:
    return [element for element in tab.iter() if element.tag.endswith("}button")]


def test_the_tab_has_the_buttons_of_the_specification_in_their_order(tab):
    assert tab.get("label") == "Performance"
    assert tuple(button.get("label") for button in buttons(tab)) == LABELS


def test_every_button_explains_itself(tab):
    for button in buttons(tab):
        assert button.get("screentip"), button.get("id")
        assert len(button.get("supertip")) > 40, button.get("id")
        assert len(button.get("supertip")) <= 1024  # [MS-CUSTOMUI2], ST_LongString


def test_ids_and_key_tips_are_unique(tab):
    for attribute in ("id", "keytip"):
        values = [
            element.get(attribute)
            for element in tab.iter()
            if element.get(attribute) and element is not tab
        ]
        assert len(values) == len(set(values)), attribute
        assert all(len(value) <= 3 for value in values) or attribute == "id"


def test_pictures_are_those_of_office(tab):
    assert {button.get("imageMso") for button in buttons(tab)} == PICTURES


def test_each_callback_is_a_public_procedure_with_the_signature_that_excel_calls(tab, data):
    # [MS-CUSTOMUI2] onAction of a button: Sub Name(control As IRibbonControl).
    code = sources(data)
    declared = re.findall(
        r"^Public Sub (\w+)\(control As IRibbonControl\)\r$",
        code["xlperf_ribbon.bas"],
        re.MULTILINE,
    )
    called = {button.get("onAction") for button in buttons(tab)}
    assert set(declared) == called
    everywhere = "".join(code.values())
    assert all(len(re.findall(rf"\bSub {name}\b", everywhere)) == 1 for name in called)


def test_each_button_names_a_macro_without_arguments_and_no_macro_is_without_button(tab):
    tree = ast.parse((ROOT / "xlperf" / "ribbon.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    macros = {
        node.name
        for node in functions
        if "_run(" in ast.unparse(node) and not node.name.startswith("_")
    }
    tags = [button.get("tag") for button in buttons(tab)]
    assert len(tags) == len(set(tags))
    assert set(tags) == macros
    assert {ast.unparse(node.args) for node in functions if node.name in tags} == {""}


def test_both_editions_differ_in_their_namespace_only():
    older, newer = (ribbon(edition) for edition in EDITIONS)
    assert older != newer
    assert older.replace(EDITIONS[0].namespace, EDITIONS[1].namespace) == newer


def test_the_parts_are_declared_and_each_relation_leads_to_its_part(data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        relations = ET.fromstring(package.read("_rels/.rels"))
        found = {item.get("Target"): item.get("Type") for item in relations.iter(RELATION)}
        identifiers = [item.get("Id") for item in relations.iter(RELATION)]
        types = ET.fromstring(package.read("[Content_Types].xml"))
        assert {
            item.get("Extension"): item.get("ContentType") for item in types.iter(TYPES + "Default")
        } == {
            "rels": "application/vnd.openxmlformats-package.relationships+xml",
            "xml": "application/xml",
            "bin": "application/vnd.ms-office.vbaProject",
        }
        for edition in EDITIONS:
            assert found[edition.part] == edition.relation
            assert package.read(edition.part) == ribbon(edition)
            member = package.getinfo(edition.part)  # the same on every system
            assert (member.compress_type, member.create_system) == (zipfile.ZIP_DEFLATED, 0)
    assert len(identifiers) == len(set(identifiers))
    # [MS-CUSTOMUI] and [MS-CUSTOMUI2], Ribbon Extensibility part
    assert EDITIONS[1].relation.endswith("/office/2007/relationships/ui/extensibility")
    assert EDITIONS[0].relation.endswith("/office/2006/relationships/ui/extensibility")


def test_the_lint_finds_nothing(data, tmp_path):
    path = tmp_path / "new.xlsm"
    path.write_bytes(data)
    assert faults(path) == []


@pytest.mark.validator
@pytest.mark.parametrize("place", range(2))
def test_the_schema_validator_reads_the_ribbon(data, tmp_path, place):
    # That it finds nothing in the workbook is tested with the builder; here, that it would find a
    # fault in the ribbon.
    path = tmp_path / "broken.xlsm"
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            broken = (
                content.replace(b"keytip=", b"keyTip=") if name == EDITIONS[place].part else content
            )
            after.writestr(name, broken)
    found = validate(path)
    if found is None:
        pytest.skip("the Open XML validator is not installed")
    assert found
    assert any("keyTip" in fault for fault in found)
