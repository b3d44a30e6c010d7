"""What every template may say: German numbers, money and days, links that keep the day asked for, tones of badges.

Pure: it knows no model. Words of closed lists come in as their codes and labels.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from coopportal.common.addresses import address
from coopportal.common.dates import Precision, UncertainDate, format_day
from coopportal.common.filters import FilterForm
from coopportal.common.languages import in_german, spoken
from coopportal.common.marks import pieces, spans

register = template.Library()

#: ``{{ cooperation.name|german }}``: for texts, not inside attributes, ``<title>`` or ``<option>``.
register.filter("german", in_german)
#: The same of a text that says in which language it is: ``{{ quote|spoken:document.language }}``.
register.filter("spoken", spoken)

Number = int | float | Decimal

#: How firm a word stands: the shape and colour of its badge (see ``.badge`` in portal.css). Others are "loose".
TONES: dict[str, str] = {
    **dict.fromkeys(("active", "running", "in_force", "approved", "signed", "published", "confirmed"), "firm"),
    **dict.fromkeys(("existing", "party", "member", "granted", "paid", "explicit", "asserted"), "firm"),
    **dict.fromkeys(("planned", "being_set_up", "drafting", "resolved", "filed", "submitted", "applied"), "partly"),
    **dict.fromkeys(("invited", "intended", "beneficiary", "budgeted", "provided", "implied"), "partly"),
    **dict.fromkeys(("ended", "abandoned", "dormant", "left", "directed_elsewhere", "withdrawn", "merged"), "over"),
    **dict.fromkeys(("rejected", "refused", "terminating", "open", "claimed", "returned"), "warn"),
    **dict.fromkeys(("explained", "decided"), "settled"),
    **dict.fromkeys(("unknown", "inferred", ""), "unknown"),
}


@register.filter
def tone(code: Any) -> str:
    """The tone of a status, degree or rung: ``firm partly loose over warn settled unknown``."""
    return TONES.get(str(code or ""), "loose")


# --- Numbers, money, days ---


def _plain(value: Number, digits: int | None) -> str:
    """Without exponent; with ``digits`` decimals, else with as many as the value has (two at most)."""
    if digits is not None:
        return f"{value:.{digits}f}"
    text = f"{Decimal(str(value)).quantize(Decimal('0.01')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def german_number(value: Number | None, digits: int | None = None) -> str:
    """``1.234,5``, in English ``1,234.5``; an unknown number is ``unbekannt``."""
    if value is None or value == "":
        return _("unbekannt")
    sign, text = ("−", _plain(-value, digits)) if value < 0 else ("", _plain(value, digits))
    whole, _dot, decimals = text.partition(".")
    group, point = separators()
    grouped = f"{int(whole):,}".replace(",", group)
    return f"{sign}{grouped}{point}{decimals}" if decimals else f"{sign}{grouped}"


def separators() -> tuple[str, str]:
    """Between thousands and before decimals, in the language of the page."""
    return (",", ".") if get_language() == "en" else (".", ",")


_MILLION, _BILLION = Decimal(10**6), Decimal(10**9)


@register.filter
def german_money(value: Number | None, form: str = "") -> str:
    """``10.000.000 €``; with the form ``short`` ``10 Mio. €`` where nothing is lost by it.

    None, and 0 as well, is an unknown amount: nobody grants 0 €.
    """
    if not value:
        return _("Betrag unbekannt")
    amount = Decimal(str(value))
    if form == "short":
        for unit, name in ((_BILLION, _("Mrd.")), (_MILLION, _("Mio."))):
            scaled = amount / unit
            if abs(scaled) >= 1 and scaled == scaled.quantize(Decimal("0.01")):
                return f"{german_number(scaled)} {name} €"
    return f"{german_number(amount, 0 if amount == amount.to_integral_value() else 2)} €"


@register.filter
def german_day(value: dt.date | dt.datetime | None) -> str:
    """``24.04.2019``, of a moment the day here; an unknown day is ``unbekannt``."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_day(value) if value else _("unbekannt")


_MACHINE_FORMS = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}


@register.filter
def uncertain(value: UncertainDate) -> SafeString:
    """A day as exactly as its source tells it, readable for machines where it is exact enough."""
    form = _MACHINE_FORMS.get(Precision(value.precision)) if value.precision else None
    if value.on is None or form is None:
        look, words = ("vague", in_german(str(value))) if value else ("unknown", str(value))
        return format_html('<span class="{}">{}</span>', look, words)
    return format_html('<time datetime="{}">{}</time>', value.on.strftime(form), str(value))


@register.filter
def svg(value: Number) -> str:
    """A coordinate: a decimal point, never a comma of the locale, at most two decimals."""
    return _plain(value, None)


