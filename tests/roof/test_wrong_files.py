"""Whatever is put before a command that reads files, it refuses in words, and nothing is written.

What is wrong inside a file of the right kind is asked beside each importer; here stands what is no such file at all.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.agreements.people import make_world

pytestmark = pytest.mark.django_db

CONTENTS = {
    "empty": b"",
    "blank": b" \r\n \n",
    "mark of its encoding": b"\xef\xbb\xbf",
    "binary": bytes(range(255, -1, -1)) * 20,
    "nothing but NUL": b"\0" * 1000,
    "page": b"<!DOCTYPE html><html><body><h1>Nicht gefunden</h1></body></html>",
    "other columns": b"a;b;c\n1;2;3\n",
    "another encoding": "Gr\xf6\xdfe;Name\n1;x\n".encode("utf-16"),
    "cut-off JSON": b'{"type": "FeatureCollection", "features": [{"type": "Fea',
    "deep JSON": b"[" * 100_000,
    "long number": b"9" * 10_000,
    "cut-off archive": b"PK\x03\x04" + b"\0" * 40,
    "document": b"%PDF-1.7\n%%EOF\n",
}
PLACES = ("missing", "folder", "loop", "below a file", "too long")
COMMANDS = {
    "import_municipalities": [],
    "import_boundaries": [],
    "import_cooperations": ["--user=weilerbach", "--municipality=073355009"],
    "load_source_texts": [],
    "load_fixtures": [],
    "import_all": [],
}
#: Words of the machine, which tell people nothing.
MACHINE = re.compile("Errno|codec|limit|recursion|Expecting|Traceback|null byte")
#: They read folders: the file lies in one, under this name.
FOLDERS = {"load_source_texts": "text.txt", "load_fixtures": "01_states.json", "import_all": "metadata.json"}


def refused(command: str, path: Path) -> str:
    """What the command says; fails where it does anything else than refuse."""
    with CaptureQueriesContext(connection) as asked, pytest.raises(CommandError) as caught:
        call_command(command, str(path), *COMMANDS[command], stdout=io.StringIO(), stderr=io.StringIO())
    assert [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    return str(caught.value)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_of_another_kind_is_refused_in_words(command: str, tmp_path: Path) -> None:
    make_world()
    said = []
    for number, content in enumerate(CONTENTS.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        name = FOLDERS.get(command, "datei.txt")
        (folder / name).write_bytes(content)
        said.append(refused(command, folder if command in FOLDERS else folder / name))
    assert [text for text in said if MACHINE.search(text)] == []


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_place_with_no_such_file_is_named(command: str, place: str, tmp_path: Path) -> None:
    make_world()
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    paths = {"below a file": tmp_path / "file" / "x", "too long": tmp_path / ("x" * 300)}
    assert not MACHINE.search(refused(command, paths.get(place, tmp_path / place)))
