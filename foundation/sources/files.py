"""Files of documents: known by their content, kept under keys that say nothing, answered as they came.

Nothing in them is opened, run, drawn or searched here. Where they are kept is Django's storage "documents".
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

import puremagic
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from foundation.refused import Invalid, NotNow, Problem
from foundation.sources.models import Document

MOST_BYTES = 10 * 2**20
MOST_PARTS = 2_000  # of an office document
NAME = 80  # characters of a file's name, without its ending
GRACE = dt.timedelta(days=1)  # a file without a document: its transaction may still be running
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'"

# What puremagic calls it → what is kept of it: the ending, the media type, other endings it may have.
KNOWN = {
    ".pdf": (".pdf", "application/pdf", ()),
    ".png": (".png", "image/png", ()),
    ".jpg": (".jpg", "image/jpeg", (".jpeg", ".jfif", ".jpe")),
    ".gif": (".gif", "image/gif", ()),
    ".tiff": (".tiff", "image/tiff", (".tif",)),
    ".webp": (".webp", "image/webp", ()),
    ".mp3": (".mp3", "audio/mpeg", ()),
    ".wav": (".wav", "audio/wav", ()),
    ".mp4": (".mp4", "video/mp4", (".m4v", ".m4a")),
}
OFFICE = {
    "word/document.xml": (
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xl/workbook.xml": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/presentation.xml": (
        ".pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}
TEXT = ((".txt", ".csv", ".md"), "text/plain")
MEDIA_TYPES = tuple(
    sorted({*(of for _, of, _ in KNOWN.values()), *(of for _, of in OFFICE.values()), TEXT[1]})
)
TAKEN = (
    "PDF, pictures (PNG, JPEG, GIF, TIFF, WebP), Word, Excel and PowerPoint without macros, sound and film"
)
SAVE_AS = f"Taken are {TAKEN} (MP3, WAV, MP4), and plain text in UTF-8. Save it as one of these."
ACTIVE = re.compile(rb"\A\s*(?:<!doctype|<html|<\?xml|<svg|<script|<head|<body|<table|mime-version:)", re.I)


@dataclass(frozen=True)
class Recognised:
    suffix: str
    media_type: str
    others: tuple[str, ...] = ()


def _refuse(code: str, detail: str) -> Invalid:
    return Invalid(Problem(code, f"File: {detail}", "/file"))


def recognise(name: str, content: bytes) -> Recognised:
    """What a file is by its content, where its name does not say otherwise. Raises Invalid."""
    if not content:
        raise _refuse("empty-file", "it is empty. Save it anew, and send it again.")
    if len(content) > MOST_BYTES:
        raise _refuse("too-large", f"it has {len(content) / 2**20:.0f} MB; at most 10 MB are kept. Split it.")
    found = _by_content(content)
    ending = PurePath(name.replace("\\", "/")).suffix.lower()
    if ending and ending not in (found.suffix, *found.others):
        raise _refuse(
            "wrong-file",
            f"by its content it is {found.media_type}, but its name ends in “{_shown(ending)}”."
            " Give it its own ending.",
        )
    return found


def _by_content(content: bytes) -> Recognised:
    if content.startswith(b"PK"):
        return _office(content)
    if not ACTIVE.match(content[:1024].lstrip(b"\xef\xbb\xbf")):
        if (known := _magic(content)) is not None:
            return Recognised(*known)
        if _is_text(content):
            return Recognised(TEXT[0][0], TEXT[1], TEXT[0][1:])
    raise _refuse("wrong-file", f"it is of no kind that is kept here. {SAVE_AS}")


def _magic(content: bytes) -> tuple[str, str, tuple[str, ...]] | None:
    """The likeliest kind, where it is one that is taken and its first bytes say so."""
    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError, IndexError):
        return None
    best = max((each.confidence for each in found), default=0)
    endings = {each.extension.lower() for each in found if each.confidence == best}
    names = {other: suffix for suffix, (_, _, others) in KNOWN.items() for other in others}
    kinds = {names.get(ending, ending) for ending in endings}
    taken = sorted(kinds & KNOWN.keys())
    return KNOWN[taken[0]] if taken else None


def _office(content: bytes) -> Recognised:
    """The zip's directory alone is read: nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError) as damaged:
        raise _refuse("damaged", "it is damaged or was cut off on its way. Send it again.") from damaged
    names = {entry.filename for entry in entries}
    lower = {name.lower() for name in names}
    if len(entries) > MOST_PARTS:
        raise _refuse("bomb", f"it has {len(entries):,} parts inside. Save it as PDF.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refuse("encrypted", "it is encrypted. Take the password off, and send it again.")
    if any("vbaproject" in name or "macrosheets/" in name or "activex" in name for name in lower):
        raise _refuse("macros", "it has macros or controls in it. Save it without, or as PDF.")
    for part, (suffix, media_type) in OFFICE.items():
        if part in names and "[Content_Types].xml" in names:
            return Recognised(suffix, media_type)
    raise _refuse("wrong-file", f"it is a zip, and no document. {SAVE_AS}")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(char) == "Cc" and char not in "\n\r\t\f" for char in text)


def clean_name(name: str, suffix: str) -> str:
    """A name that says nothing to a file system, a header or a reader's direction of writing."""
    stem = PurePath(name.replace("\\", "/")).stem
    stem = "".join(
        char if unicodedata.category(char)[0] not in "CZ" and char not in '/\\:*?"<>|%;' else " "
        for char in unicodedata.normalize("NFC", stem)
    )
    return (" ".join(stem.split()).strip(". ")[:NAME].strip() or "document") + suffix


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:10])


# --- kept ---


def storage() -> Storage:
    return storages["documents"]


def keep(content: bytes) -> tuple[str, str]:
    """Answers (key, sha256). Should the transaction fail, `orphans` finds the file, and it is removed."""
    random = secrets.token_hex(16)
    key = storage().save(f"{random[:2]}/{random}", ContentFile(content))
    return key, hashlib.sha256(content).hexdigest()


def read(document: Document) -> bytes:
    """The file as it was recorded, or NotNow: it is not answered where it is another."""
    try:
        with storage().open(document.key) as kept:
            content: bytes = kept.read()
    except OSError as gone:
        raise NotNow("The file is not where it was kept. Tell whoever runs this system.") from gone
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise NotNow("The file is not the one that was recorded. Tell whoever runs this system.")
    return content


def answer(document: Document, content: bytes) -> HttpResponse:
    """Never shown in a page of ours: taken away as a file, and shut in should a browser open it."""
    response = HttpResponse(content, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.filename) or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


def remove_orphans() -> int:
    """Files whose document was never saved. Runs daily; answers how many."""
    kept = storage()
    before = timezone.now() - GRACE
    gone = 0
    for folder in _folders(kept):
        for key in list(_without_document(kept, folder)):
            if kept.get_modified_time(key) < before:
                kept.delete(key)
                gone += 1
    return gone


def _folders(kept: Storage) -> list[str]:
    try:
        return list(kept.listdir("")[0])
    except FileNotFoundError:  # nothing was kept yet
        return []


def _without_document(kept: Storage, folder: str) -> Iterator[str]:
    keys = [f"{folder}/{name}" for name in kept.listdir(folder)[1]]
    known = set(Document.objects.filter(key__in=keys).values_list("key", flat=True))
    yield from (key for key in keys if key not in known)
