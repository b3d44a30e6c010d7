"""The checks of `make check` that are ours: whole translations, no address in a lock."""

import gettext

import check_translations
import checks
import compile_translations
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


def test_the_messages_of_code_are_found():
    code = '_("Ort"); ngettext("%d Ort", "%d Orte", n); pgettext("order", "auf"); _(f"{a}"); str("nein")'
    assert list(check_translations.messages(code)) == [("", "Ort", ""), ("", "%d Ort", "%d Orte"), ("order", "auf", "")]


def test_the_messages_of_a_template_are_found():
    text = """{% load i18n %}{% translate "Ort" %} {# translate "nein" #} {{ name|default:_("ohne Namen") }}
    {% blocktranslate trimmed count n=number %}
      {{ n }} Ort
    {% plural %}
      {{ n }} Orte
    {% endblocktranslate %}"""
    assert set(check_translations.messages_of_template(text)) == {
        ("", "Ort", ""),
        ("", "ohne Namen", ""),
        ("", "%(n)s Ort", "%(n)s Orte"),
    }


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from django.utils.translation import gettext_lazy as _, ngettext", []),
        ("from django.utils.translation import gettext as t", ["gettext as t"]),
        ("from django.utils.translation import ngettext as _", ["ngettext as _"]),
        ("from django.utils.translation import pgettext as gettext", ["pgettext as gettext"]),
        ("from os import path as t", []),
        ("t = gettext_lazy", ["t = gettext_lazy"]),
        ("t: Any = translation.gettext", ["t = gettext"]),
        ("_ = gettext", []),
        ("_(f'Ort {name}')", ["_(f'Ort {name}')"]),
        ("ngettext('Ort', 'Ort' + e, n + 1)", ["ngettext('Ort', 'Ort' + e, n + 1)"]),
        ("_(label)", []),  # words of a choice, collected where they stand
    ],
)
def test_words_that_nobody_would_collect_are_refused(code, found):
    assert list(check_translations.uncollected(code)) == [(1, what) for what in found]


def test_nothing_of_the_portal_is_lost_to_its_translators():
    assert check_translations.lost() == []


def test_what_a_file_lacks_is_told_in_its_own_format(tmp_path, monkeypatch):
    file = tmp_path / "django.po"
    file.write_text(HEADER + 'msgid "Ort"\nmsgstr "Place"\n', encoding="utf-8")
    asked = {("", "Ort", ""): "a.py", ("wo", 'der "Ort"', ""): "b.py", ("", "Ein Ort", "Orte"): "c.html"}
    monkeypatch.setattr(check_translations, "asked_for", lambda: asked)
    lacking = check_translations.lacking(file)
    assert list(lacking.values()) == ["b.py", "c.html"]
    assert [check_translations.as_entry(message, place) for message, place in lacking.items()] == [
        '#: b.py\nmsgctxt "wo"\nmsgid "der \\"Ort\\""\nmsgstr ""\n',
        '#: c.html\nmsgid "Ein Ort"\nmsgid_plural "Orte"\nmsgstr[0] ""\nmsgstr[1] ""\n',
    ]


def test_a_compiled_catalogue_is_what_gettext_reads(tmp_path):
    entries = 'msgid "Ort"\nmsgstr "Place"\n\nmsgctxt "wo"\nmsgid "Ort"\nmsgstr "Spot"\n\n'
    entries += '#, fuzzy\nmsgid "Amt"\nmsgstr "?"\n\n'
    entries += 'msgid "%d Ort"\nmsgid_plural "%d Orte"\nmsgstr[0] "%d place"\nmsgstr[1] "%d places, ä"\n'
    file = tmp_path / "django.mo"
    file.write_bytes(compile_translations.compiled(HEADER + entries))
    with file.open("rb") as opened:
        english = gettext.GNUTranslations(opened)
    assert [english.gettext(text) for text in ("Ort", "Amt", "unbekannt")] == ["Place", "Amt", "unbekannt"]
    assert english.pgettext("wo", "Ort") == "Spot"
    assert [english.ngettext("%d Ort", "%d Orte", n) for n in (1, 2)] == ["%d place", "%d places, ä"]
