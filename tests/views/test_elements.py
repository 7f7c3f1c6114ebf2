"""No text of a person becomes markup."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from lxml import html

from tests.views.pages import LONG, QUOTES, SCRIPT, TURNED
from xlperf.views.elements import bullets, document, element, picture, style_text


@pytest.mark.parametrize("text", [SCRIPT, QUOTES, LONG, "a & b", "&lt;", "--> ]]>"])
def test_a_text_is_read_as_it_was_written(text):
    page = html.fromstring(
        document(element("body", element("p", text, title=text, class_="x", aria_label=text)))
    )
    made = page.find(".//p")
    assert (made.text, made.get("title"), made.get("aria-label")) == (text, text, text)
    assert (made.get("class"), len(made)) == ("x", 0)


def test_what_turns_the_direction_or_controls_a_terminal_is_shown_as_unreadable():
    assert element("p", TURNED).text == "left\ufffdright\ufffd\ufffd]0;"


def test_texts_and_elements_stand_in_their_order_and_none_is_nothing():
    made = document(element("p", "a", None, element("b", "c"), "d", "e", title=None))
    assert made == b"<!DOCTYPE html>\n<p>a<b>c</b>de</p>\n"
    assert bullets([]) == []


def test_a_text_of_a_style_is_written_in_numbers():
    text = 'OFFICIAL</style>"\\;}'
    written = style_text(text)
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]+ )*"', written)
    shown = re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), written[1:-1])
    assert shown == text


def test_a_picture_stands_alone_with_colours_of_its_own():
    alone = picture(element("svg", element("text", SCRIPT), viewBox="0 0 1 1"))
    assert "var(" not in alone
    root = ET.fromstring(alone)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root[1].text == SCRIPT
