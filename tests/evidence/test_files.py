"""Files are hostile: known by their content, kept under keys that say nothing, never shown in a page."""

from __future__ import annotations

import hashlib
import io
import string
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.refused import Invalid
from foundation.sources import files
from foundation.sources.models import Document
from tests.support.evidence import a_document, a_source
from tests.support.people import Caller, codes

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20) + b"\xff\xd9"


def zipped(*names: str, encrypted: bool = False) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "<x/>")  # its time is always the same
    content = held.getvalue()
    return content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00") \
        if encrypted else content  # fmt: skip


DOCX = zipped("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("report.pdf", PDF, "application/pdf"),
        ("REPORT.PDF", PDF, "application/pdf"),
        ("no ending", PDF, "application/pdf"),
        ("photo.png", PNG, "image/png"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("notes.txt", "Words, and ünïcode.\n".encode(), "text/plain"),
        ("list.csv", b"a,b\n1,2\n", "text/plain"),
        ("letter.docx", DOCX,
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)  # fmt: skip
def test_what_is_kept_is_known_by_its_content(name: str, content: bytes, media_type: str) -> None:
    assert files.recognise(name, content).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("report.pdf", b"", "empty-file"),
        ("report.pdf", b"%PDF" + bytes(files.MOST_BYTES), "too-large"),
        ("report.pdf", PNG, "wrong-file"),
        ("photo.png", PDF, "wrong-file"),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "wrong-file"),
        ("notes.txt", b"  <html><body onload=x>", "wrong-file"),
        ("notes.txt", b"\xef\xbb\xbf<svg onload=alert(1)>", "wrong-file"),
        ("picture.svg", b"<?xml version='1.0'?><svg/>", "wrong-file"),
        ("setup.exe", b"MZ\x90\x00" + bytes(100), "wrong-file"),
        ("report.pdf", b"MZ\x90\x00" + bytes(100), "wrong-file"),
        ("run.sh", b"\x7fELF" + bytes(100), "wrong-file"),
        ("archive.zip", zipped("a.txt"), "wrong-file"),
        ("letter.docx", zipped("a.txt"), "wrong-file"),
        ("letter.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        ("letter.docx", DOCX[:40], "damaged"),
        ("letter.docx", zipped("[Content_Types].xml", "word/document.xml", encrypted=True), "encrypted"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "wrong-file"),
        ("notes.txt", b"nul\x00inside", "wrong-file"),
        ("notes.txt", b"latin \xe9\xe8", "wrong-file"),
    ],
)
def test_what_is_not_kept_is_refused_with_the_reason(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.recognise(name, content)
    [problem] = refused.value.problems
    assert (problem.code, problem.pointer) == (code, "/file")


@given(st.text(max_size=200))
def test_a_name_is_clean_whatever_it_was(name: str) -> None:
    clean = files.clean_name(name, ".pdf")
    assert clean.endswith(".pdf") and len(clean) <= files.NAME + 4
    assert clean.isprintable() and not set('/\\:*?"<>|%;\n') & set(clean)
    assert not clean.startswith(".") and clean.strip() == clean


@pytest.mark.django_db(transaction=True)
class TestKept:
    def send(self, drl: Caller, source: Any, name: str, content: bytes, **more: str) -> Any:
        form = {"source": str(source.pk), "title": "Report", "accessed_on": "2020-01-05", **more}
        file = SimpleUploadedFile(name, content, content_type="text/html")
        return drl.send("documents/", {**form, "file": file})

    def test_a_file_goes_in_and_comes_back_as_it_was_and_both_are_events(
        self, call: Any, people: dict[str, User]
    ) -> None:
        made = self.send(call("drl"), a_source(people["drl"]), "..\\re port\u202e.pdf", PDF)
        assert made.status_code == 201, made.content
        shown = made.json()
        digest = hashlib.sha256(PDF).hexdigest()
        assert (shown["sha256"], shown["size"], shown["media_type"]) == (digest, len(PDF), "application/pdf")
        assert shown["filename"] == "re port.pdf"
        document = Document.objects.get()
        assert set(document.key) <= set(string.hexdigits + "/") and "report" not in document.key

        got = call("legal").get(f"documents/{document.pk}/file/")
        assert got.content == PDF
        assert got["Content-Type"] == "application/pdf"
        assert got["Content-Disposition"] == 'attachment; filename="re port.pdf"'
        assert got["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert got["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in got["Cache-Control"]
        assert Event.objects.filter(action="sources.document-recorded", actor="drl").count() == 1
        assert Event.objects.filter(action="sources.document-opened", actor="legal").count() == 1

    def test_who_does_not_read_the_source_opens_nothing(self, call: Any, people: dict[str, User]) -> None:
        document = a_document(people["drl"], file=SimpleUploadedFile("r.pdf", PDF))
        for who, status in (("section", 403), ("auditor", 403), ("nominator", 404)):
            assert call(who).get(f"documents/{document.pk}/file/").status_code == status
        assert not Event.objects.filter(action="sources.document-opened").exists()
        linked = a_document(people["drl"])
        assert call("drl").get(f"documents/{linked.pk}/file/").status_code == 409

    def test_a_link_keeps_its_archived_copy(self, call: Any, people: dict[str, User]) -> None:
        made = self.send(
            call("drl"), a_source(people["drl"]), "copy.pdf", PDF, url="https://harbour.example/report"
        ).json()
        assert (made["kind"], made["url"], made["size"]) == (
            "link", "https://harbour.example/report", len(PDF))  # fmt: skip

    def test_a_file_of_a_wrong_kind_leaves_nothing(self, call: Any, people: dict[str, User]) -> None:
        refused = self.send(call("drl"), a_source(people["drl"]), "page.pdf", b"<html>")
        assert (refused.status_code, codes(refused)) == (400, ["wrong-file"])
        assert not Document.objects.exists()

    def test_a_file_that_was_changed_behind_our_back_is_not_answered(
        self, call: Any, people: dict[str, User]
    ) -> None:
        document = a_document(people["drl"], file=SimpleUploadedFile("r.pdf", PDF))
        Path(files.storage().path(document.key)).write_bytes(PDF + b"more")
        assert call("drl").get(f"documents/{document.pk}/file/").status_code == 409

    def test_where_nothing_was_ever_kept_nothing_is_removed(self, settings: Any, tmp_path: Path) -> None:
        there = {"location": tmp_path / "not-made-yet"}
        settings.STORAGES = settings.STORAGES | {
            "documents": settings.STORAGES["documents"] | {"OPTIONS": there}
        }
        assert files.remove_orphans() == 0

    def test_a_file_whose_document_was_never_saved_is_removed_in_time(
        self, people: dict[str, User], monkeypatch: Any
    ) -> None:
        key, _ = files.keep(PDF)
        kept = a_document(people["drl"], file=SimpleUploadedFile("r.pdf", PDF))
        assert files.remove_orphans() == 0, "Its transaction may still be running."
        monkeypatch.setattr(files, "GRACE", -files.GRACE)
        assert files.remove_orphans() >= 1
        assert not files.storage().exists(key) and files.storage().exists(kept.key)
