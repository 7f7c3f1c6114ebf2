"""The kinds of leak: what each is called in the output, and what to do about it."""

from __future__ import annotations

from enum import StrEnum


class LeakKind(StrEnum):
    """What a leak is."""

    UNREADABLE = "UNREADABLE"
    UNEXPECTED_PART = "UNEXPECTED_PART"
    ORPHAN_PART = "ORPHAN_PART"
    ZIP_LEFTOVER = "ZIP_LEFTOVER"
    XML_LEFTOVER = "XML_LEFTOVER"
    EXTENSION = "EXTENSION"
    MACRO = "MACRO"
    ACTIVEX = "ACTIVEX"
    EMBEDDED = "EMBEDDED"
    EXTERNAL_LINK = "EXTERNAL_LINK"
    CONNECTION = "CONNECTION"
    DATA_MODEL = "DATA_MODEL"
    PIVOT_CACHE = "PIVOT_CACHE"
    SLICER_CACHE = "SLICER_CACHE"
    CUSTOM_XML = "CUSTOM_XML"
    COMMENT = "COMMENT"
    PRINTER = "PRINTER"
    THUMBNAIL = "THUMBNAIL"
    SIGNATURE = "SIGNATURE"
    PROPERTY = "PROPERTY"
    PATH = "PATH"
    LINK = "LINK"
    HIDDEN_SHEET = "HIDDEN_SHEET"
    HIDDEN_CELLS = "HIDDEN_CELLS"
    FILTERED = "FILTERED"
    COLLAPSED = "COLLAPSED"
    HIDDEN_NAME = "HIDDEN_NAME"
    NAME = "NAME"
    FORMULA = "FORMULA"
    ORPHAN_STRING = "ORPHAN_STRING"
    CHART_CACHE = "CHART_CACHE"
    HIDDEN_TEXT = "HIDDEN_TEXT"
    MASKED_VALUE = "MASKED_VALUE"
    FAR_CELL = "FAR_CELL"
    COVERED = "COVERED"
    SCENARIO = "SCENARIO"
    HIDDEN_OBJECT = "HIDDEN_OBJECT"
    IMAGE_METADATA = "IMAGE_METADATA"
    CROPPED = "CROPPED"
    TRACKED_CHANGE = "TRACKED_CHANGE"
    FIELD = "FIELD"
    DOCUMENT_VARIABLE = "DOCUMENT_VARIABLE"
    CONTENT_CONTROL = "CONTENT_CONTROL"
    EDIT_HISTORY = "EDIT_HISTORY"
    ATTACHMENT = "ATTACHMENT"
    SCRIPT = "SCRIPT"
    ANNOTATION = "ANNOTATION"
    EARLIER_VERSION = "EARLIER_VERSION"
    FORM_FIELD = "FORM_FIELD"
    OPTIONAL_CONTENT = "OPTIONAL_CONTENT"
    OUTSIDE_PAGE = "OUTSIDE_PAGE"
    MAIL_HEADER = "MAIL_HEADER"
    RECIPIENT = "RECIPIENT"
    MAIL_HTML = "MAIL_HTML"
    UNEXPECTED = "UNEXPECTED"
    PERSONAL = "PERSONAL"


