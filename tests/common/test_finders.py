"""Only the files of the list leave node_modules, and none missing stops anything."""

import pytest

from coopportal.common.finders import VENDOR_FILES, VendorFinder

FILES = {"vendor/a.css": "pkg/dist/a.css", "vendor/gone.css": "pkg/dist/gone.css"}


@pytest.fixture
def finder(tmp_path):
    (tmp_path / "pkg" / "dist").mkdir(parents=True)
    (tmp_path / "pkg" / "dist" / "a.css").write_text("a{}")
    (tmp_path / "pkg" / "dist" / "secret.js").write_text("1")
    return VendorFinder(root=tmp_path, files=FILES)


def test_a_file_of_the_list_is_found(finder, tmp_path):
    assert finder.find("vendor/a.css") == str(tmp_path / "pkg/dist/a.css")
    assert finder.find("vendor/a.css", find_all=True) == [str(tmp_path / "pkg/dist/a.css")]


@pytest.mark.parametrize("path", ["vendor/gone.css", "pkg/dist/secret.js", "vendor/../pkg/dist/secret.js", ""])
def test_nothing_else_is_found(finder, path):
    assert finder.find(path) == []


def test_collectstatic_copies_what_is_there(finder):
    [(name, storage)] = finder.list(None)
    assert name == "vendor/a.css"
    with storage.open(name) as file:
        assert file.read() == b"a{}"
    assert list(finder.list(["vendor/*"])) == []


def test_missing_files_are_a_warning_with_the_way_out(finder, tmp_path):
    [warning] = finder.check()
    assert warning.id == "common.W001"
    assert "pkg/dist/gone.css" in warning.msg
    assert "make setup" in warning.hint
    assert VendorFinder(root=tmp_path, files={"vendor/a.css": "pkg/dist/a.css"}).check() == []


def test_every_address_of_the_list_lies_under_vendor():
    assert {name.split("/")[0] for name in VENDOR_FILES} == {"vendor"}
