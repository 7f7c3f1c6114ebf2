"""PDFs of the pack: the report and the Dashboard, printed by another program, then checked here.

What a program has printed is looked at before it is given: it must be tagged, say its language, and
the dashboard must be one A3 page. Then title, author, dates and identifier are set, so that the
file says nothing that was not meant; of the program it gives the name.
"""

from __future__ import annotations

import tempfile
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from xlperf.documents.pdf_printers import INSTALL, Excel, LibreOffice, PdfKind
from xlperf.documents.plain_text import LANGUAGE, plain
from xlperf.documents.report_template import packed
from xlperf.errors import PackError
from xlperf.excel.making import making, sweep
from xlperf.excel.package import Package
from xlperf.excel.parts import WorkbookPart
from xlperf.newbook.dashboard import SHEET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pypdf import PdfReader, PdfWriter

    from xlperf.documents.pack_values import PackContents
    from xlperf.documents.pdf_printers import Printer

A3 = (1190.55, 841.89)
"""Width and height of A3 on its side, in points (ISO 216: 420 mm by 297 mm)."""
NEAR = 3.0
"""Points by which a page may differ from its size: programs round it in their own ways."""
WORKBOOK, SHEETS = "xl/workbook.xml", "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SUFFIX = {PdfKind.REPORT: ".docx", PdfKind.DASHBOARD: ".xlsx"}


def pdf(
    document: bytes,
    kind: PdfKind,
    contents: PackContents,
    *,
    printers: Sequence[Printer] | None = None,
) -> bytes:
    """Give the bytes of a PDF.

    Parameters
    ----------
    document
        The report, a .docx; or the panel workbook, an .xlsx, of which the sheet Dashboard is
        printed.
    kind
        Which of them it is.
    contents
        What the document was made from: gives title, office, marking and date.
    printers
        Programs to try in turn; None: Excel for the dashboard, if it is there, then LibreOffice.

    Raises
    ------
    PackError
        No program could make it, or none made it as it must be: the sentence says why. The PDF was
        not made.
    """
    made_from = sha256(document)
    source = only_dashboard(document) if kind is PdfKind.DASHBOARD else document
    reasons: list[str] = []
    for printer in printers if printers is not None else (Excel(), LibreOffice()):
        if not printer.prints(kind):
            continue
        try:
            data = _printed(printer, source, kind)
            digest = made_from.digest()
            return _finished(data, kind, contents, printer.name, digest, _pages(source, kind))
        except PackError as error:
            reasons.append(str(error))
    if not reasons:
        reasons = [f"LibreOffice was not found on this computer. {INSTALL}"]
    raise PackError(f"The PDF of the {kind} was not made. " + " ".join(reasons))


def _printed(printer: Printer, document: bytes, kind: PdfKind) -> bytes:
    temporary = Path(tempfile.gettempdir())
    sweep(temporary)
    with making(temporary / "xlperf") as folder:
        source = folder / f"{kind}{SUFFIX[kind]}"
        source.write_bytes(document)
        target = source.with_suffix(".pdf")
        printer.print(source, kind, target)
        return target.read_bytes()


def _pages(document: bytes, kind: PdfKind) -> int:
    """Pages of a dashboard: as many as it has breaks between rows, and one; 1 for a report."""
    if kind is not PdfKind.DASHBOARD:
        return 1
    package = Package(document, "the workbook")
    sheets = [item.part for item in WorkbookPart(package).sheets if item.name == SHEET]
    return 1 + sum(package.read(part).count(b"<brk ") for part in sheets)


