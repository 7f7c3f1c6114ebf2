"""Checks of paths that the user gave. If a path is not a usable file or folder, one sentence says
why and what to do.
"""

from __future__ import annotations

import re
import stat
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from xlperf.errors import UsageError, WorkbookBusyError, WorkbookError, XlperfError

if TYPE_CHECKING:
    import os
    from pathlib import Path

ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):[\\/]+")
"""Beginning of a web address; a drive has only one letter. One of the two slashes may be missing,
because a path drops it.
"""
HOSTS = (".sharepoint.com", "onedrive.live.com", "1drv.ms")
QUOTE_LENGTH = 120
"""Number of characters of a name that a message quotes."""
NO_FILE = (
    (stat.S_ISDIR, "is a folder. Give the file in it."),
    (stat.S_ISFIFO, "is a pipe, not a file. Save what comes out of it to a file, and give that."),
    (stat.S_ISCHR, "is a device, not a file. Give a file on a disk."),
    (stat.S_ISBLK, "is a device, not a file. Give a file on a disk."),
    (stat.S_ISSOCK, "is a socket, not a file. Give a file on a disk."),
)
BEGINNINGS = (
    (b"%PDF-", "is a PDF. Give the workbook that it was made from."),
    (b"{\\rtf", "is a document (RTF). Give a workbook."),
    (b"\x89PNG", "is a picture. Give a workbook."),
    (b"\xff\xd8\xff", "is a picture. Give a workbook."),
    (b"GIF8", "is a picture. Give a workbook."),
    (b"7z\xbc\xaf", "is an archive (7z). Unpack it, and give the workbook in it."),
    (b"Rar!", "is an archive (RAR). Unpack it, and give the workbook in it."),
    (b"\x1f\x8b", "is an archive (gzip). Unpack it, and give the workbook in it."),
)
TEXTS = (
    (
        re.compile(rb"<!doctype html|<html"),
        (
            "is a web page, perhaps that of a sign-in, saved in place of the workbook. Sign in and"
            " download the workbook."
        ),
    ),
    (
        re.compile(rb".*urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL),
        (
            "is a workbook in the old XML format. Save it in Excel as .xlsm (File, Save As), and"
            " give that."
        ),
    ),
    (
        re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f]+$"),
        (
            "is text, such as CSV, and no workbook. Put its figures into the data sheets of a"
            " dashboard, and refresh that."
        ),
    ),
)
"""Beginnings of text files, in lower case, without leading blanks. The last one matches
any text.
"""
SAMPLE_BYTES = 65536
"""Number of bytes of a file that are checked for text."""
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS = (
    ("EncryptedPackage", ("is protected by a password. Take the password off (File, Info), then try"
     " again.")),
    ("Workbook", ("is in the old .xls format. Save it in Excel as .xlsm (File, Save As), and give"
     " that.")),
    ("Book", "is in an old .xls format. Save it in Excel as .xlsm (File, Save As), and give that."),
    ("WordDocument", "is a Word document. Give a workbook."),
    ("__nameid_version1.0", ("is a mail of Outlook. Save the workbook attached to it, and give"
     " that.")),
)  # fmt: skip
"""Streams of a compound file ([MS-CFB]) that show its kind; their names are UTF-16."""
MEMBERS = (
    (
        "xl/workbook.bin",
        "is a binary workbook (.xlsb). Save it in Excel as .xlsm (File, Save As), and give that.",
    ),
    ("word/document.xml", "is a Word document. Give a workbook."),
    ("ppt/presentation.xml", "is a presentation. Give a workbook."),
    (
        "content.xml",
        "is a document of LibreOffice (OpenDocument). Save it there as .xlsx, and give that.",
    ),
)
ARCHIVE = "is a zip archive without a workbook's parts. Unpack it, and give the workbook in it."


