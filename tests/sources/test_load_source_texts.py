"""``load_source_texts``: texts are recognised by their checksum, and the report says what became of each file."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sources.models import SourceDocument, SourceText
from tests.builders import make_document

pytestmark = pytest.mark.django_db

TEXT = "Jena und Gera arbeiten zusammen.\r\nSeit Jahren.\n"


def document_of(raw: bytes, **values: Any) -> SourceDocument:
    return make_document(sha256=hashlib.sha256(raw).hexdigest(), **values)


def attach(directory: Path) -> list[str]:
    out = StringIO()
    call_command("load_source_texts", directory, stdout=out)
    return out.getvalue().splitlines()


def test_a_text_is_attached_by_its_checksum_whatever_the_file_is_called(tmp_path: Path) -> None:
    document = document_of(TEXT.encode(), title="Treffen", length=len(TEXT))
    (tmp_path / "irgendwas").write_bytes(TEXT.encode())
    (tmp_path / ".versteckt").write_bytes(b"\xff")
    assert attach(tmp_path) == ["Angehängt: irgendwas – Treffen"]
    assert SourceText.objects.get(document=document).content == TEXT


def test_a_second_call_attaches_nothing_again(tmp_path: Path) -> None:
    document_of(TEXT.encode(), title="Treffen", length=len(TEXT))
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    attach(tmp_path)
    attached = SourceText.objects.get().attached_at
    assert attach(tmp_path) == ["Schon angehängt: a.txt – Treffen"]
    assert SourceText.objects.get().attached_at == attached


def test_documents_that_stay_without_a_text_are_named(tmp_path: Path) -> None:
    document_of(TEXT.encode(), title="Treffen", length=len(TEXT))
    document_of(b"fehlt", title="Anderes", length=5)
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    assert attach(tmp_path) == ["Angehängt: a.txt – Treffen", "Noch ohne Text: Anderes"]


def test_a_file_of_no_document_is_named_and_the_others_are_attached(tmp_path: Path) -> None:
    document_of(TEXT.encode(), length=len(TEXT))
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "b.txt").write_bytes(TEXT.encode() + b" ")
    (tmp_path / "c.txt").write_bytes("Thüringen".encode("latin-1"))
    out = StringIO()
    with pytest.raises(CommandError, match=r"^2 von 3 Dateien gehören zu keiner Quelle: b\.txt, c\.txt$"):
        call_command("load_source_texts", tmp_path, stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split(" (")[0] for line in lines[1:]] == ["Unbekannt: b.txt", "Unbekannt: c.txt"]
    assert "kein UTF-8" in lines[2]
    assert SourceText.objects.count() == 1


def test_a_text_that_is_not_utf8_undoes_the_whole_run(tmp_path: Path) -> None:
    broken = "Thüringen".encode("latin-1")
    document_of(TEXT.encode(), length=len(TEXT))
    document_of(broken)
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "b.txt").write_bytes(broken)
    with pytest.raises(CommandError, match=r"^Nichts angehängt: b\.txt ist nicht in UTF-8 geschrieben\.$"):
        attach(tmp_path)
    assert not SourceText.objects.exists()


def test_a_text_of_another_length_than_its_passages_were_counted_in_undoes_the_whole_run(tmp_path: Path) -> None:
    document_of(TEXT.encode(), length=len(TEXT) + 1)
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    with pytest.raises(CommandError, match=rf"^Nichts angehängt: a\.txt: Der Text hat {len(TEXT)} Zeichen statt"):
        attach(tmp_path)
    assert not SourceText.objects.exists()


def test_a_missing_and_an_empty_directory_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="gibt es nicht"):
        attach(tmp_path / "nirgends")
    with pytest.raises(CommandError, match="liegen keine Dateien"):
        attach(tmp_path)
