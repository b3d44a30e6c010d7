"""Style sheets are sent short: the same rules in the same order, every value as it was written."""

import pytest

from coopportal.common.finders import StyleFinder
from coopportal.common.minifying import minified


@pytest.mark.parametrize(
    ("css", "short"),
    [
        ("p {\n  a: b;\n  c: d;\n}\n", "p{a:b;c:d}"),
        ("/* why { */\np { a: b }", "p{a:b}"),
        ("p { a: b; /* why */ }", "p{a:b}"),
        ("p/* a */ q { a: b }", "p q{a:b}"),
        ("p :hover, p:hover > q { a: b }", "p :hover,p:hover>q{a:b}"),
        ("p + q ~ r { a: calc(1px + 2 * 3px) }", "p + q ~ r{a:calc(1px + 2 * 3px)}"),
        (
            "@media (min-width: 40em) and (hover: hover) { p { a: b } }",
            "@media (min-width:40em) and (hover:hover){p{a:b}}",
        ),
        (".a {\n  &,\n  &:hover { a: b }\n  & p { c: d }\n}", ".a{&,&:hover{a:b}& p{c:d}}"),
        (""".a::before { content: " ;  } /* */ "; b: 'c  d' }""", """.a::before{content:" ;  } /* */ ";b:'c  d'}"""),
        ("p { a: url(data:image/svg+xml,a;  b) no-repeat }", "p{a:url(data:image/svg+xml,a;  b) no-repeat}"),
        ("", ""),
    ],
)
def test_what_says_nothing_is_left_out(css, short):
    assert minified(css) == short
    assert minified(short) == short


@pytest.fixture
def finder(tmp_path):
    (tmp_path / "a.css").write_text("p { a: b }")
    (tmp_path / "a.js").write_text("1 + 1")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "b.css").write_text("p { a: b }")
    return StyleFinder(root=tmp_path)


def test_our_own_style_sheets_are_found_short(finder):
    with open(finder.find("a.css")) as file:
        assert file.read() == "p{a:b}"
    assert finder.find("a.css", find_all=True) == [finder.find("a.css")]


@pytest.mark.parametrize("path", ["a.js", "b.css", "deeper/b.css", "deeper/../a.css", "../a.css", ""])
def test_nothing_else_is_found(finder, path):
    assert finder.find(path) == []


def test_collectstatic_copies_them_short(finder):
    [(name, storage)] = finder.list(None)
    assert name == "a.css"
    with storage.open(name) as file:
        assert file.read() == b"p{a:b}"
    assert list(finder.list(["*.css"])) == []
