"""Reads of the directory, as words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import connections, models
from django.db.models import Case, CharField, F, IntegerField, Prefetch, Q, Value, When, prefetch_related_objects
from django.db.models.functions import Coalesce, Substr

from coopportal.common.given import Given
from coopportal.common.search import fold, matches, sort_key
from municipalities.choices import DISTRICT_FREE, BodyStatus, Involvement, Level, Reach
from municipalities.distances import kilometres, window
from municipalities.involvement import conditions
from municipalities.keys import parse_key, prefix_of
from municipalities.search import Wanted, wanted_of


def _holds_on(day: dt.date, path: str = "") -> Q:
    """A period holds on ``day``: no beginning means since ever, no end means until further notice."""
    return (Q(**{f"{path}valid_from__isnull": True}) | Q(**{f"{path}valid_from__lte": day})) & (
        Q(**{f"{path}valid_until__isnull": True}) | Q(**{f"{path}valid_until__gte": day})
    )


def _begins(wanted: Wanted, *, ordered: bool) -> Q:
    """The name begins with the letters; as a range on SQLite, whose index does not serve LIKE.

    PostgreSQL has an index for LIKE, and under a linguistic collation its order is not that of the characters.
    """
    condition = Q()
    for start in wanted.beginnings:
        after = start[:-1] + chr(ord(start[-1]) + 1)
        begins = Q(sort_key__startswith=start)
        condition |= begins & Q(sort_key__gte=start, sort_key__lt=after) if ordered else begins
    return condition


def _holds_any(ways: tuple[str, ...]) -> Q:
    condition = Q()
    for way in ways:
        condition |= Q(search_text__contains=way)
    return condition


def _may_name_area(ways: tuple[str, ...]) -> bool:
    return len(ways[0]) >= LETTERS_OF_AREA


def _lies_in(ways: tuple[str, ...], areas: Iterable[tuple[str, str]]) -> Q:
    """In a district or Land that has this word in its name; impossible where there is none."""
    named = [prefix for name, prefix in areas if _may_name_area(ways) and f" {ways[0]} " in name]
    whole = {prefix for prefix in named if len(prefix) == len("16")}
    condition = Q(state__in=sorted(whole))
    for prefix in named:
        if prefix[:2] not in whole:
            condition |= Q(ars__startswith=prefix)
    return condition


def _rank(phrase: str) -> Case:
    """0 the name itself, 1 another name or key, 2 begins the name as a word, 3 begins it, 4 begins a word, 5 inside."""
    ways = [
        Q(search_text__startswith=f"  {phrase}  "),
        Q(search_text__contains=f"  {phrase}  "),
        Q(search_text__startswith=f"  {phrase} "),
        Q(search_text__startswith=f"  {phrase}"),
        Q(search_text__contains=f" {phrase}"),
    ]
    whens = [When(way, then=Value(place)) for place, way in enumerate(ways)]
    return Case(*whens, default=Value(len(ways)), output_field=IntegerField())


def _is_over(day: dt.date) -> Case:
    return Case(When(valid_until__lt=day, then=Value(1)), default=Value(0), output_field=IntegerField())


def _distance(body: Any, day: dt.date) -> tuple[bool, int, int]:
    """Orders the periods in which bodies bear a key: that of the day first, else the latest."""
    if (body.borne_valid_from or dt.date.min) <= day <= (body.borne_valid_until or dt.date.max):
        return False, 0, body.pk
    return True, -(body.borne_valid_until or dt.date.max).toordinal(), -body.pk


#: Fewer letters name no district and no Land to whoever looks for what lies there.
LETTERS_OF_AREA = 4


class PeriodQuerySet(models.QuerySet[Any]):
    def on(self, day: dt.date) -> PeriodQuerySet:
        """The periods that hold on ``day``; both ends are inclusive."""
        return self.filter(_holds_on(day))

    def inside(self, prefix: str) -> PeriodQuerySet:
        """Whose ARS begins so."""
        return self.filter(ars__startswith=prefix)

    def districts(self) -> PeriodQuerySet:
        """Those of districts, and of the cities that are their own."""
        return self.filter(Q(municipality__level=Level.DISTRICT) | Q(kind__in=DISTRICT_FREE))

    def in_order(self) -> PeriodQuerySet:
        """With their bodies, by name."""
        return self.select_related("municipality").order_by("municipality__sort_key", "ars", "pk")

    def per_area(self, digits: int) -> models.QuerySet[Any, Any]:
        """How many bodies of each level and kind lie in each area: rows of (area, level, kind, number)."""
        rows = (
            self.order_by().annotate(area=Substr("ars", 1, digits)).values_list("area", "municipality__level", "kind")
        )
        return rows.annotate(models.Count("pk"))


class MunicipalityQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> MunicipalityQuerySet:
        return self

    def existing_on(self, day: dt.date) -> MunicipalityQuerySet:
        """Bodies that exist on ``day``."""
        return self.filter(_holds_on(day))

    def inside(self, body: Any) -> MunicipalityQuerySet:
        """What lies inside ``body``, itself not included; nesting is by prefix of the ARS."""
        return self.filter(ars__startswith=prefix_of(body.ars, body.level)).exclude(pk=body.pk)

    def districts(self) -> MunicipalityQuerySet:
        """Districts, and the cities that are their own."""
        return self.filter(Q(level=Level.DISTRICT) | Q(kind__in=DISTRICT_FREE)).order_by("sort_key", "ars")

    def per_district(self) -> dict[str, int]:
        """How many of them lie in each district, by its five digits."""
        rows = self.order_by().annotate(district=Substr("ars", 1, 5)).values_list("district")
        return dict(rows.annotate(models.Count("pk")))

    def holding(self, text: str, day: dt.date) -> Any | None:
        """The body that holds the key ``text`` on ``day``, else its latest holder; None where nobody ever held it.

        Raises ValueError where ``text`` is not the form of a key.
        """
        key = parse_key(text)
        held = Q(**{f"periods__{key.column}": key.value})
        # One filter(): the period that bears the key has to be the one of the day.
        return (
            self.filter(held & _holds_on(day, "periods__")).order_by("pk").first()
            or self.filter(held).order_by(models.F("periods__valid_until").desc(nulls_first=True), "-pk").first()
        )

    def holding_each(self, texts: list[str], day: dt.date) -> dict[str, Any]:
        """What ``holding`` finds for each of the keys, in one query; keys that nobody ever held are left out.

        Of columns that ``defer`` puts off nothing is read before somebody asks.
        """
        keys = {text: parse_key(text) for text in texts}
        wanted = {column: [key.value for key in keys.values() if key.column == column] for column in ("ars", "ags")}
        borne = Q(borne_ars__in=wanted["ars"]) | Q(borne_ags__in=wanted["ags"])
        names = ("ars", "ags", "valid_from", "valid_until")
        # Each body once for each of its periods, with what that tells.
        bodies = self.order_by().annotate(**{f"borne_{name}": models.F(f"periods__{name}") for name in names})
        held: dict[tuple[str, str], list[Any]] = {}
        for body in bodies.filter(borne):
            for column in wanted:
                held.setdefault((column, getattr(body, f"borne_{column}")), []).append(body)
        found = {}
        for text, key in keys.items():
            if holders := held.get((key.column, key.value)):
                found[text] = min(holders, key=lambda body: _distance(body, day))
        return found

    def around(self, body: Any, reach: Reach) -> MunicipalityQuerySet:
        """The neighbours of ``body``: of its district, of its Land, or within some kilometres; itself not included.

        In their Land districts and cities that are their own have their like for neighbours. Within kilometres are
        only bodies whose place is known; nobody, where its own is not.
        """
        others = self.exclude(pk=body.pk)
        if reach == Reach.DISTRICT:
            return others.filter(ars__startswith=body.ars[:5])
        if reach == Reach.STATE:
            return (others.districts() if body.is_own_district else others).filter(state=body.state_id)
        if body.lat is None or body.lon is None:
            return self.none()
        place, limit = (float(body.lat), float(body.lon)), float(reach)
        south, north, west, east = window(*place, limit)
        rows = others.filter(lat__range=(south, north), lon__range=(west, east)).values_list("pk", "lat", "lon")
        return self.filter(pk__in=[pk for pk, *at in rows if kilometres(*place, *map(float, at)) <= limit])

    def begun_by(self, day: dt.date) -> MunicipalityQuerySet:
        """Bodies that exist on ``day`` or did before."""
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))

    def with_status_on(self, day: dt.date) -> MunicipalityQuerySet:
        """Adds ``day_status`` of bodies that had begun by ``day``: do they exist then?"""
        ended = When(valid_until__lt=day, then=Value(BodyStatus.ENDED.value))
        existing = Value(BodyStatus.EXISTING.value)
        return self.annotate(day_status=Case(ended, default=existing, output_field=CharField()))

    def with_involvement_on(self, day: dt.date, keys: Collection[int] | None = None) -> MunicipalityQuerySet:
        """Adds ``involvement``: do they take part in something on ``day``, as the rooms above tell?

        ``keys`` are those of all bodies that do, where they are known already (``involved``).
        """
        told = conditions(day) if keys is None else [Given("pk", keys)]
        taking_part = [When(condition, then=Value(Involvement.YES.value)) for condition in told]
        no = Value(Involvement.NO.value)
        return self.annotate(involvement=Case(*taking_part, default=no, output_field=CharField()))

    def matching(self, query: str) -> MunicipalityQuerySet:
        """Every word of the query in a name, present or former, a kind or a key; one or two letters begin a name."""
        wanted = wanted_of(query)
        if wanted.beginnings:
            return self.filter(_begins(wanted, ordered=connections[self.db].vendor == "sqlite"))
        condition = Q()
        for word in wanted.words:
            condition &= _holds_any(word)
        for word in wanted.excluded:
            condition &= ~_holds_any(word)
        return self.filter(condition)

    def matching_or_lying_in(
        self, query: str, areas: Callable[[], list[tuple[str, str]]] | None = None
    ) -> MunicipalityQuerySet:
        """The same, where a word may also stand in the name of the district or the Land in which a body lies.

        There it is a whole word of four letters at least: "Sachsen" does not mean Niedersachsen. ``areas`` are for who
        asks several times.
        """
        wanted = wanted_of(query)
        if wanted.beginnings:
            return self.matching(query)
        may_name = any(map(_may_name_area, (*wanted.words, *wanted.excluded)))
        named = (areas or self.areas)() if may_name else []
        condition = Q()
        for word in wanted.words:
            condition &= _holds_any(word) | _lies_in(word, named)
        for word in wanted.excluded:
            condition &= ~(_holds_any(word) | _lies_in(word, named))
        return self.filter(condition)

    def areas(self) -> list[tuple[str, str]]:
        """The folded names of Länder and districts with the beginning of the keys of what lies in them; one query."""
        states = self.model._meta.get_field("state").related_model.objects.order_by().values_list("code", "name")
        districts = self.model.objects.filter(level=Level.DISTRICT).order_by().values_list(Substr("ars", 1, 5), "name")
        return [(f" {fold(name)} ", prefix) for prefix, name in states.union(districts, all=True)]

    def search_ranked(self, query: str, day: dt.date) -> MunicipalityQuerySet:
        """What the query finds, the likeliest first: whole names, names that begin with it as a word, beginnings.

        Among equals those that exist on ``day`` come first, then big places; ended bodies are found too.
        """
        return self.begun_by(day).matching(query).ranked(query, day)

    def ranked(self, query: str, day: dt.date) -> MunicipalityQuerySet:
        """The order of ``search_ranked`` for rows already filtered."""
        return self.annotate(rank=_rank(wanted_of(query).phrase), over=_is_over(day)).order_by(
            "rank", "over", F("population").desc(nulls_last=True), "sort_key", "level", "ars", "pk"
        )

    def with_period_on(self, day: dt.date) -> MunicipalityQuerySet:
        """Fetches the period of ``day``, so that ``on_day`` tells name, kind and keys of that day."""
        periods = self.model.periods.rel.related_model.objects.on(day).select_related("parent")
        return self.prefetch_related(Prefetch("periods", periods, to_attr="periods_on_day"))

    def tell_of(self, bodies: Iterable[Any], day: dt.date) -> None:
        """As ``with_period_on`` for bodies that are fetched already; one query."""
        periods = self.model.periods.rel.related_model.objects.on(day)
        prefetch_related_objects(list(bodies), Prefetch("periods", periods, to_attr="periods_on_day"))

    def with_successors(self) -> MunicipalityQuerySet:
        successions = self.model.successions.rel.related_model.objects.select_related("successor")
        return self.prefetch_related(Prefetch("successions", successions.order_by(F("on").asc(nulls_last=True), "pk")))

    def succeeding(self, pks: Iterable[int]) -> models.QuerySet[Any]:
        """The successions from bodies with these ids to others, these fetched."""
        successions: models.QuerySet[Any] = self.model.successions.rel.related_model.objects.all()
        return successions.filter(predecessor__in=pks).select_related("successor__state", "successor__parent__parent")

    def positions(self, keys: Iterable[str]) -> dict[str, tuple[Any, Any]]:
        """ARS → longitude and latitude, where they are known; the present holder of a key goes before a former one."""
        rows = self.filter(ars__in=keys, lon__isnull=False, lat__isnull=False)
        rows = rows.order_by(F("valid_until").asc(nulls_last=True), "pk")
        return {ars: (lon, lat) for ars, lon, lat in rows.values_list("ars", "lon", "lat")}

    def with_relations(self) -> MunicipalityQuerySet:
        return self.select_related("state", "parent__parent")

    def for_list(self) -> MunicipalityQuerySet:
        return self.with_relations().order_by("sort_key", "level", "ars", "pk")

    def for_records(self) -> MunicipalityQuerySet:
        """With all that the API tells of a body; of the one above it that is its key."""
        return self.select_related("parent").order_by("sort_key", "level", "ars", "pk")

    def for_page(self) -> MunicipalityQuerySet:
        """With all that a body's own page tells: Land, parents, periods, changes of territory, other names."""
        periods = self.model.periods.rel.related_model.objects.select_related("parent").order_by("valid_from", "pk")
        before = self.model.predecessions.rel.related_model.objects.select_related("predecessor")
        return (
            self.with_relations()
            .with_successors()
            .prefetch_related(
                "other_names",
                Prefetch("periods", periods),
                Prefetch("predecessions", before.order_by("on", "pk")),
            )
        )

    def namesakes_of(self, body: Any, day: dt.date) -> MunicipalityQuerySet:
        """Other bodies of the same name that exist on ``day``."""
        if not body.shares_name:
            return self.none()
        return self.filter(sort_key=body.sort_key).existing_on(day).exclude(pk=body.pk).for_list()

    def belonging_to(self, body: Any, day: dt.date) -> MunicipalityQuerySet:
        """Bodies that belong to ``body`` directly on ``day``."""
        periods = self.model.periods.rel.related_model.objects.on(day).filter(parent=body)
        return self.filter(pk__in=periods.values("municipality")).for_list()


