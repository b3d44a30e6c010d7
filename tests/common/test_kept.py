"""Parts of pages that are kept can be nobody's own: they see nothing but what the tag is given."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import override_settings
from django.utils import translation

from coopportal.common.templatetags.kept import MOST, section


def test_is_rendered_once_for_each_value_given() -> None:
    told = []
    template = Template("{% load kept %}{% kept name=name %}{{ name|default:'-' }}{{ told }}{% endkept %}")
    pages = [template.render(Context({"name": name, "told": told})) for name in ("a", "b", "a")]
    assert pages == ["a", "b", "a"]


def test_sees_nothing_else_of_its_page() -> None:
    template = Template("{% load kept %}{% kept %}{% if user or request or csrf_token %}!{% endif %}.{% endkept %}")
    assert template.render(Context({"user": "Anna", "request": "GET", "csrf_token": "x"})) == "."


def test_what_is_given_is_escaped() -> None:
    template = Template("{% load kept %}{% kept name=name %}{{ name }}{% endkept %}")
    assert template.render(Context({"name": "<b>"})) == "&lt;b&gt;"


def test_speaks_the_language_of_each_page() -> None:
    template = Template("{% load i18n kept %}{% kept %}{% translate 'Kommunen' %}{% endkept %}")
    with translation.override("de"):
        german = template.render(Context())
    with translation.override("en"):
        english = template.render(Context())
    with translation.override("de"):
        again = template.render(Context())
    assert (german, english, again) == ("Kommunen", "Municipalities", "Kommunen")


def test_a_changed_setting_is_heeded() -> None:
    template = Template("{% load static kept %}{% kept %}{% static 'a.css' %}{% endkept %}")
    storages = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=storages, STATIC_URL="/one/"):
        assert template.render(Context()) == "/one/a.css"
    with override_settings(STORAGES=storages, STATIC_URL="/two/"):
        assert template.render(Context()) == "/two/a.css"


def test_keeps_no_more_than_so_many() -> None:
    template = Template("{% load kept %}{% kept name=name %}{{ name }}{% endkept %}")
    for number in range(MOST + 5):
        assert template.render(Context({"name": number})) == str(number)
    (node,) = [node for node in template.nodelist if hasattr(node, "kept")]
    assert len(node.kept) == 5


def test_takes_values_by_name_only() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load kept %}{% kept stand %}{% endkept %}")


@pytest.mark.parametrize(
    ("path", "told"),
    [("/", "/"), ("/netz/", "/netz/"), ("/netz/a/b/", "/netz/-"), ("/netz", "/netz"), (None, ""), ("", "")],
)
def test_section(path: str | None, told: str) -> None:
    assert section(path) == told
