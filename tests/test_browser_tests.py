"""No test of tests/browser asserts what it read once: on a slow machine the page is not there yet.

`expect(locator).to_have_count(2)` waits until it is so; `assert locator.count() == 2` asks once and fails. The rule is
read from the syntax tree and is a narrow one: an `assert` holds no reading of a page, neither itself nor through a
function of the same file that returns one. What is read into a variable first is left to whoever reads the test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

#: What Playwright reads from a page or a place of it without waiting for a value.
ONCE = frozenset(
    "title count all content evaluate evaluate_all is_visible is_hidden is_checked is_enabled is_disabled"
    " is_editable text_content inner_text inner_html input_value get_attribute all_inner_texts all_text_contents"
    " bounding_box".split()
)
#: Objects with an address that never changes.
FIXED = frozenset({"live_server", "register", "small", "request", "response"})


def _reads(tree: ast.AST, own: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every reading below a node, as it is written."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        by_name = isinstance(called, ast.Name) and called.id in own
        by_word = (
            isinstance(called, ast.Attribute) and called.attr in ONCE and not isinstance(called.value, ast.Constant)
        )
        address = isinstance(node, ast.Attribute) and node.attr == "url" and ast.unparse(node.value) not in FIXED
        # `text.count("a")` counts letters, `rows.filter(…).count()` rows of the database.
        counts = by_word and called.attr == "count" and (node.args or _is_queryset(called.value))
        if by_name or address or (by_word and not counts):
            yield ast.unparse(node)


def _is_queryset(node: ast.AST) -> bool:
    text = ast.unparse(node)
    return ".objects" in text or text.endswith((".participations", ".transitions"))


def read_once(source: str) -> list[str]:
    """The readings in the assertions of a test file."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    own = frozenset(
        one.name
        for one in functions
        for node in ast.walk(one)
        if isinstance(node, ast.Return) and node.value is not None and any(_reads(node.value))
    )
    asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    return [f"{node.lineno}: {text}" for node in asserts for text in _reads(node.test, own)]


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "browser").glob("*.py")), ids=lambda file: file.stem)
def test_no_browser_test_asserts_what_it_read_once(file):
    assert read_once(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("assert 'Redaktion' in page.title()", ["1: page.title()"]),
        ("assert page.url == 'x'", ["1: page.url"]),
        ("assert page.locator('p').count() == 2", ["1: page.locator('p').count()"]),
        ("def told(page):\n    return page.locator('p').all_inner_texts()\nassert told(page) == []", ["3: told(page)"]),
        ("assert elsewhere.get_by_label('a').input_value() != ''", ["1: elsewhere.get_by_label('a').input_value()"]),
        ("assert page.goto(live_server.url).status == 200", []),
        ("assert 'aab'.count('a') == 2", []),
        ("assert row.participations.count() == 2", []),
        ("expect(page).to_have_title('x')", []),
    ],
)
def test_the_rule_sees_a_reading_where_there_is_one(source, found):
    assert read_once(source) == found