class DirectoryStateQuerySet(models.QuerySet[Any]):
    def light(self) -> DirectoryStateQuerySet:
        """Without the content of the files."""
        return self.defer("content")

    def latest_day(self) -> dt.date | None:
        """The day of the newest state read, None before the first."""
        newest: dt.date | None = self.aggregate(newest=models.Max("day"))["newest"]
        return newest


class DoubtQuerySet(models.QuerySet[Any]):
    def open(self) -> DoubtQuerySet:
        """What nobody has decided yet."""
        return self.filter(decision="open")


class SuccessionQuerySet(models.QuerySet[Any]):
    def for_decision(self) -> SuccessionQuerySet:
        """With both bodies, the newest first, then by Land and name."""
        rows = self.select_related("predecessor__state", "successor")
        return rows.order_by(F("on").desc(nulls_last=True), "predecessor__ars", "successor__sort_key", "pk")


class BoundaryQuerySet(models.QuerySet[Any]):
    def standing_on(self, day: dt.date) -> BoundaryQuerySet:
        """Borders of what exists on ``day``, as far as the directory knows whose they are."""
        return self.filter(Q(municipality__isnull=True) | _holds_on(day, "municipality__"))

    def version(self) -> str:
        """Changes as soon as any of these borders does, or the name of its body."""
        told = self.aggregate(models.Count("pk"), models.Max("updated_at"), models.Max("municipality__updated_at"))
        return "-".join(str(value) for value in told.values())

    def drawn(self, outline: str) -> models.QuerySet[Any, Any]:
        """Key, name, ARS of the body and the geometry as text in that column, in the order of keys."""
        name = Coalesce("municipality__name", "name")
        return self.order_by("level", "key").values_list("key", name, "municipality__ars", outline)

    def sources(self) -> dict[str, list[str]]:
        """The levels there are, each with the names of its sources, which a map has to tell."""
        told = self.order_by("level", "source").values_list("level", "source").distinct()
        return {level: [source for of, source in told if of == level] for level in dict.fromkeys(of for of, _s in told)}


class OrganisationQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> OrganisationQuerySet:
        return self

    def matching(self, query: str) -> OrganisationQuerySet:
        return self.filter(matches(query))

    def for_list(self) -> OrganisationQuerySet:
        return self.select_related("state").order_by("sort_key", "pk")

    def sharing_words_with(self, names: Iterable[str]) -> OrganisationQuerySet:
        """Those in whose name a word of five letters and more of one of these names occurs."""
        words = {word for name in names for word in sort_key(name).split() if len(word) >= 5}
        if not words:
            return self.none()
        return self.filter(reduce(or_, (Q(sort_key__contains=word) for word in words)))
