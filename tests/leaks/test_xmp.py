"""XMP data that say nothing, and the same with something in it."""

from __future__ import annotations

import pytest

from tests.leaks import clean
from tests.leaks.test_pdfs import xmp
from xlperf import leaks

HISTORY = (
    '<xmp:History><rdf:Seq><rdf:li rdf:parseType="Resource"><xmp:action>saved</xmp:action>'
    "<xmp:when>2014-12-10T00:00:00Z</xmp:when>"
    "<xmp:instanceID>udm9hUv3/YfoOv/g/rBwVg==_source</xmp:instanceID>"
    "</rdf:li></rdf:Seq></xmp:History>"
)
SCHEMAS = (
    '<xmp:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><xmp:schema>Adobe PDF schema'
    "</xmp:schema><xmp:prefix>pdf</xmp:prefix></rdf:li></rdf:Bag></xmp:schemas>"
)


def kinds(text: str) -> set[str]:
    return {leak.kind for leak in leaks.check(clean.pdf(change=xmp(text)), "a.pdf")}


@pytest.mark.parametrize("text", [HISTORY, SCHEMAS, "<xmp:NPages>25</xmp:NPages>"])
def test_what_the_standard_asks_for_says_nothing(text):
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        HISTORY.replace("saved", "saved by A. Person"),
        HISTORY.replace("<rdf:Seq>", "<rdf:Seq>A. Person"),
        HISTORY.replace("<xmp:action>", '<xmp:action xmp:who="A. Person">'),
        HISTORY.replace("</rdf:Seq>", "<rdf:li>A. Person</rdf:li></rdf:Seq>"),
        SCHEMAS.replace("Adobe PDF schema", "Draft of 3 May"),
        "<xmp:NPages>25 of A. Person</xmp:NPages>",
        "<xmp:Manager>A. Person</xmp:Manager>",
    ],
)
def test_anything_else_in_it_does(text):
    assert kinds(text) == {leaks.LeakKind.PROPERTY}
