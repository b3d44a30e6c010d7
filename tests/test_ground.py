"""The tests' own ground: what conftest.py promises is kept."""

import socket

import pytest
from django.template import Context, Template, engines
from django.template.base import Origin

from tests.conftest import ROOT, UndefinedVariable


def render(source: str, file: str, **context: object) -> str:
    engine = engines["django"].engine
    return Template(source, origin=Origin(str(ROOT / file)), engine=engine).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ gone }}",
        "{{ here.gone }}",
        "{{ gone|default:'x' }}",
        "{% with a=gone %}{% endwith %}",
        "{% if 1 %}{{ gone }}{% endif %}",
    ],
)
def test_an_undefined_variable_fails_in_a_template_of_ours(source):
    with pytest.raises(UndefinedVariable, match=r"templates/x\.html: .*gone"):
        render(source, "templates/x.html", here={})


@pytest.mark.parametrize(
    "source", ["{% if gone %}{% endif %}", "{% for a in gone %}{% endfor %}", "{{ empty }}{{ none }}"]
)
def test_what_asks_for_presence_or_is_empty_does_not_fail(source):
    assert render(source, "templates/x.html", empty="", none=None) in {"", "None"}


def test_templates_of_others_are_as_lenient_as_django():
    assert render("[{{ gone }}{{ gone|default:'x' }}]", ".venv/lib/site-packages/x.html") == "[x]"


def test_another_machine_is_out_of_reach():
    with socket.socket() as out, pytest.raises(AssertionError, match="reaches for the network"):
        out.connect(("192.0.2.1", 80))


def test_this_machine_is_in_reach():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
