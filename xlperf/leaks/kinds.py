"""The kinds of leak: what each is called in the output, and what to do about it."""

from __future__ import annotations

from enum import Enum


class LeakKind(Enum):
    """What a leak is; its value: what it is called, and the remedy."""

    @property
    def called(self) -> str:
        """The title of its kind."""
        return self.value[0]

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.value[1]

    # fmt: off
    UNREADABLE = ("Cannot be judged",
        "Do not send what cannot be looked into: make the file again, or convert it.")
    NOT_LOOKED_AT = ("Not looked at: any box, line or picture over text",
        "What is under it may be in the file still: a person must look at that page.")
    NOT_LISTED = ("Something that the makers of a pack never write",
        "Remove it from the template, or find out who added it.")
    UNEXPECTED = ("Content that was not meant for this document",
        "Find out where it comes from before anything is sent.")
    PERSONAL = ("What looks like personal data",
        "Remove it; if it is meant to be seen, allow it by name.")
    UNEXPECTED_PART = ("A part that such a file does not need",
        "Remove it (File, Info, Inspect Document), or make the file again.")
    LEFTOVER = ("Something left over that no reader sees",
        "Open the file in its program and save it again.")
    EARLIER_VERSION = ("An earlier version, or objects no page uses",
        "Make the PDF again; saving over keeps the old.")
    MACRO = ("Macros, scripts or actions",
        "Save as a file without macros (.xlsx, .docx); make a PDF again by printing it.")
    ACTIVEX = "ActiveX or form controls", "Delete the controls."
    EMBEDDED = ("A file inside the file",
        "Replace it by a picture or plain values; a chart pasted from Excel too.")
    EXTERNAL_LINK = ("A link to another file or template",
        "Break the links (Data or File, Info: Edit Links); remove names that lead out.")
    CONNECTION = ("A data connection or query",
        "Delete it (Data, Queries & Connections) and keep the values.")
    DATA_MODEL = ("A data model",
        "Send values only: copy, Paste Special, Values, into a new workbook.")
    PIVOT_CACHE = ("A pivot table or slicer with the records it was made from",
        "Replace it by its values: copy, Paste Special, Values, into a new workbook.")
    CHART_CACHE = ("A chart that holds figures no visible cell shows",
        "Draw the chart from visible cells, or paste it as a picture.")
    COMMENT = ("Comments, notes or marks",
        "Delete them, and their authors; a mark over text does not remove the text.")
    PROPERTY = ("A document property that is not allowed",
        "Clear it (File, Info, Inspect Document), or allow it.")
    PATH = ("A path of a computer or network",
        "Remove it, or save the file again in another program.")
    LINK = "A link that leads to an inside address", "Remove the link, or allow its host."
    HIDDEN_SHEET = "A hidden sheet", "Delete it; hiding keeps everything in the file."
    HIDDEN_CELLS = ("Hidden, collapsed or filtered rows or columns with content",
        "Delete them; hiding keeps everything in the file.")
    NAME = ("A defined name that is hidden, or holds more than a place",
        "Delete it (Formulas, Name Manager, which does not show hidden ones).")
    HIDDEN_TEXT = ("Text that no reader sees: white, tiny, hidden, off the page",
        "Delete it.")
    MASKED_VALUE = ("A value that its number format hides or replaces",
        "Delete the value, or type what may be shown in its place.")
    SCENARIO = ("What-if scenarios or saved views",
        "Delete them (Data, What-If Analysis; View, Custom Views).")
    HIDDEN_OBJECT = ("A hidden or cropped picture, a hidden shape or layer",
        "Delete it (Selection Pane; Compress Pictures), or make the file again without it.")
    IMAGE_METADATA = ("Data inside a picture",
        "Save the picture without its properties, and put it in again.")
    TRACKED_CHANGE = ("Tracked changes",
        "Accept or reject all changes (Review), and switch tracking off.")
    FIELD = ("A field, control or variable that holds more than it shows",
        "Turn it into text (Ctrl+Shift+F9), or make the file again by printing it.")
    MAIL_HEADER = ("A header that a draft does not need",
        "Make the mail again as a draft.")
    RECIPIENT = ("An address that is not on the allowed list",
        "Correct it, or add it to the list.")
    MAIL_HTML = "HTML of a mail, which is not looked at", "Write the mail as plain text."
    # fmt: on
