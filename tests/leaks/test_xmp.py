"""XMP data that say nothing, and the same with something in it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from xlperf.leaks.xmp import says_nothing

HISTORY = (
    '<History><Seq><li parseType="Resource"><action>saved</action>'
    "<when>2014-12-10T00:00:00Z</when><instanceID>udm9hUv3/YfoOv/g/rBwVg==_source</instanceID></li>"
    "</Seq></History>"
)
SCHEMAS = (
    '<schemas><Bag><li parseType="Resource"><schema>Adobe PDF schema</schema>'
    "<prefix>pdf</prefix></li></Bag></schemas>"
)


@pytest.mark.parametrize("text", [HISTORY, SCHEMAS, "<NPages>25</NPages>"])
def test_what_the_standard_asks_for_says_nothing(text):
    assert says_nothing(ET.fromstring(text))


@pytest.mark.parametrize(
    "text",
    [
        HISTORY.replace("saved", "saved by A. Person"),
        HISTORY.replace("<Seq>", "<Seq>A. Person"),
        HISTORY.replace("<action>", '<action who="A. Person">'),
        HISTORY.replace("</Seq>", "<li><who>A. Person</who></li></Seq>"),
        SCHEMAS.replace("Adobe PDF schema", "Draft of 3 May"),
        "<NPages>25 of A. Person</NPages>",
        "<Manager>A. Person</Manager>",
    ],
)
def test_anything_else_in_it_does(text):
    assert not says_nothing(ET.fromstring(text))