@register.filter
def item(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """``mapping[key]``, an empty text where there is none."""
    return (mapping or {}).get(key, "")


@register.filter
def choices(field: BoundField) -> Sequence[tuple[Any, Any]]:
    """The closed list of a field's values with their labels; empty where any text may be entered."""
    if isinstance(field.form, FilterForm):
        return field.form.choices_of(field.name)
    return list(getattr(field.field, "choices", ()))


@register.filter
def asked_label(filterset: Any, name: str) -> str:
    """What people call a parameter of the query: its label, else its name."""
    return filterset.label(name) if filterset else name


@register.filter
def as_text(value: Any) -> str:
    """What a field of a form holds, as one text: several values with commas, nothing as nothing."""
    if isinstance(value, (list, tuple)):
        return ",".join(str(one) for one in value)
    return "" if value is None else str(value)


@register.filter
def marked(text: Any, query: str) -> SafeString:
    """The text with the words of a search marked in it, whatever else stands in it; unmarked without a search."""
    parts = pieces("" if text is None else str(text), query)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", part) if found else part,) for part, found in parts)
    )


#: So many of several texts are shown that hold what was looked for.
MOST_HOLDING = 5


@register.filter
def holding(texts: Sequence[str], query: str) -> list[str]:
    """Those of the texts in which words of a search stand, the first few; none without a search."""
    return [text for text in texts if spans(text, query)][:MOST_HOLDING] if query else []


@register.filter
def shown(field: BoundField) -> str:
    """What stands in a field that takes keys: what they mean, as far as the field understood them."""
    told: Any = field.field
    return str(told.shown(field.value()))


# --- Links ---


def _changed(address: str, **changes: Any) -> str:
    """The address with parameters of its query changed; None takes one away."""
    parts = urlsplit(address)
    query = [(name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if name not in changes]
    query += [(name, str(value)) for name, value in changes.items() if value is not None]
    return urlunsplit(parts._replace(query=urlencode(query)))


@register.simple_tag(takes_context=True)
def with_day(context: Context, page: str, **parameters: Any) -> str:
    """The address, asked as of the day this page is asked as of (``stand`` in the context), if any.

    Further parameters join the query: ``{% with_day search q="Jena" %}``.
    """
    if day := context.get("stand"):
        parameters["stand"] = day.isoformat()
    return _changed(page, **parameters) if parameters or "?" in page else page


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The query of this page with parameters changed (None takes one away); it begins with ``?``.

    The day asked for stays. A changed filter begins again at the first page.
    """
    return f"?{urlencode(queried(context['request'].GET, changes))}"


def queried(asked: QueryDict, changes: Mapping[str, Any] = MappingProxyType({})) -> list[tuple[str, str]]:
    """The parameters of a query but its page, those that change at the end."""
    told = [(name, text) for name, texts in asked.lists() if name not in changes and name != "seite" for text in texts]
    for name, value in changes.items():
        if isinstance(value, (list, tuple)):
            told += [(name, str(one)) for one in value]
        elif value is not None and value != "":
            told.append((name, str(value)))
    return told


@register.simple_tag(takes_context=True)
def question_at(context: Context, name: str, **changes: Any) -> str:
    """The same question asked of another page, by its name; parameters may change as in ``query``."""
    return f"{address(name)}{query(context, **changes)}"


@register.simple_tag(takes_context=True)
def query_with(context: Context, name: str, values: list[str]) -> str:
    """The query of this page with other values of one parameter."""
    return query(context, **{name: values})


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str) -> SafeString:
    """A link of the main navigation to the page of that name; the current section (``kept.section``) says so."""
    page, path = address(name), context.get("section") or ""
    current = "page" if path == page else "true" if path.startswith(page) else ""
    marked = format_html(' aria-current="{}"', current) if current else mark_safe("")
    return format_html('<a class="nav__link" href="{}"{}>{}</a>', with_day(context, page), marked, label)


@register.filter
def window(page: Page[Any]) -> list[int | str]:
    """The page numbers to offer, with gaps: ``1 … 4 5 6 … 12``."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


# --- Names of orders ---


@register.filter
def order_label(name: str) -> str:
    """The name of an order of a list for people; a leading ``-`` means the other way round."""
    return _order_label(name, get_language())


@lru_cache(maxsize=500)
def _order_label(name: str, _language: str | None) -> str:
    labels = {
        "name": _("Name"),
        "name_de": _("Name"),
        "title": _("Titel"),
        "started_on": _("Beginn"),
        "signed_on": _("Unterzeichnung"),
        "effective_on": _("wirksam ab"),
        "stated_on": _("Tag der Aussage"),
        "published_on": _("Veröffentlichung"),
        "ends_on": _("Ende"),
        "date": _("Tag"),
        "status": _("Stand"),
        "population": _("Einwohnerzahl"),
        "amount": _("Betrag"),
        "ars": _("Schlüssel"),
        "updated_at": _("letzte Änderung"),
        "waiting": _("Wartezeit"),
        "last_login": _("letzte Anmeldung"),
        "lead": _("federführende Stelle"),
    }
    label = labels.get(name.lstrip("-"), name.lstrip("-"))
    return pgettext("order", "%s, absteigend") % label if name.startswith("-") else label
