"""The mail shown in Outlook, to be read and sent by a person; nothing here sends.

By the documentation of Outlook's object model (Microsoft, MailItem, PropertyAccessor); it was never
run on Windows.
"""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.errors import MailError
from xlperf.release.mail import HEADER, plain

if TYPE_CHECKING:
    from xlperf.release.mail import Mail

MAIL_ITEM, PLAIN_TEXT = 0, 1
"""olMailItem and olFormatPlain."""
INTERNET_HEADERS = (
    "http://schemas.microsoft.com/mapi/string/{00020386-0000-0000-C000-000000000046}/"
)
"""Namespace of headers as Outlook knows them (PS_INTERNET_HEADERS)."""
OTHER_WAY = (
    "Nothing was sent. Without Outlook: python -m xlperf mail FOLDER --eml FILE makes a draft for"
    " any mail program."
)


def show(mail: Mail) -> None:
    """Make a mail in Outlook and show it; sending it is left to the person. Raises `MailError`."""
    try:
        client: Any = importlib.import_module("win32com.client")
        com_error: type[Exception] = importlib.import_module("pywintypes").com_error
    except ImportError:
        raise MailError(
            "Outlook answers on Windows only, with pywin32 (python -m pip install pywin32). "
            + OTHER_WAY
        ) from None
    try:
        _show(client.Dispatch("Outlook.Application"), mail)
    except com_error as error:
        raise MailError(
            f"Outlook did not make the draft ({plain(str(error))}). {OTHER_WAY}"
        ) from None


def _show(application: Any, mail: Mail) -> None:
    item = application.CreateItem(MAIL_ITEM)
    item.BodyFormat = PLAIN_TEXT
    item.To = "; ".join(mail.to)
    item.Subject = mail.subject
    item.Body = mail.text.replace("\n", "\r\n")
    item.PropertyAccessor.SetProperty(INTERNET_HEADERS + HEADER, mail.marking)
    # Outlook copies a file when it is added, so that what it attaches are these bytes, whatever
    # happens in the folder.
    with tempfile.TemporaryDirectory() as folder:
        for name, data in mail.attachments.items():
            path = Path(folder) / name
            path.write_bytes(data)
            item.Attachments.Add(str(path))
    item.Display(False)  # noqa: FBT003 - COM takes it by place: not modal, so that the command ends