WORDING: dict[LeakKind, tuple[str, str]] = {
    LeakKind.UNREADABLE: (
        "Cannot be judged",
        "Do not send what cannot be looked into: make the file again, or convert it.",
    ),
    LeakKind.UNEXPECTED_PART: (
        "A part that such a file does not need",
        (
            "Make the file again from what is to be shown, or remove the part (File, Info, Inspect"
            " Document)."
        ),
    ),
    LeakKind.ORPHAN_PART: (
        "A part that nothing in the file refers to",
        "Open the file in its program and save it again.",
    ),
    LeakKind.ZIP_LEFTOVER: (
        "Bytes that belong to no part of the file",
        "Open the file in its program and save it again.",
    ),
    LeakKind.XML_LEFTOVER: (
        "A remark inside a part",
        "Open the file in its program and save it again.",
    ),
    LeakKind.EXTENSION: (
        "An extension that is not known",
        "Remove what it belongs to, or save without it.",
    ),
    LeakKind.MACRO: ("Macros", "Save as a file without macros (.xlsx, .docx)."),
    LeakKind.ACTIVEX: ("ActiveX or form controls", "Delete the controls."),
    LeakKind.EMBEDDED: (
        "An embedded file",
        "Replace it by a picture or plain values; a chart pasted from Excel too.",
    ),
    LeakKind.EXTERNAL_LINK: (
        "A link to another file or template",
        (
            "Break the links (Data, Edit Links; in Word: File, Info, Edit Links); remove names that"
            " lead out."
        ),
    ),
    LeakKind.CONNECTION: (
        "A data connection or query",
        "Delete it (Data, Queries & Connections) and keep the values.",
    ),
    LeakKind.DATA_MODEL: (
        "A data model",
        "Send values only: copy the sheet, Paste Special, Values, into a new workbook.",
    ),
    LeakKind.PIVOT_CACHE: (
        "A pivot table with the records it was made from",
        "Replace it by its values: copy, Paste Special, Values, into a new workbook.",
    ),
    LeakKind.SLICER_CACHE: (
        "A slicer or timeline with all items it was made from",
        "Delete it; keep the values.",
    ),
    LeakKind.CUSTOM_XML: (
        "Custom XML data",
        "Remove it (File, Info, Inspect Document, Custom XML Data).",
    ),
    LeakKind.COMMENT: ("Comments or notes", "Delete all comments and notes, and their authors."),
    LeakKind.PRINTER: ("Printer settings", "Make the file again; they name printers and servers."),
    LeakKind.THUMBNAIL: (
        "A small picture of the first page",
        "Save without a thumbnail (File, Info, Properties).",
    ),
    LeakKind.SIGNATURE: (
        "A digital signature, or what is left of one",
        "Remove it (File, Info, View Signatures).",
    ),
    LeakKind.PROPERTY: (
        "A document property that is not allowed",
        "Clear it (File, Info, Inspect Document), or allow it.",
    ),
    LeakKind.PATH: (
        "A path of a computer or network",
        "Remove it, or save the file again in another program.",
    ),
    LeakKind.LINK: (
        "A link that leads to an inside address",
        "Remove the link, or allow its host.",
    ),
    LeakKind.HIDDEN_SHEET: ("A hidden sheet", "Delete it; hiding keeps everything in the file."),
    LeakKind.HIDDEN_CELLS: (
        "Hidden rows or columns with content",
        "Delete them; hiding keeps everything in the file.",
    ),
    LeakKind.FILTERED: (
        "Content that a filter hides",
        "Delete what is filtered out, and clear the filter.",
    ),
    LeakKind.COLLAPSED: (
        "Content in a collapsed group",
        "Delete it, or expand the group if it may be seen.",
    ),
    LeakKind.HIDDEN_NAME: (
        "A hidden defined name",
        "Delete it (a hidden name does not show in the Name Manager).",
    ),
    LeakKind.NAME: (
        "A defined name that holds more than a place",
        "Delete it (Formulas, Name Manager).",
    ),
    LeakKind.FORMULA: ("Live formulas", "Replace them by values (copy, Paste Special, Values)."),
    LeakKind.ORPHAN_STRING: (
        "Text that no cell uses any more",
        "Open the file in Excel and save it again.",
    ),
    LeakKind.CHART_CACHE: (
        "A chart that holds figures no visible cell shows",
        "Draw the chart from visible cells, or paste it as a picture.",
    ),
    LeakKind.HIDDEN_TEXT: (
        "Text that cannot be seen: its colour is the background's, it is tiny or marked hidden",
        "Delete it.",
    ),
    LeakKind.MASKED_VALUE: (
        "A value that its number format hides or replaces",
        "Delete the value, or type what may be shown in its place.",
    ),
    LeakKind.FAR_CELL: (
        "Content far from everything else",
        "Delete it, or move it beside the rest.",
    ),
    LeakKind.COVERED: (
        "Content under something that covers it",
        "Delete what is underneath; covering is not deleting.",
    ),
    LeakKind.SCENARIO: (
        "What-if scenarios or saved views",
        "Delete them (Data, What-If Analysis; View, Custom Views).",
    ),
    LeakKind.HIDDEN_OBJECT: (
        "A hidden picture, chart or shape",
        "Delete it (Home, Find & Select, Selection Pane).",
    ),
    LeakKind.IMAGE_METADATA: (
        "Data inside a picture",
        "Save the picture without its properties, and put it in again.",
    ),
    LeakKind.CROPPED: (
        "A cropped picture, whole in the file",
        "Compress pictures with 'Delete cropped areas', or crop before.",
    ),
    LeakKind.TRACKED_CHANGE: (
        "Tracked changes",
        "Accept or reject all changes (Review), and switch tracking off.",
    ),
    LeakKind.FIELD: (
        "A field that fetches or holds more than it shows",
        "Turn it into text (select it, Ctrl+Shift+F9).",
    ),
    LeakKind.DOCUMENT_VARIABLE: (
        "Document variables or mail-merge sources",
        "Make the document again from what is shown.",
    ),
    LeakKind.CONTENT_CONTROL: (
        "A content control bound to hidden data",
        "Remove the control (Developer), keep its text.",
    ),
    LeakKind.EDIT_HISTORY: (
        "Marks of editing sessions",
        "Harmless alone: they can tell that two files have one origin.",
    ),
    LeakKind.ATTACHMENT: (
        "A file attached inside the PDF",
        "Make the PDF again without attachments.",
    ),
    LeakKind.SCRIPT: ("A script or an action", "Make the PDF again by printing or exporting."),
    LeakKind.ANNOTATION: (
        "A comment, mark or other annotation",
        "Delete it; a mark over text does not remove the text.",
    ),
    LeakKind.EARLIER_VERSION: (
        "An earlier version, or objects no page uses",
        "Make the PDF again; saving over keeps the old.",
    ),
    LeakKind.FORM_FIELD: ("Form fields", "Make the PDF again by printing or exporting."),
    LeakKind.OPTIONAL_CONTENT: (
        "Layers that can be switched on and off",
        "Make the PDF again without layers.",
    ),
    LeakKind.OUTSIDE_PAGE: (
        "Content outside the visible page",
        "Delete it; cropping keeps everything in the file.",
    ),
    LeakKind.MAIL_HEADER: (
        "A header that a draft does not need",
        "Make the mail again as a draft.",
    ),
    LeakKind.RECIPIENT: (
        "An address that is not on the allowed list",
        "Correct it, or add it to the list.",
    ),
    LeakKind.MAIL_HTML: (
        "Something hidden or fetched in the mail's HTML",
        "Write the mail as plain text, or remove it.",
    ),
    LeakKind.UNEXPECTED: (
        "Content that was not meant for this document",
        "Find out where it comes from before anything is sent.",
    ),
    LeakKind.PERSONAL: (
        "What looks like personal data",
        "Remove it; if it is meant to be seen, allow it by name.",
    ),
}
"""Title and remedy of each kind."""
