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

    UNREADABLE = "Cannot be judged", "Make the file again, or convert it."
    NOT_LOOKED_AT = "Not looked at: any box, line or picture over text", "Look at that page."
    NOT_LISTED = "Something that the makers of a pack never write", "Remove it from the template."
    UNEXPECTED = "Content that was not meant for this document", "Find out where it comes from."
    PERSONAL = "What looks like personal data", "Remove it, or allow it by name."
    UNEXPECTED_PART = "A part that such a file does not need", "Remove it (Inspect Document)."
    LEFTOVER = "Something left over that no reader sees", "Save it again in its program."
    EARLIER_VERSION = "An earlier version, or objects no page uses", "Make the PDF again."
    MACRO = "Macros, scripts or actions", "Save it without macros, or print it to a PDF."
    ACTIVEX = "ActiveX or form controls", "Delete the controls."
    EMBEDDED = "A file inside the file", "Put a picture or plain values in its place."
    EXTERNAL_LINK = "A link to another file or template", "Break it (Data or File, Edit Links)."
    CONNECTION = "A data connection or query", "Delete it, and keep the values."
    DATA_MODEL = "A data model", "Paste its values into a new workbook."
    PIVOT_CACHE = "A pivot table or slicer with its records", "Paste its values."
    CHART_CACHE = "A chart that holds figures no visible cell shows", "Paste it as a picture."
    COMMENT = "Comments, notes or marks", "Delete them; a mark does not remove what is under it."
    PROPERTY = "A document property that is not allowed", "Clear it, or allow it by name."
    PATH = "A path of a computer or network", "Remove it."
    LINK = "A link that leads to an inside address", "Remove the link, or allow its host."
    HIDDEN_SHEET = "A hidden sheet", "Delete it; hiding keeps everything in the file."
    HIDDEN_CELLS = "Hidden, collapsed or filtered rows or columns with content", "Delete them."
    NAME = "A defined name that is hidden, or holds more than a place", "Delete it."
    HIDDEN_TEXT = "Text that no reader sees: white, tiny, hidden, off the page", "Delete it."
    MASKED_VALUE = "A value that its number format hides", "Type what may be shown in its place."
    SCENARIO = "What-if scenarios or saved views", "Delete them."
    HIDDEN_OBJECT = "A hidden or cropped picture, a hidden shape or layer", "Delete it."
    IMAGE_METADATA = "Data inside a picture", "Save the picture without its properties."
    TRACKED_CHANGE = "Tracked changes", "Accept or reject all changes."
    FIELD = "A field, control or variable that holds more than it shows", "Turn it into text."
    MAIL_HEADER = "A header that a draft does not need", "Make the mail again as a draft."
    RECIPIENT = "An address that is not on the allowed list", "Correct it, or add it to the list."
    MAIL_HTML = "HTML of a mail, which is not looked at", "Write the mail as plain text."
