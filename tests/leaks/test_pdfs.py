"""Each kind of leak planted in a PDF is blocked and named at the right place."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Text
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from tests.leaks import clean
from xlperf import leaks
from xlperf.leaks import LeakKind

HERON = "Operation Heron"


def drawn(operations: str) -> bytes:
    return clean.pdf(operations, change=thin)


def thin(_writer, page) -> None:
    """Give the page a graphics state that is half transparent."""
    page["/Resources"][NameObject("/ExtGState")] = named(
        {"/Thin": named({"/ca": FloatObject(0.5)})}
    )


def photographed(writer, page) -> None:
    from tests.leaks.test_workbooks import exif_jpeg

    picture = StreamObject()
    picture._data = exif_jpeg()
    picture.update(
        named({"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image"), "/Filter": NameObject("/DCTDecode"),
               "/Width": NumberObject(4), "/Height": NumberObject(4), "/BitsPerComponent": NumberObject(8),
               "/ColorSpace": NameObject("/DeviceRGB")})
    )  # fmt: skip
    page["/Resources"][NameObject("/XObject")] = named({"/Im1": writer._add_object(picture)})


def text(before: str = "", size: int = 11, y: int = 600) -> str:
    return f"BT {before} /F1 {size} Tf 72 {y} Td ({HERON}) Tj ET"


def changed(change) -> bytes:
    return clean.pdf(change=change)


def named(pairs: dict[str, object]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in pairs.items()})


def form_field(writer, page):
    field = named(
        {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Widget"), "/FT": NameObject("/Tx"),
         "/T": TextStringObject("victim"), "/V": TextStringObject(HERON),
         "/Rect": ArrayObject([FloatObject(0)] * 4)}
    )  # fmt: skip
    reference = writer._add_object(field)
    page[NameObject("/Annots")] = ArrayObject([reference])
    writer._root_object[NameObject("/AcroForm")] = named({"/Fields": ArrayObject([reference])})


def layer(writer, _page):
    group = writer._add_object(
        named({"/Type": NameObject("/OCG"), "/Name": TextStringObject("Names")})
    )
    writer._root_object[NameObject("/OCProperties")] = named(
        {"/OCGs": ArrayObject([group]), "/D": named({"/OFF": ArrayObject([group])})}
    )


def xmp(body: str):
    def change(writer, _page):
        stream = DecodedStreamObject()
        stream.set_data(
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
            ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:xmp="http://ns.adobe.com/xap/1.0/">{body}</rdf:Description></rdf:RDF></x:xmpmeta>'.encode()
        )
        writer._root_object[NameObject("/Metadata")] = writer._add_object(stream)

    return change


def action(pairs: dict[str, object]):
    def change(writer, _page):
        writer._root_object[NameObject("/OpenAction")] = named(pairs)

    return change


def link(target: str):
    def change(_writer, page):
        page[NameObject("/Annots")] = ArrayObject(
            [named({"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Link"),
                    "/Rect": ArrayObject([FloatObject(0)] * 4),
                    "/A": named({"/S": NameObject("/URI"), "/URI": TextStringObject(target)})})]
        )  # fmt: skip

    return change


def cropped(_writer, page):
    page.cropbox.upper_right = (595, 710)


def in_form(operations: str):
    """The clean page with a form that draws these operations, at its own place."""

    def change(writer, page):
        form = DecodedStreamObject()
        form.set_data(operations.encode())
        form.update(
            named({"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Form"),
                   "/BBox": ArrayObject([FloatObject(v) for v in (0, 0, 595, 842)]),
                   "/Resources": named({"/Font": page["/Resources"]["/Font"]})})
        )  # fmt: skip
        page["/Resources"][NameObject("/XObject")] = named({"/Fm1": writer._add_object(form)})
        content = DecodedStreamObject()
        content.set_data(f"{clean.PLAIN_PAGE} q 1 0 0 1 0 -100 cm /Fm1 Do Q".encode())
        page[NameObject("/Contents")] = writer._add_object(content)

    return change


def saved_again() -> bytes:
    """A second version appended: the first is still in the file."""
    reader = PdfReader(BytesIO(drawn(text())))
    writer = PdfWriter(reader, incremental=True)
    writer.pages[0][NameObject("/Contents")] = clean_content(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def clean_content(writer):
    content = DecodedStreamObject()
    content.set_data(clean.PLAIN_PAGE.encode())
    return writer._add_object(content)


def left_over(*more: str, half_way: str = "") -> bytes:
    """A PDF written object by object, with more objects that nothing refers to, and a text between
    them and the table.
    """
    content = f"<</Length {len(clean.PLAIN_PAGE)}>>stream\n{clean.PLAIN_PAGE}\nendstream"
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    page = (
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0"
        " R>>>>>>"
    )
    catalogue, pages = "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"
    objects = [catalogue, pages, page, content, font, *more]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    data += half_way.encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (
        data
        + f"{head}trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n".encode()
    )


def annotated(annotation):
    return changed(lambda writer, _page: writer.add_annotation(0, annotation))


LEFT = f"<</Length {len(text())}>>stream\n{text()}\nendstream"
BLACK_BOX = "0 g 60 590 300 30 re f"
PLANTED = {
    "author": (lambda: changed(lambda w, _: w.add_metadata({"/Author": "Jo Planted"})), LeakKind.PROPERTY, "property Author", "Jo Planted"),
    "unknown producer": (
        lambda: changed(lambda w, _: w.add_metadata({"/Creator": "CrimeSys for J Smith"})), LeakKind.PROPERTY, "property Creator", "J Smith",
    ),
    "custom property": (lambda: changed(lambda w, _: w.add_metadata({"/Case": "12"})), LeakKind.PROPERTY, "property Case", "12"),
    "title with personal data": (
        lambda: changed(lambda w, _: w.add_metadata({"/Title": "jo@force.example"})), LeakKind.PERSONAL, "property Title", "e-mail",
    ),
    "author in XMP": (
        lambda: changed(xmp("<dc:creator><rdf:Seq><rdf:li>Jo Planted</rdf:li></rdf:Seq></dc:creator>")),
        LeakKind.PROPERTY, "XMP data, creator", "Jo Planted",
    ),
    "history in XMP": (
        lambda: changed(xmp("<xmp:History>saved by Jo Planted</xmp:History>")), LeakKind.PROPERTY, "XMP data, History", "Jo Planted",
    ),
    "attachment": (lambda: changed(lambda w, _: w.add_attachment("victims.xlsx", b"PK")), LeakKind.EMBEDDED, "the PDF", "victims.xlsx"),
    "script": (lambda: changed(action({"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('x')")})), LeakKind.MACRO, "the PDF", "app.alert"),
    "program started": (
        lambda: changed(action({"/S": NameObject("/Launch"), "/F": TextStringObject("a.exe")})), LeakKind.MACRO, "the PDF", "Launch a.exe",
    ),
    "jump to another file": (
        lambda: changed(action({"/S": NameObject("/GoToR"), "/F": TextStringObject("b.pdf")})), LeakKind.EXTERNAL_LINK, "the PDF", "b.pdf",
    ),
    "comment": (lambda: annotated(Text(rect=(50, 550, 200, 650), text=HERON)), LeakKind.COMMENT, "page 1", HERON),
    "text box": (lambda: annotated(FreeText(rect=(50, 550, 200, 650), text=HERON)), LeakKind.COMMENT, "page 1", "FreeText"),
    "form field": (lambda: changed(form_field), LeakKind.FIELD, "page 1", HERON),
    "layer": (lambda: changed(layer), LeakKind.HIDDEN_OBJECT, "the PDF", ""),
    "earlier version": (saved_again, LeakKind.EARLIER_VERSION, "the PDF", "saved 2 times"),
    "object no page uses": (lambda: left_over(LEFT), LeakKind.EARLIER_VERSION, "the PDF", "objects that no page uses (1): 6"),
    "bytes after the end": (lambda: clean.pdf() + HERON.encode(), LeakKind.EARLIER_VERSION, "after the end", "15 bytes"),
    "bytes before the start": (lambda: HERON.encode() + clean.pdf(), LeakKind.EARLIER_VERSION, "before the start", "15 bytes"),
    "invisible text": (lambda: drawn(text("3 Tr")), LeakKind.HIDDEN_TEXT, "page 1", HERON),
    "white text": (lambda: drawn(text("1 g")), LeakKind.HIDDEN_TEXT, "page 1", HERON),
    "white text in three colours": (lambda: drawn(text("1 1 1 rg")), LeakKind.HIDDEN_TEXT, "page 1", HERON),
    "white text in four inks": (lambda: drawn(text("0 0 0 0 k")), LeakKind.HIDDEN_TEXT, "page 1", HERON),
    "text under a black box": (lambda: drawn(f"{text()} {BLACK_BOX}"), LeakKind.NOT_LOOKED_AT, "page 1", HERON),
    "text under a box drawn by lines": (
        lambda: drawn(f"{text()} 0 g 60 590 m 360 590 l 360 620 l 60 620 l h f*"), LeakKind.NOT_LOOKED_AT, "page 1", HERON,
    ),
    "text under the second of two boxes": (
        lambda: drawn(f"{text()} 0 g 60 100 30 30 re 60 590 300 30 re f"), LeakKind.NOT_LOOKED_AT, "page 1", HERON,
    ),
    "white text on a second line": (
        lambda: drawn(f"BT /F1 11 Tf 1 g 72 620 Td 0 -20 TD ({HERON}) Tj ET"), LeakKind.HIDDEN_TEXT, "page 1", HERON,
    ),
    "picture with a place": (lambda: changed(photographed), LeakKind.IMAGE_METADATA, "page 1, picture", "where and with what"),
    "bookmark with personal data": (
        lambda: changed(lambda w, _: w.add_outline_item(title="Victim 07700 900123", page_number=0)), LeakKind.PERSONAL, "bookmark", "telephone",
    ),
    "path in a text of an object": (
        lambda: changed(lambda w, _: w._root_object.update({NameObject("/X"): TextStringObject(r"C:\\crime\\a.docx")})),
        LeakKind.PATH, "the PDF", "crime",
    ),
    "tiny text": (lambda: drawn(text(size=1)), LeakKind.HIDDEN_TEXT, "page 1", "tiny"),
    "text made tiny by its matrix": (lambda: drawn(f"q .1 0 0 .1 0 0 cm {text()} Q"), LeakKind.HIDDEN_TEXT, "page 1", "tiny"),
    "text outside the page": (lambda: drawn(text(y=2000)), LeakKind.HIDDEN_TEXT, "page 1", HERON),
    "text outside the crop box": (lambda: changed(cropped), LeakKind.HIDDEN_TEXT, "page 1", "Domestic burglary"),
    "white text in a form": (lambda: changed(in_form(text("1 g"))), LeakKind.HIDDEN_TEXT, "page 1", HERON),
    "text of a form moved off the page": (lambda: changed(in_form(text(y=-50))), LeakKind.HIDDEN_TEXT, "page 1", HERON),
    "personal data": (
        lambda: drawn("BT /F1 11 Tf 72 600 Td (Victim: 07700 900123) Tj ET"), LeakKind.PERSONAL, "page 1, line 3", "telephone",
    ),
    "inside address": (lambda: changed(link("http://intranet/crime")), LeakKind.LINK, "page 1", "http://intranet"),
    "link to a file": (lambda: changed(link("file:///C:/crime.xlsx")), LeakKind.LINK, "page 1", "crime.xlsx"),
    "small picture of a page": (
        lambda: changed(lambda _, page: page.update({NameObject("/Thumb"): TextStringObject("x")})), LeakKind.UNEXPECTED_PART, "page 1", "",
    ),
    "private data of a program": (
        lambda: changed(lambda w, _: w._root_object.update({NameObject("/PieceInfo"): named({"/X": TextStringObject("y")})})),
        LeakKind.PROPERTY, "the PDF", "PieceInfo",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_leak_is_blocked_and_named_at_its_place(what):
    make, kind, where, found = PLANTED[what]
    data = make()
    found_all = leaks.check(data, "Dashboard.pdf")
    hits = [leak for leak in found_all if leak.kind is kind]
    assert any(where in leak.where and found in leak.found for leak in hits), found_all
    assert all(leak.kind.remedy for leak in hits)


SEEN = {
    "white text on a box": f"{BLACK_BOX} {text('1 g')}",
    "white text on a shape that is no rectangle": (
        f"0 g 60 590 m 200 650 l 360 590 l h f {text('1 g')}"
    ),
    "white text on a pattern": f"/Pattern cs /P1 scn 60 590 300 30 re f {text('1 g')}",
    "text of a colour space": f"/CS0 cs {text()}",
    "text beside a box": f"{text()} 0 g 60 400 300 30 re f",
    "text under a frame": f"{text()} 60 590 300 30 re S",
    "white text after the colour was set back": f"q {BLACK_BOX} {text('1 g')} Q {text(y=560)}",
    "text moved by lines": f"BT /F1 11 Tf 14 TL 72 600 Td ({HERON}) Tj T* ({HERON}) ' ET",
}


@pytest.mark.parametrize("what", SEEN)
def test_text_that_can_be_seen_passes(what):
    assert leaks.check(drawn(SEEN[what]), "Dashboard.pdf") == ()


def test_a_pdf_arranged_for_the_web_passes():
    # ISO 32000-1, annex F: a dictionary, a stream of hints, and a first table of objects before the
    # last one.
    hints = "<</S 1/Length 0>>stream\n\nendstream"
    arranged = left_over("<</Linearized 1>>", hints, half_way="startxref\n0\n%%EOF\n")
    assert leaks.check(arranged, "Dashboard.pdf") == ()
    twice = left_over(half_way="startxref\n0\n%%EOF\n")
    assert [leak.kind for leak in leaks.check(twice, "Dashboard.pdf")] == [LeakKind.EARLIER_VERSION]


def test_an_encrypted_pdf_is_refused():
    def change(writer, _page):
        writer.encrypt("", "owner", algorithm="RC4-128")

    (leak,) = leaks.check(changed(change), "Dashboard.pdf")
    assert leak.kind is LeakKind.UNREADABLE
    assert "encrypted" in leak.found


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_pdf_that_is_cut_short_is_never_clean(share):
    data = clean.pdf()
    found = leaks.check(data[: int(share * len(data))], "Dashboard.pdf")
    assert any(leak.kind is LeakKind.UNREADABLE for leak in found)
