"""What a file is, by its content, before anything opens it. Only .csv and .xlsx go on; a zip's directory is
read and judged first, for 800 KB of spreadsheet can declare 300 MB of rows."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import PurePath

from foundation.refused import Invalid, Problem

SIZE_LIMIT = 10 * 2**20
DECLARED_LIMIT = 100 * 2**20
ENTRIES_LIMIT = 200
RATIO_LIMIT = 100
RATIO_MATTERS_FROM = 2**20  # a small part that repeats itself packs well and does no harm
DIRECTORY_LIMIT = ENTRIES_LIMIT * 1024
CSV, XLSX = ".csv", ".xlsx"
SAVE_AS = "Save it as .xlsx (Excel workbook) or as CSV UTF-8, and send that."

_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"\xfd7zXZ", "compressed (xz)"),
    (b"7z\xbc\xaf", "compressed (7-Zip)"),
    (b"Rar!", "compressed (RAR)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)


def refuse(code: str, detail: str) -> Invalid:
    """A file that is refused whole."""
    return Invalid(Problem(code, detail))


def kind_of(filename: str, content: bytes) -> str:
    """ ".csv" or ".xlsx", where name and content agree; raises Invalid with what it is instead."""
    if not content:
        raise refuse("empty-file", "The file is empty. Save it anew, and send it again.")
    if len(content) > SIZE_LIMIT:
        raise refuse(
            "too-large", f"The file has {len(content) / 2**20:.0f} MB; at most 10 MB are read. Split it."
        )
    suffix = PurePath(filename.replace("\\", "/")).suffix.lower()
    _refuse_by_content(suffix, content)
    is_zip = content.startswith(b"PK")
    if suffix == XLSX and is_zip:
        return XLSX
    if suffix == CSV and not is_zip:
        return CSV
    raise _misnamed(suffix, is_zip)


def _refuse_by_content(suffix: str, content: bytes) -> None:
    if content.startswith(_OLE):
        raise _old_container(suffix, content)
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            raise refuse("wrong-file", f"The file is {what}, whatever its name says. {SAVE_AS}")
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise refuse(
            "wrong-file", f"The file is a web page (HTML). Open it in a spreadsheet program. {SAVE_AS}"
        )
    if start.startswith((b"<?xml", b"<svg")):
        raise refuse("wrong-file", f"The file is XML. Open it in a spreadsheet program. {SAVE_AS}")


def _old_container(suffix: str, content: bytes) -> Invalid:
    """Excel's old binary format, and the shell around a workbook with a password, begin alike."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return refuse(
            "encrypted", "The workbook is protected by a password. Take it off, save, and send it again."
        )
    return refuse("old-format", f"The file is in Excel's old format (.xls). {SAVE_AS}")


def _misnamed(suffix: str, is_zip: bool) -> Invalid:
    if suffix in (".xlsm", ".xlsb", ".xltm", ".xlam"):
        return refuse("macros", f"A {suffix} workbook can hold macros. {SAVE_AS}")
    if suffix == ".xls":
        return refuse("old-format", f"An .xls file is not read. {SAVE_AS}")
    if is_zip:
        return refuse(
            "wrong-file", f"The file is a zip or a workbook, but its name does not end in .xlsx. {SAVE_AS}"
        )
    if suffix == XLSX:
        return refuse(
            "wrong-file", "The file is named .xlsx but is not a workbook. If it is a CSV, name it .csv."
        )
    return refuse(
        "wrong-file",
        f"Only .csv and .xlsx are read, not “{suffix[:10] or 'a name without ending'}”. {SAVE_AS}",
    )


def check_directory(content: bytes) -> zipfile.ZipFile:
    """The zip, once its directory is found harmless; nothing in it has been unpacked yet."""
    _check_end_of_directory(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise damaged() from error
    entries = archive.infolist()
    _check_names(entries)
    _check_sizes(entries)
    _check_is_workbook({entry.filename for entry in entries})
    return archive


def _check_end_of_directory(content: bytes) -> None:
    """Its own figures, before the standard library reads as many entries as it says."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if at < 0 or at + _END_OF_DIRECTORY.size > len(content):
        raise damaged()
    figures = _END_OF_DIRECTORY.unpack_from(content, at)
    entries, size = max(figures[3], figures[4]), figures[5]
    if entries > ENTRIES_LIMIT or size > DIRECTORY_LIMIT:
        raise _too_many_parts(entries)


def _too_many_parts(entries: int) -> Invalid:
    return refuse(
        "bomb",
        f"The workbook has {entries:,} parts inside; one with a class list has a dozen. "
        "Copy the list alone into a new one.",
    )


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > ENTRIES_LIMIT:
        raise _too_many_parts(len(entries))
    if any(
        ".." in PurePath(name).parts or name.startswith("/") or "\\" in name or ":" in name for name in names
    ):
        raise refuse("unsafe-path", f"The workbook has parts that point outside it. {SAVE_AS}")
    if len({name.lower() for name in names}) < len(names):
        raise damaged()
    if any(entry.flag_bits & 1 for entry in entries):
        raise refuse(
            "encrypted", "The workbook is encrypted. Take the password off, save, and send it again."
        )
    if any(entry.external_attr >> 28 == 0xA for entry in entries):
        raise refuse("unsafe-path", f"The workbook has links to other files inside it. {SAVE_AS}")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if sum(entry.file_size for entry in entries) > DECLARED_LIMIT:
        raise refuse(
            "bomb", "Unpacked, the workbook would be larger than 100 MB. Keep only the class list in it."
        )
    for entry in entries:
        if entry.file_size > RATIO_MATTERS_FROM and entry.file_size > RATIO_LIMIT * max(
            1, entry.compress_size
        ):
            raise refuse(
                "bomb", "The workbook unpacks to more than a hundred times its size. Remove empty rows."
            )


def _check_is_workbook(names: set[str]) -> None:
    lower = {name.lower() for name in names}
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in lower):
        raise refuse("macros", f"The workbook has macros in it. {SAVE_AS}")
    if any(name.startswith("xl/externallinks/") for name in lower):
        raise refuse(
            "external-links", "The workbook has links to other workbooks. Paste the values, and send that."
        )
    if "xl/workbook.bin" in lower:
        raise refuse("wrong-file", f"The workbook is in binary format (.xlsb). {SAVE_AS}")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise refuse("wrong-file", f"The file is a zip, but not an Excel workbook. {SAVE_AS}")


def damaged() -> Invalid:
    return refuse(
        "damaged", "The file is damaged or was cut off on its way. Open it, save it anew, send it again."
    )
