"""The kinds of leak: what each is called in the output, and what to do about it."""

from __future__ import annotations

from enum import StrEnum


class LeakKind(StrEnum):
    """What a leak is: its name for machines, what it is called, and the remedy."""

    called: str
    remedy: str

    def __new__(cls, name: str, called: str, remedy: str) -> LeakKind:
        """Make a kind whose value is its name."""
        kind = str.__new__(cls, name)
        kind._value_, kind.called, kind.remedy = name, called, remedy
        return kind

    # fmt: off
    UNREADABLE = ("UNREADABLE", "Cannot be judged",
        "Do not send what cannot be looked into: make the file again, or convert it.")
    NOT_LOOKED_AT = ("NOT_LOOKED_AT", "Not looked at: any box, line or picture over text",
        "What is under it may be in the file still: a person must look at that page.")
    NOT_LISTED = ("NOT_LISTED", "Something that the makers of a pack never write",
        "Remove it from the template, or find out who added it.")
    UNEXPECTED = ("UNEXPECTED", "Content that was not meant for this document",
        "Find out where it comes from before anything is sent.")
    PERSONAL = ("PERSONAL", "What looks like personal data",
        "Remove it; if it is meant to be seen, allow it by name.")
    UNEXPECTED_PART = ("UNEXPECTED_PART", "A part that such a file does not need",
        "Remove it (File, Info, Inspect Document), or make the file again.")
    ORPHAN_PART = ("ORPHAN_PART", "A part that nothing in the file refers to",
        "Open the file in its program and save it again.")
    ZIP_LEFTOVER = ("ZIP_LEFTOVER", "Bytes that belong to no part of the file",
        "Open the file in its program and save it again.")
    XML_LEFTOVER = ("XML_LEFTOVER", "A remark inside a part",
        "Open the file in its program and save it again.")
    MACRO = "MACRO", "Macros", "Save as a file without macros (.xlsx, .docx)."
    ACTIVEX = "ACTIVEX", "ActiveX or form controls", "Delete the controls."
    EMBEDDED = ("EMBEDDED", "An embedded file",
        "Replace it by a picture or plain values; a chart pasted from Excel too.")
    EXTERNAL_LINK = ("EXTERNAL_LINK", "A link to another file or template",
        "Break the links (Data or File, Info: Edit Links); remove names that lead out.")
    CONNECTION = ("CONNECTION", "A data connection or query",
        "Delete it (Data, Queries & Connections) and keep the values.")
    DATA_MODEL = ("DATA_MODEL", "A data model",
        "Send values only: copy, Paste Special, Values, into a new workbook.")
    PIVOT_CACHE = ("PIVOT_CACHE", "A pivot table with the records it was made from",
        "Replace it by its values: copy, Paste Special, Values, into a new workbook.")
    SLICER_CACHE = ("SLICER_CACHE", "A slicer or timeline with all items it was made from",
        "Delete it; keep the values.")
    CUSTOM_XML = "CUSTOM_XML", "Custom XML data", "Remove it (File, Info, Inspect Document)."
    COMMENT = "COMMENT", "Comments or notes", "Delete all comments and notes, and their authors."
    PRINTER = "PRINTER", "Printer settings", "Make the file again; they name printers and servers."
    THUMBNAIL = ("THUMBNAIL", "A small picture of the first page",
        "Save without a thumbnail (File, Info, Properties).")
    SIGNATURE = ("SIGNATURE", "A digital signature, or what is left of one",
        "Remove it (File, Info, View Signatures).")
    PROPERTY = ("PROPERTY", "A document property that is not allowed",
        "Clear it (File, Info, Inspect Document), or allow it.")
    PATH = ("PATH", "A path of a computer or network",
        "Remove it, or save the file again in another program.")
    LINK = "LINK", "A link that leads to an inside address", "Remove the link, or allow its host."
    HIDDEN_SHEET = ("HIDDEN_SHEET", "A hidden sheet",
        "Delete it; hiding keeps everything in the file.")
    HIDDEN_CELLS = ("HIDDEN_CELLS", "Hidden, collapsed or filtered rows or columns with content",
        "Delete them; hiding keeps everything in the file.")
    HIDDEN_NAME = ("HIDDEN_NAME", "A hidden defined name",
        "Delete it (a hidden name does not show in the Name Manager).")
    NAME = ("NAME", "A defined name that holds more than a place",
        "Delete it (Formulas, Name Manager).")
    FORMULA = ("FORMULA", "Live formulas",
        "They show how figures are made: paste values if that is not to be seen.")
    ORPHAN_STRING = ("ORPHAN_STRING", "Text that no cell uses any more",
        "Open the file in Excel and save it again.")
    CHART_CACHE = ("CHART_CACHE", "A chart that holds figures no visible cell shows",
        "Draw the chart from visible cells, or paste it as a picture.")
    HIDDEN_TEXT = ("HIDDEN_TEXT", "Text that no reader sees: white, tiny, hidden, off the page",
        "Delete it.")
    MASKED_VALUE = ("MASKED_VALUE", "A value that its number format hides or replaces",
        "Delete the value, or type what may be shown in its place.")
    SCENARIO = ("SCENARIO", "What-if scenarios or saved views",
        "Delete them (Data, What-If Analysis; View, Custom Views).")
    HIDDEN_OBJECT = ("HIDDEN_OBJECT", "A hidden picture, chart or shape",
        "Delete it (Home, Find & Select, Selection Pane).")
    IMAGE_METADATA = ("IMAGE_METADATA", "Data inside a picture",
        "Save the picture without its properties, and put it in again.")
    CROPPED = ("CROPPED", "A cropped picture, whole in the file",
        "Compress pictures with 'Delete cropped areas', or crop before.")
    TRACKED_CHANGE = ("TRACKED_CHANGE", "Tracked changes",
        "Accept or reject all changes (Review), and switch tracking off.")
    FIELD = ("FIELD", "A field that fetches or holds more than it shows",
        "Turn it into text (select it, Ctrl+Shift+F9).")
    DOCUMENT_VARIABLE = ("DOCUMENT_VARIABLE", "Document variables or mail-merge sources",
        "Make the document again from what is shown.")
    CONTENT_CONTROL = ("CONTENT_CONTROL", "A content control bound to hidden data",
        "Remove the control (Developer), keep its text.")
    ATTACHMENT = ("ATTACHMENT", "A file attached inside the PDF",
        "Make the PDF again without attachments.")
    SCRIPT = "SCRIPT", "A script or an action", "Make the PDF again by printing or exporting."
    ANNOTATION = ("ANNOTATION", "A comment, mark or other annotation",
        "Delete it; a mark over text does not remove the text.")
    EARLIER_VERSION = ("EARLIER_VERSION", "An earlier version, or objects no page uses",
        "Make the PDF again; saving over keeps the old.")
    FORM_FIELD = "FORM_FIELD", "Form fields", "Make the PDF again by printing or exporting."
    OPTIONAL_CONTENT = ("OPTIONAL_CONTENT", "Layers that can be switched on and off",
        "Make the PDF again without layers.")
    MAIL_HEADER = ("MAIL_HEADER", "A header that a draft does not need",
        "Make the mail again as a draft.")
    RECIPIENT = ("RECIPIENT", "An address that is not on the allowed list",
        "Correct it, or add it to the list.")
    MAIL_HTML = ("MAIL_HTML", "Something hidden or fetched in the mail's HTML",
        "Write the mail as plain text, or remove it.")
    # fmt: on
