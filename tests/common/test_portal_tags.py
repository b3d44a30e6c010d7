"""What templates say: numbers, money and days in German, links that keep the day, tones, fields."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from coopportal.common.dates import Precision, UncertainDate
from coopportal.common.templatetags import portal
from coopportal.common.templatetags.kept import section

DAY = dt.date(2019, 4, 24)


def render(source: str, **context) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (1234, "1.234"),
        (1234567, "1.234.567"),
        (1234.5, "1.234,5"),
        (Decimal("122.00"), "122"),
        (Decimal("0.05"), "0,05"),
        (-12, "−12"),
        (Decimal("1E+3"), "1.000"),
        (None, "unbekannt"),
        ("", "unbekannt"),
    ],
)
def test_numbers_are_german(value, text):
    assert portal.german_number(value) == text


def test_a_number_has_the_digits_asked_for():
    assert [portal.german_number(Decimal("50.93007"), digits) for digits in (0, 4)] == ["51", "50,9301"]


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_no_digit_of_a_number_is_lost(value):
    assert int(portal.german_number(value).replace(".", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "text", "short"),
    [
        (None, "Betrag unbekannt", "Betrag unbekannt"),
        (0, "Betrag unbekannt", "Betrag unbekannt"),
        (Decimal("10000000.00"), "10.000.000 €", "10 Mio. €"),
        (Decimal("2500000.00"), "2.500.000 €", "2,5 Mio. €"),
        (Decimal("2512345.00"), "2.512.345 €", "2.512.345 €"),
        (Decimal("1500000000"), "1.500.000.000 €", "1,5 Mrd. €"),
        (Decimal("999.90"), "999,90 €", "999,90 €"),
        (5000, "5.000 €", "5.000 €"),
    ],
)
def test_money_is_never_rounded_and_never_nothing(value, text, short):
    assert (portal.german_money(value), portal.german_money(value, "short")) == (text, short)


def test_days():
    assert [portal.german_day(day) for day in (DAY, dt.datetime(2019, 4, 24, 23, 59), None)] == [
        "24.04.2019",
        "24.04.2019",
        "unbekannt",
    ]


@pytest.mark.parametrize(
    ("date", "html"),
    [
        (UncertainDate(DAY, Precision.DAY), '<time datetime="2019-04-24">24.04.2019</time>'),
        (UncertainDate(DAY, Precision.MONTH), '<time datetime="2019-04">April 2019</time>'),
        (UncertainDate(DAY, Precision.YEAR), '<time datetime="2019">2019</time>'),
        (
            UncertainDate(DAY, Precision.PART_OF_YEAR, "Anfang <2019>"),
            '<span class="vague">„Anfang &lt;2019&gt;“</span>',
        ),
        (UncertainDate(DAY, Precision.VAGUE), '<span class="vague">um 2019</span>'),
        (UncertainDate(None, Precision.UNKNOWN), '<span class="unknown">unbekannt</span>'),
        (UncertainDate(None, Precision.UNKNOWN, "seit Jahren"), '<span class="vague">„seit Jahren“</span>'),
        (UncertainDate(None, ""), '<span class="unknown">unbekannt</span>'),
    ],
)
def test_uncertain_days_promise_no_more_than_they_know(date, html):
    assert portal.uncertain(date) == html


def test_coordinates_have_a_point():
    assert [portal.svg(value) for value in (1.5, 1000000, Decimal("0.333"), 2)] == ["1.5", "1000000", "0.33", "2"]


def test_tones():
    words = ["active", "granted", "planned", "budgeted", "mentioned", "announced", "left", "open", "decided", "", None]
    assert [portal.tone(word) for word in words] == [
        *["firm", "firm", "partly", "partly", "loose", "loose", "over", "warn", "settled", "unknown", "unknown"]
    ]


def test_items_of_a_mapping():
    assert [portal.item({"a": 1}, "a"), portal.item({"a": 1}, "b"), portal.item(None, "a")] == [1, "", ""]


def test_a_field_as_text_and_its_choices():
    form = forms.Form()
    form.fields["open"], form.fields["closed"] = forms.CharField(), forms.ChoiceField(choices=[("a", "A")])
    assert [portal.as_text(value) for value in (["a", "b"], "x", None, [])] == ["a,b", "x", "", ""]
    assert [list(portal.choices(form[name])) for name in ("open", "closed")] == [[], [("a", "A")]]


def test_names_of_orders():
    assert [portal.order_label(name) for name in ("name", "-started_on", "-odd")] == [
        *["Name", "Beginn, absteigend", "odd, absteigend"]
    ]


# --- Links ---


@pytest.mark.parametrize(
    ("address", "without", "on_day"),
    [
        ("/kommunen/", "/kommunen/", "/kommunen/?stand=2019-04-24"),
        ("/a/?q=x#e1", "/a/?q=x#e1", "/a/?q=x&amp;stand=2019-04-24#e1"),
        ("/a/?stand=2020-01-01", "/a/?stand=2020-01-01", "/a/?stand=2019-04-24"),
    ],
)
def test_a_link_keeps_the_day(address, without, on_day):
    source = "{% with_day address %}"
    assert [render(source, address=address), render(source, address=address, stand=None)] == [
        without.replace("&", "&amp;")
    ] * 2
    assert render(source, address=address, stand=DAY) == on_day


def test_a_link_takes_further_parameters():
    assert render("{% with_day '/suche/' q='Jena & Gera' %}", stand=DAY) == (
        "/suche/?q=Jena+%26+Gera&amp;stand=2019-04-24"
    )


@pytest.mark.parametrize(
    ("tag", "query"),
    [
        ("{% query seite=2 %}", "?q=a&amp;land=16&amp;land=14&amp;stand=2019-04-24&amp;seite=2"),
        ("{% query q='b' %}", "?land=16&amp;land=14&amp;stand=2019-04-24&amp;q=b"),
        ("{% query land=None stand=None %}", "?q=a"),
        ("{% query land=states %}", "?q=a&amp;stand=2019-04-24&amp;land=07&amp;land=12"),
    ],
)
def test_the_query_of_the_page_with_changes(rf, tag, query):
    request = rf.get("/?q=a&land=16&land=14&stand=2019-04-24&seite=5")
    assert render(tag, request=request, states=["07", "12"]) == query


def test_the_query_can_become_empty(rf):
    assert render("{% query stand=None %}", request=rf.get("/?stand=2019-04-24")) == "?"


@pytest.mark.parametrize(
    ("path", "current"),
    [("/kommunen/", ' aria-current="page"'), ("/kommunen/160530000000/", ' aria-current="true"'), ("/quellen/", "")],
)
def test_the_navigation_knows_where_one_is(path, current):
    html = render("{% nav_link 'municipalities:list' 'Kommunen' %}", section=section(path))
    assert html == f'<a class="nav__link" href="{reverse("municipalities:list")}"{current}>Kommunen</a>'


def test_the_navigation_does_without_a_section():
    assert "aria-current" not in render("{% nav_link 'municipalities:list' 'Kommunen' %}")


def test_page_numbers_with_gaps():
    page = Paginator(range(200), 10).page(7)
    assert [str(number) for number in portal.window(page)] == ["1", "…", "6", "7", "8", "…", "20"]
