"""What the nodes of a network are called, and where they lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.filters import NetworkFilterSet
from agreements.querysets.pairs import NO_STATE
from municipalities.keys import prefix_of
from municipalities.models import Municipality, Organisation, State


@dataclass(frozen=True)
class Who:
    """What a node stands for: ``page`` tells of it, ``query`` is the filter of its own, finer network.

    ``holds_others``: what lies inside it is not the body itself, as with a district. ``short`` is for pictures in
    which nobody else is called so.
    """

    key: str
    label: str
    order: tuple[str, ...]
    page: str = ""
    query: tuple[str, str] | None = None
    holds_others: bool = False
    short: str = ""

    @property
    def is_group(self) -> bool:
        return self.key[0] not in "mo"


def names(keys: Iterable[str], asked: NetworkFilterSet) -> dict[str, Who]:
    """What nodes stand for, on the day asked for: four queries, one more with a day."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        found[key[0]].append(key[1:])
    told = [*_towns(found["m"], asked), *_offices(found["o"]), *_districts(found["k"], asked)]
    states = dict(State.objects.values_list("code", "name"))
    told += [_state(code, states) for code in found["l"]] + [_offices_of(code, states) for code in found["s"]]
    return {who.key: who for who in told}


def _towns(pks: list[str], asked: NetworkFilterSet) -> Iterable[Who]:
    bodies = list(Municipality.objects.filter(pk__in=pks)) if pks else []
    if asked.is_cut:
        Municipality.objects.tell_of(bodies, asked.day)
    for body in bodies:
        order = (body.ars[:5], body.sort_key, body.ars)
        wide = prefix_of(body.ars, body.level) != body.ars
        page = body.get_absolute_url()
        told = {"label": body.on_day.label, "short": str(body.on_day.name)}
        yield Who(f"m{body.pk}", order=order, page=page, query=("kommune", body.ars), holds_others=wide, **told)


def _offices(pks: list[str]) -> Iterable[Who]:
    for office in Organisation.objects.filter(pk__in=pks) if pks else ():
        order = (f"{office.state_id or '99'}z", office.sort_key, office.slug)
        yield Who(f"o{office.pk}", office.name, order, office.get_absolute_url(), ("stelle", office.slug))


def _districts(keys: list[str], asked: NetworkFilterSet) -> Iterable[Who]:
    """By their five digits; a district that has ended goes by the name it had."""
    rows = Municipality.objects.filter(ars__in=[f"{key}0000000" for key in keys]).districts() if keys else ()
    bodies = {body.ars[:5]: body for body in sorted(rows, key=lambda body: (not body.has_ended, body.pk))}
    if asked.is_cut:
        Municipality.objects.tell_of(bodies.values(), asked.day)
    for key in keys:
        body = bodies.get(key)
        label = body.on_day.label if body else _("Kreis %(key)s") % {"key": key}
        page = body.get_absolute_url() if body else ""
        query = ("innerhalb", f"{key}0000000") if body else None
        yield Who(f"k{key}", label, (key, label), page, query, short=str(body.on_day.name) if body else "")


def _state(code: str, states: dict[str, str]) -> Who:
    if code == NO_STATE:
        return Who(f"l{code}", _("Stellen ohne Land"), (code,), reverse("municipalities:organisations"))
    page = f"{reverse('municipalities:list')}?land={code}"
    return Who(f"l{code}", states.get(code, code), (code,), page, ("land", code))


def _offices_of(code: str, states: dict[str, str]) -> Who:
    address = reverse("municipalities:organisations")
    if code == NO_STATE:
        return Who(f"s{code}", _("Stellen ohne Land"), ("99z",), address)
    label = _("Stellen in %(state)s") % {"state": states.get(code, code)}
    return Who(f"s{code}", label, (f"{code}z",), f"{address}?land={code}")
