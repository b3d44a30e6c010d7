"""The checks of `make check` that are ours: whole translations, no address in a lock."""

import check_translations
import checks
import pytest

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def test_the_locks_name_no_address():
    assert checks.addresses_in_locks() == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "django @ file:///somewhere/django.whl",
        '      "resolved": "somewhere"',
        "--find-links wheels",
    ],
)
def test_an_address_in_a_lock_is_found(tmp_path, monkeypatch, line):
    (tmp_path / "lock").write_text(f"# lock\n{line}\n")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    monkeypatch.setattr(checks, "_LOCKS", ("lock",))
    assert checks.addresses_in_locks() == [f"lock:2: {line.strip()}"]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Kommune"\nmsgstr "Municipality"', None),
        ('#: a.py:1\nmsgid ""\n"%(n)d "\n"Orte"\nmsgstr ""\n"%(n)d "\n"places"', None),
        ('msgid "%(n)d Ort"\nmsgid_plural "%(n)d Orte"\nmsgstr[0] "%(n)d place"\nmsgstr[1] "%(n)d places"', None),
        ('msgid "Ein Ort"\nmsgid_plural "%(n)d Orte"\nmsgstr[0] "One place"\nmsgstr[1] "%(n)d places"', None),
        ('msgid "Kommune"\nmsgstr ""', "nicht übersetzt: 'Kommune'"),
        ('msgid "Ort"\nmsgid_plural "Orte"\nmsgstr[0] "place"\nmsgstr[1] ""', "nicht übersetzt: 'Ort'"),
        ('#, fuzzy\nmsgid "Kommune"\nmsgstr "Commune"', "zweifelhaft: 'Kommune'"),
        ('msgid "%(name)s"\nmsgstr "%(nome)s"', "andere Platzhalter: '%(name)s'"),
    ],
)
def test_a_translation_file_is_whole(tmp_path, entry, fault):
    file = tmp_path / "django.po"
    file.write_text(HEADER + entry + "\n", encoding="utf-8")
    assert check_translations.faults(file) == ([f"{file}: {fault}"] if fault else [])
