"""What of an attached text may be shown: short, and nothing personal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sources.quotes import QUOTE_LIMIT, Segment, quotation, segments

TEXT = "Leitung: Erika Muster, erika@example.org, Rathaus"
MAIL = (TEXT.index("erika@"), TEXT.index(", Rathaus"))


def test_a_passage_is_shown_as_it_stands():
    assert quotation(TEXT, 0, 8, []) == "Leitung:"


def test_what_is_personal_is_left_out_even_inside_a_longer_passage():
    assert quotation(TEXT, *MAIL, [MAIL]) is None
    assert quotation(TEXT, 0, len(TEXT), [MAIL]) == "Leitung: Erika Muster, , Rathaus"
    assert quotation(TEXT, MAIL[0] - 5, MAIL[0] + 5, [MAIL]) == "ter,"


def test_line_breaks_become_blanks():
    assert quotation("eine\n\n  Zeile", 0, 13, []) == "eine Zeile"


def test_a_long_passage_is_cut():
    quote = quotation("Wort " * 200, 0, 1000, [])
    assert quote is not None
    assert len(quote) <= QUOTE_LIMIT
    assert quote.endswith("Wort…")


def test_a_place_outside_the_text_has_no_quotation():
    assert [quotation("kurz", *place, []) for place in ((0, 5), (2, 2), (3, 1), (-1, 2))] == [None] * 4


ranges = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(sorted).map(tuple)
wide_texts = st.text(st.characters(codec="utf-8"), max_size=400)


@given(wide_texts, ranges, st.lists(ranges, max_size=5))
def test_no_quotation_is_too_long_or_shows_what_is_personal(text, place, personal):
    marked = "".join("\x01" if any(low <= i < high for low, high in personal) else c for i, c in enumerate(text))
    quote = quotation(text, *place, personal)
    if quote is not None:
        assert 0 < len(quote) <= QUOTE_LIMIT or quote == ""
        hidden = [c for c in marked[slice(*place)] if c != "\x01"]
        assert quote.removesuffix("…").replace(" ", "") in "".join("".join(hidden).split())


# --- The whole text for those who may read it ---


def test_the_text_is_cut_where_passages_begin_and_end():
    assert segments("abcdefgh", [(2, 6, "außen"), (3, 5, "innen")]) == [
        Segment("ab", ""),
        Segment("c", "außen"),
        Segment("de", "innen"),
        Segment("f", "außen"),
        Segment("gh", ""),
    ]


def test_overlapping_passages_share_what_both_cover():
    found = segments("abcdef", [(0, 4, "erste"), (2, 5, "zweite")])
    assert [(piece.text, piece.anchor) for piece in found] == [
        ("ab", "erste"),
        ("cd", "zweite"),
        ("e", "zweite"),
        ("f", ""),
    ]


@given(wide_texts, st.lists(ranges, max_size=6))
def test_nothing_of_the_text_is_lost(text, places):
    found = segments(text, [(start, end, f"p{start}-{end}") for start, end in places if start < end])
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)