def require_path(path: Path) -> Path:
    """Return `path`. Raises `UsageError` for a web address, or a name that no file
    system accepts.
    """
    text = str(path)
    if "\0" in text:
        raise UsageError(
            f"{text[:QUOTE_LENGTH]!r} holds a zero character, which no file name has."
            " Check where it came from."
        )
    address = ADDRESS.match(text)
    if address is None and not text.lower().split("/")[0].endswith(HOSTS):
        return path
    if address is not None and address[1].lower() == "file":
        rest = _path_in(text[address.end() :])
        raise UsageError(f"{path_text(path)} is the address of a file. Give the path alone: {rest}")
    raise UsageError(
        f"{path_text(path)} is an address on the web, not a file on this computer. Open it"
        " there and"
        " download it, or have OneDrive keep it in a folder here (Sync); then give the path in"
        " that folder."
    )


def path_text(path: Path) -> str:
    """Return a path as a message quotes it: shortened, and a web address with both of
    its slashes.
    """
    text = ADDRESS.sub(lambda found: f"{found[1]}://", str(path), count=1)
    return text if len(text) <= QUOTE_LENGTH else f"{text[:QUOTE_LENGTH]}…"


def _path_in(rest: str) -> str:
    from urllib.parse import unquote

    path = unquote(rest.removeprefix("localhost/"))
    return path if re.match(r"[A-Za-z]:[\\/]", path) else f"/{path}"


def resolved(path: Path) -> Path:
    """Return the real path of a file. Raises one sentence if the file cannot be read."""
    require_path(path)
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise unreadable(path, error) from None
    for is_kind, reason in NO_FILE:
        if is_kind(mode):
            raise WorkbookError(f"{path_text(path)} {reason}")
    return real


def unreadable(path: Path, error: Exception) -> WorkbookError:
    """Return an error that says why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return WorkbookError(f"There is no file {path_text(path)}. Check the name and the folder.")
    if isinstance(error, PermissionError):
        return WorkbookBusyError(
            f"{path_text(path)} cannot be read: it is open in another program, or you have no"
            " right to"
            " it. Close it there."
        )
    why = getattr(error, "strerror", None) or str(error)
    return WorkbookError(
        f"{path_text(path)} cannot be read: {why}. Check the name, and the drive it is on."
    )


def require_place(path: Path, what: str, fault: type[XlperfError] = UsageError) -> Path:
    """Return the real path of a place where a file can be written.

    Raises `fault` if its folder does not exist, or if the place is itself a folder or a device.
    """
    require_path(path)
    try:
        real = path.resolve()
        mode = _mode(real)
        in_folder = real.parent.is_dir()
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or error
        raise fault(
            f"{path_text(path)} is no place for a {what}: {why}. Give another name."
        ) from None
    if not in_folder:
        raise fault(
            f"{path_text(path)} is no place for a {what}. There is no folder {real.parent}: make it"
            " first."
        )
    if mode is not None and not stat.S_ISREG(mode):
        thing = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
        raise fault(
            f"{path_text(path)} is no place for a {what}: it is {thing}. Give a file name in a"
            " folder."
        )
    return real


def _mode(path: Path) -> int | None:
    try:
        status: os.stat_result = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_mode


def other_kind(data: bytes) -> str | None:
    """Return what the file is instead of a workbook, and what to do.

    Returns None if the kind is unknown, or if it is a damaged workbook.
    """
    reason = next(
        (sentence for beginning, sentence in BEGINNINGS if data.startswith(beginning)), None
    )
    if reason is not None:
        return reason
    if data.startswith(COMPOUND_FILE):
        return next(
            (sentence for name, sentence in STREAMS if name.encode("utf-16-le") in data), None
        )
    if data.startswith(b"PK"):
        return _of_zip(data)
    start = (
        data[:SAMPLE_BYTES].replace(b"\0", b"")
        if data.startswith((b"\xff\xfe", b"\xfe\xff"))
        else data[:SAMPLE_BYTES]
    )
    start = start.lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n").lower()
    return next((sentence for beginning, sentence in TEXTS if beginning.match(start)), None)


def _of_zip(data: bytes) -> str | None:
    try:
        names = set(zipfile.ZipFile(BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
        return None
    for member, reason in MEMBERS:
        if member in names:
            return reason
    if any(name.lower().startswith(("xl/", "[content_types]")) for name in names):
        return None
    return ARCHIVE
