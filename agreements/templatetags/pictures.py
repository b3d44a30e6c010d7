"""Long tables and bars of pictures, written in one go: a template asks for each of their thousand words by itself."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.choices import Degree
from agreements.places import Place, Seat, Share
from agreements.statistics import Row
from coopportal.common.charts import Bar, Bars
from coopportal.common.labels import labels
from coopportal.common.languages import marks_of_german
from coopportal.common.templatetags.portal import german_number, query, query_with, with_day
from municipalities.choices import Kind

register = template.Library()

#: Stands in an address where a key comes to stand.
_KEY = "0"


class Address:
    """An address in which only a key is another one each time; the key stands in its path, or last in its query."""

    def __init__(self, address: str, *, in_query: bool = False) -> None:
        before, _key, after = address.rpartition(_KEY) if in_query else address.partition(_KEY)
        self.before, self.after = escape(before), escape(after)

    def of(self, key: str) -> str:
        return f"{self.before}{quote(key)}{self.after}"


class PlaceWriter:
    """Writes the rows of the table of places: words and addresses are asked for once for all of them."""

    def __init__(self, context: Context) -> None:
        self.body = Address(with_day(context, reverse("municipalities:detail", args=[_KEY])))
        self.cooperation = Address(with_day(context, reverse("agreements:cooperation", args=[_KEY])))
        more = f"{reverse('agreements:list')}{query(context, kommune=_KEY)}"
        self.more = Address(more, in_query=True)
        self.kinds, self.degrees = labels(Kind), labels(Degree)
        self.state, self.number = escape(_("Land")), escape(_("Anzahl"))
        self.refuses = f' <span class="map-table__degree">{escape(_("widerspricht"))}</span>'
        self.german = marks_of_german()

    def row(self, place: Place, state: str, seats: Iterable[Seat], more: int) -> str:
        listed = "".join(map(self.seat, seats))
        if more:
            words = escape(_("und %(number)s weitere") % {"number": german_number(more)})
            listed += f'<li><a href="{self.more.of(place.ars)}">{words}</a></li>'
        kind = escape(self.kinds[place.kind])
        return (
            f'<tr><th scope="row"><a href="{self.body.of(place.ars)}">{escape(place.name)}</a> '
            f'<span class="map-table__kind">{kind}</span></th>'
            f'<td data-label="{self.state}">{escape(state)}</td>'
            f'<td data-label="{self.number}" class="number">{german_number(place.listed)}</td>'
            f'<td><ul class="map-table__list">{listed}</ul></td></tr>\n'
        )

    def seat(self, seat: Seat) -> str:
        before, after = self.german
        name = f"{before}{escape(seat.cooperation)}{after}"
        degree = ""
        if seat.degree:
            degree = f' <span class="map-table__degree">{escape(self.degrees[seat.degree])}</span>'
        refuses = self.refuses if seat.is_refused else ""
        return f'<li><a href="{self.cooperation.of(seat.slug)}">{name}</a>{degree}{refuses}</li>'


@register.simple_tag(takes_context=True)
def place_rows(context: Context, rows: Iterable[dict[str, Any]]) -> SafeString:
    """The rows of the places of a map: place, name of its Land, its first cooperations, how many more."""
    writer = PlaceWriter(context)
    told = (writer.row(row["place"], row["state"], row["participations"], row["more"]) for row in rows)
    return mark_safe("".join(told))  # noqa: S308  (escaped piece by piece)


@register.simple_tag(takes_context=True)
def share_rows(context: Context, shares: Iterable[Share], *, of_districts: bool) -> SafeString:
    """The shares of districts, each leading to its page, or of Länder, each leading to its map."""
    if of_districts:
        address = Address(with_day(context, reverse("municipalities:detail", args=[_KEY])))
    else:
        address = Address(query(context, land=_KEY), in_query=True)
    some, all_, part = (escape(word) for word in (_("mit Kooperation"), _("Gemeinden"), _("Anteil")))
    return mark_safe(  # noqa: S308  (escaped piece by piece)
        "".join(
            f'<tr><th scope="row"><a href="{address.of(share.key)}">{escape(share.name)}</a></th>'
            f'<td data-label="{some}" class="number">{german_number(share.taking_part)}</td>'
            f'<td data-label="{all_}" class="number">{german_number(share.of)}</td>'
            f'<td data-label="{part}" class="number">'
            f'<span class="map__swatch shade--{share.shade}" aria-hidden="true"></span>'
            f"{german_number(share.percent, 1)} %</td></tr>\n"
            for share in shares
        )
    )


@register.simple_tag
def told_rows(rows: Iterable[Row]) -> SafeString:
    """What a picture says, for those who do not see it: ``aktiv: 3; geplant: 2;``."""
    return mark_safe("".join(f"{escape(row.label)}: {escape(row.told)}; " for row in rows))  # noqa: S308  (escaped)


@register.simple_tag(takes_context=True)
def chart_rows(context: Context, rows: Iterable[Row], head: str) -> SafeString:
    """The rows of the table of a picture, each leading to the cooperations behind it, if a filter finds them."""
    cooperations, head, found = reverse("agreements:list"), escape(head), []
    for row in rows:
        label = escape(row.label)
        if row.query:
            label = f'<a href="{escape(cooperations + query_with(context, *row.query))}">{label}</a>'
        told = f'<td class="number" data-label="{head}">{escape(row.told)}</td>'
        found.append(f'<tr><th scope="row">{label}</th>{told}</tr>\n')
    return mark_safe("".join(found))  # noqa: S308  (escaped piece by piece)


@register.simple_tag
def bars_of_page(drawing: Bars) -> SafeString:
    """The bars on a page: words that break where there is little room, bars as wide as it."""
    width, height = drawing.width, drawing.bar
    unknown = f'<rect class="bars__unknown" x="1" y="1" width="60" height="{height - 2}" stroke-dasharray="4 3"/>'
    line = (
        f'<svg class="bars__line" viewBox="0 0 {width} {height}" preserveAspectRatio="none" width="{width}" '
        f'height="{height}"><rect class="bars__track" width="{width}" height="{height}"/>'
    )

    def bar(one: Bar) -> str:
        drawn = unknown if one.width is None else f'<rect class="bars__bar" width="{one.width}" height="{height}"/>'
        return (
            f'<p class="bars__words"><span>{escape(one.label)}</span> '
            f'<span class="bars__told">{escape(one.told)}</span></p>{line}{drawn}</svg>\n'
        )

    return mark_safe("".join(map(bar, drawing.bars)))  # noqa: S308  (escaped piece by piece)


@register.simple_tag
def bars_of_file(drawing: Bars) -> SafeString:
    """The bars of a picture of its own, in its own colours."""
    width, height = drawing.width, drawing.bar
    rest = f'height="{height}" rx="2"'

    def bar(one: Bar) -> str:
        track = f'<rect class="bars__track" x="0" y="{one.bar_y}" width="{width}" {rest} fill="#eceef4"/>'
        if one.width is None:
            drawn = (
                f'<rect class="bars__unknown" x="1" y="{one.bar_y}" width="60" {rest} fill="none" stroke="#2044aa" '
                'stroke-width="1.5" stroke-dasharray="4 3"/>'
            )
        else:
            drawn = f'<rect class="bars__bar" x="0" y="{one.bar_y}" width="{one.width}" {rest} fill="#2044aa"/>'
        return (
            f'<text class="bars__label" x="0" y="{one.text_y}" fill="#131525">{escape(one.label)}</text>\n'
            f'<text class="bars__told" x="{width}" y="{one.text_y}" text-anchor="end" fill="#131525">'
            f"{escape(one.told)}</text>\n{track}\n{drawn}\n"
        )

    return mark_safe("".join(map(bar, drawing.bars)))  # noqa: S308  (escaped piece by piece)