def only_dashboard(workbook: bytes) -> bytes:
    """Give a copy of a workbook in which every sheet but the Dashboard is hidden, so that it alone
    is printed.
    """
    from lxml import etree

    with zipfile.ZipFile(BytesIO(workbook)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    root = etree.fromstring(parts[WORKBOOK])
    sheets = list(root.iter(f"{SHEETS}sheet"))
    if SHEET not in [sheet.get("name") for sheet in sheets]:
        raise PackError(
            f"The PDF of the dashboard was not made: the workbook has no sheet {SHEET}."
        )
    for place, sheet in enumerate(sheets):
        if sheet.get("name") != SHEET:
            sheet.set("state", "hidden")
            continue
        for view in root.iter(f"{SHEETS}workbookView"):
            view.set("activeTab", str(place))
            view.attrib.pop("firstSheet", None)
    parts[WORKBOOK] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed(parts)


# -- looking at it, and setting what it says
# ---------------------------------------------------------------------------


def _finished(
    data: bytes, kind: PdfKind, contents: PackContents, program: str, made_from: bytes, pages: int
) -> bytes:
    """Check a PDF and set what it says of itself; the same PDF and contents give the same bytes."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        _require(reader, kind, program, pages)
        writer = PdfWriter(clone_from=reader)
        writer.pdf_header = reader.pdf_header
        _describe(writer, kind, contents, program, made_from)
        memory = BytesIO()
        writer.write(memory)
    except PyPdfError as error:
        raise PackError(f"The PDF that {program} made is damaged: {error}.") from None
    return memory.getvalue()


def _require(reader: PdfReader, kind: PdfKind, program: str, pages: int) -> None:
    """Refuse a PDF that is not tagged, or a dashboard that is not on `pages` of A3."""
    root: Any = reader.root_object
    if "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked"):
        raise PackError(
            f"The PDF that {program} made has no tags, which people who cannot see it need. Use"
            " LibreOffice 7.4 or newer."
        )
    if kind is not PdfKind.DASHBOARD:
        return
    if len(reader.pages) != pages:
        raise PackError(
            f"The dashboard takes {len(reader.pages)} pages in {program}, not"
            f" {'one' if pages == 1 else pages}: there are too many lines for it."
        )
    for page in reader.pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        if any(abs(length - meant) > NEAR for length, meant in zip(size, A3, strict=True)):
            length = " by ".join(f"{points / 72 * 25.4:.0f} mm" for points in size)
            raise PackError(
                f"The dashboard came out of {program} on a page of {length}, not on A3 (420 mm by"
                " 297 mm)."
            )


def _describe(
    writer: PdfWriter, kind: PdfKind, contents: PackContents, program: str, made_from: bytes
) -> None:
    from pypdf.generic import (
        ArrayObject,
        BooleanObject,
        ByteStringObject,
        DictionaryObject,
        NameObject,
        TextStringObject,
    )

    root: Any = writer.root_object
    metadata = root.get("/Metadata")
    accessible = metadata is not None and b"pdfuaid" in metadata.get_object().get_data()
    title = plain(f"{contents.title}: {contents.period}")
    writer.metadata = {
        "/Title": title,
        "/Author": plain(contents.office),
        "/Subject": plain(str(kind).capitalize()),
        "/Keywords": plain(contents.marking),
        "/Producer": program,
        "/CreationDate": f"D:{contents.prepared:%Y%m%d}000000Z",
        "/ModDate": f"D:{contents.prepared:%Y%m%d}000000Z",
    }
    writer.xmp_metadata = _xmp(title, contents, program, accessible=accessible)
    root[NameObject("/Lang")] = TextStringObject(LANGUAGE)
    preferences = root.setdefault(NameObject("/ViewerPreferences"), DictionaryObject()).get_object()
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)  # noqa: FBT003 - as pypdf takes it
    identifier = ByteStringObject(sha256(made_from + str(kind).encode()).digest()[:16])
    writer._ID = ArrayObject((identifier, identifier))  # noqa: SLF001 - pypdf's public way is a random one


def _xmp(title: str, contents: PackContents, program: str, *, accessible: bool) -> bytes:
    """Write the metadata as XMP (ISO 16684-1): the same as the document information."""

    def one(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}</{name}>"

    def listed(name: str, kind: str, value: str) -> str:
        language = ' xml:lang="x-default"' if kind == "Alt" else ""
        return (
            f"<{name}><rdf:{kind}><rdf:li{language}>{escape(value)}</rdf:li></rdf:{kind}></{name}>"
        )

    spaces = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "dc": "http://purl.org/dc/elements/1.1/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    }
    moment = _moment(contents.prepared)
    properties = "".join(
        (
            listed("dc:title", "Alt", title),
            listed("dc:creator", "Seq", plain(contents.office)),
            listed("dc:language", "Bag", LANGUAGE),
            one("pdf:Producer", program),
            one("pdf:Keywords", plain(contents.marking)),
            one("xmp:CreateDate", moment),
            one("xmp:ModifyDate", moment),
            one("pdfuaid:part", "1") if accessible else "",
        )
    )
    declared = " ".join(f'xmlns:{name}="{space}"' for name, space in spaces.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta'
        f' xmlns:x="adobe:ns:meta/"><rdf:RDF {declared}><rdf:Description'
        f' rdf:about="">{properties}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
