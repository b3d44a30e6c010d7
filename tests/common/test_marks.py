"""What a search finds in a text is marked there, as it is written."""

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from coopportal.common.marks import _folded, pieces, snippet, spans
from coopportal.common.search import fold, parse


def marked(text: str, query: str) -> list[str]:
    return [piece for piece, is_found in pieces(text, query) if is_found]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Freistaat Thüringen", "thueringen", ["Thüringen"]),
        ("Thueringen", "Thür", ["Thuer"]),
        ("Thu\u0308ringen", "thur", ["Thu\u0308r"]),
        ("Große Straße", "strass", ["Straß"]),
        ("Budyšin / Bautzen", "budysin", ["Budyšin"]),
        ("Běła Woda", "bela woda", ["Běła", "Woda"]),
        ("Běła Woda", '"bela woda"', ["Běła Woda"]),
        ("Leitstellenverbund", "Leitstell", ["Leitstell"]),
        ("die Leitstelle Jena", "Leitstellen", ["Leitstelle"]),
        ("die Leitstelle Jena", '"Leitstellen"', []),
        ("Jena, Gera und Jena", "jena", ["Jena", "Jena"]),
        ("Jena, Gera", "jena -gera", ["Jena"]),
        ("Bad O., Bode", "o", ["O"]),
        ("Jena", "ena nas jen", ["Jena"]),
        ("Jena", "", []),
        ("Jena", "%", []),
        ("", "jena", []),
    ],
)
def test_marks(text: str, query: str, found: list[str]) -> None:
    assert marked(text, query) == found


@given(st.text())
def test_places_are_of_the_same_folding(text: str) -> None:
    assert "".join(letter for letter, _begin, _end in _folded(text)) == fold(text)


@given(st.text(alphabet="aeoußÄÖÜ\u0308š -\"'<>&nrs"), st.text(alphabet='aeouß\u0308nrs -"'))
def test_pieces_put_together_are_the_text_and_what_is_marked_is_found(text: str, query: str) -> None:
    assert "".join(piece for piece, _is_found in pieces(text, query)) == text
    found = any(term.pattern in fold(text) and len(term.pattern) > 2 for term in parse(query) if not term.excluded)
    assert found <= bool(spans(text, query))


def test_a_snippet_is_cut_at_blanks_around_the_first_word_found() -> None:
    text = "Wort " * 60 + "Leitstelle" + " Wort" * 60
    piece = snippet(text, "leitstellen")
    assert (piece[:6], piece[-6:]) == ("… Wort", "Wort …")
    assert [len(piece) <= 226, "Leitstelle" in piece] == [True, True]
    assert snippet("Die Leitstelle.", "leitstelle") == "Die Leitstelle."
    assert snippet("x" * 300 + "leitstelle" + "x" * 300, "leitstelle") == "… leitstelle" + "x" * 210 + " …"
    assert snippet("Jena", "gera") == ""


def shown(text: object, query: str) -> str:
    return Template("{% load portal %}{{ text|marked:query }}").render(Context({"text": text, "query": query}))


def test_marked_text_is_safe_html() -> None:
    assert shown("<script>alert('Jena')</script>", "jena script") == (
        "&lt;<mark>script</mark>&gt;alert(&#x27;<mark>Jena</mark>&#x27;)&lt;/<mark>script</mark>&gt;"
    )
    assert shown("A & B", "") == "A &amp; B"
    assert shown(None, "jena") == ""
