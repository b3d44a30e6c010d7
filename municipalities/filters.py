"""FilterSets of the directory; ``MunicipalityFilter`` serves every resource that points at municipal bodies."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from coopportal.common.facets import Part, column, counted
from coopportal.common.filters import (
    KeysFilter,
    ModifiedSinceFilter,
    PortalFilterSet,
    SearchFilter,
    ValuesFilter,
    VocabularySearchFilter,
)
from coopportal.common.query_fields import ListField, ListWidget
from coopportal.common.search import parse
from municipalities.choices import (
    BodyStatus,
    DoubtDecision,
    DoubtKind,
    Involvement,
    Kind,
    Level,
    OrganisationKind,
    SuccessionKind,
)
from municipalities.involvement import involved
from municipalities.keys import is_key, prefix_of
from municipalities.meaning import Unclear, meant_by
from municipalities.models import Municipality, MunicipalityPeriod, Organisation, State


class BodiesWidget(ListWidget):
    """Several bodies; a comma within the brackets of an entry ("Jena (kreisfreie Stadt, 16053000)") divides nothing."""

    separator = re.compile(r",(?![^()]*\))")


class BodiesField(ListField):
    """Municipal bodies, called by ARS, short key or AGS; a key of nobody is an error that names it.

    A key finds the body that holds it on ``day``, else its latest holder. With ``takes_names`` (on pages) a name or an
    entry is understood too where it is clear whom it means. Else the error names the ``candidates``, on pages as pairs
    of what to write instead and a label, to be offered as links.
    """

    widget = BodiesWidget
    day: dt.date
    takes_names = False
    suggests = True

    def clean(self, value: Any) -> list[Municipality]:
        self.candidates: list[tuple[list[str], str]] = []
        self.understood: dict[str, Municipality] = {}
        bodies: list[Municipality] = super().clean(value)
        return bodies

    def to_python(self, value: Any) -> list[Municipality]:
        value = value or []
        self.understood = Municipality.objects.holding_each([text for text in value if is_key(text)], self.day)
        for text in value:
            if text not in self.understood:
                self.understood[text] = self._understand(text, value)
        return list(dict.fromkeys(self.understood[text] for text in value))

    def _understand(self, text: str, value: list[str]) -> Municipality:
        meant = meant_by(text, self.day, ended=True)
        if meant.body and self.takes_names:
            return meant.body
        candidates = (meant.body,) if meant.body else meant.candidates
        others = [self.understood[one].short_key if one in self.understood else one for one in value if one != text]
        self.candidates = [([*others, body.short_key], body.entry) for body in candidates]
        if self.takes_names and meant.unclear:
            raise ValidationError(meant.unclear.label, code=meant.unclear, params={"text": text[:60]})
        unclear = meant.unclear if meant.unclear == Unclear.KEY_OF_NOBODY else Unclear.NO_KEY
        message = str(unclear.label) % {"text": text[:60]}
        if candidates:
            names = "; ".join(body.entry for body in candidates)
            message += " " + _("Gemeint sein kann: %(names)s.") % {"names": names}
        raise ValidationError(message, code=unclear)

    def shown(self, value: list[str]) -> str:
        """What stands in the field for these values, as far as they were understood."""
        understood = getattr(self, "understood", {})
        return ", ".join(understood[text].entry if text in understood else text for text in value or [])

    def keys_of(self, value: list[str]) -> list[str]:
        """The same values with keys for names, for whoever takes only keys."""
        return [text if is_key(text) else self.understood[text].short_key for text in value]


class BodiesFilter(django_filters.Filter):
    """Rows that point at one of the bodies, found by the key they hold on the day asked for."""

    field_class = BodiesField

    @property
    def field(self) -> Any:
        field = super().field
        field.day, field.takes_names = self._day(), self.parent.german
        return field

    def _day(self) -> dt.date:
        """Read from the raw query: the form is not clean yet while its fields are made."""
        parent = self.parent
        try:
            asked = parent.filters["as_of"].field.clean(parent.data.get(parent.page_name("as_of")))
        except ValidationError:
            asked = None
        return asked or parent.today

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class InsideFilter(BodiesFilter):
    """Rows that point at one of the bodies or at anything that lies inside it."""

    def inside(self, bodies: list[Municipality]) -> Q:
        """Nesting is by prefix of the ARS.

        Where rows point at bodies these are looked for first: SQLite would go through all rows.
        """
        way, _dot, column = self.field_name.rpartition("__")
        condition = Q()
        for body in bodies:
            condition |= Q(**{f"{column}__startswith": prefix_of(body.ars, body.level)})
        return Q(**{f"{way}__in": Municipality.objects.filter(condition).order_by().values("pk")}) if way else condition

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(self.inside(value)) if value else qs


#: The Länder, called by their codes.
STATES: Mapping[str, Any] = {"queryset": State.objects.all(), "lookup": "code", "told_by": ("name",)}


def states_filter(field_name: str = "state", **kwargs: Any) -> KeysFilter:
    """Filters by two-digit codes of Länder."""
    label = kwargs.pop("label", _("Land"))
    return KeysFilter(field_name=field_name, label=label, **STATES, **kwargs)


class StateFilterSet(PortalFilterSet):
    aliases: dict[str, str] = {}
    orderings = {"code": ("code",), "name": ("name",)}

    search = VocabularySearchFilter("code", "name", "official_name", label=_("Name"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.order_by("code")


class OfThatDay(django_filters.Filter):
    """With a day asked for, bodies of which it was true then; without one, of which it is true now."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value or not self.parent.is_cut:
            return super().filter(qs, value)
        periods = super().filter(MunicipalityPeriod.objects.on(self.parent.day), value)
        return qs.filter(Exists(periods.filter(municipality=OuterRef("pk"))))


class KindOfThatDay(OfThatDay, ValuesFilter):
    pass


class ParentOfThatDay(OfThatDay, BodiesFilter):
    pass


class InsideOnThatDay(OfThatDay, InsideFilter):
    pass


class StatusOfThatDay(ValuesFilter):
    """Bodies that exist on the day asked for, or no more; the FilterSet brings those that had begun."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.with_status_on(self.parent.day).filter(day_status__in=value) if value else qs  # type: ignore[attr-defined]


class InvolvementOfThatDay(ValuesFilter):
    """Bodies that take part in a published cooperation on the day asked for, or in none."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        asked: Any = self.parent
        # What programs asked is kept as a question: there the keys would take much room.
        keys = involved(asked.day, asked.today, asked.version) if asked.german else None
        return qs.with_involvement_on(asked.day, keys).filter(involvement__in=value)  # type: ignore[attr-defined]


def _statuses(asked: Any, name: str, rows: Any) -> list[Part]:
    return [counted(name, rows.with_status_on(asked.day), F("day_status"))]


def _involvements(asked: Any, name: str, rows: Any) -> list[Part]:
    return [counted(name, rows.with_involvement_on(asked.day), F("involvement"))]


def _known_involvements(asked: Any, name: str, rows: Any) -> list[Part]:
    keys = involved(asked.day, asked.today, asked.version)
    return [counted(name, rows.with_involvement_on(asked.day, keys), F("involvement"))]


def _kinds(asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    """The kinds of today, or those of the day asked for."""
    if not asked.is_cut:
        return [counted(name, rows, F("kind"))]
    periods = MunicipalityPeriod.objects.on(asked.day).filter(municipality__in=rows.order_by().values("pk"))
    return [counted(name, periods, F("kind"), Count("municipality", distinct=True))]


class DirectorySearchFilter(SearchFilter):
    """Bodies by their names and keys, or by the names of the district and the Land they lie in."""

    #: Those of this question: every facet asks for its own rows.
    _areas: list[tuple[str, str]] | None = None

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        rows: Any = qs
        return rows.matching_or_lying_in(value, lambda: self._known_areas(rows)) if value and parse(value) else qs

    def _known_areas(self, rows: Any) -> list[tuple[str, str]]:
        if self._areas is None:
            self._areas = rows.areas()
        return self._areas


class MunicipalityFilterSet(PortalFilterSet):
    facets = {
        "state": column("state"),
        "level": column("level"),
        "kind": _kinds,
        "cooperating": _involvements,
        "status": _statuses,
    }
    quicker = {"cooperating": _known_involvements}
    aliases = {
        "land": "state",
        "ebene": "level",
        "art": "kind",
        "mit_kooperation": "cooperating",
        "bestand": "status",
        "uebergeordnet": "parent",
        "innerhalb": "within",
    }
    orderings = {"name": ("sort_key",), "population": ("population",), "ars": ("ars",), "updated_at": ("updated_at",)}

    search = DirectorySearchFilter(label=_("Name oder Schlüssel"))
    state = states_filter()
    level = ValuesFilter(choices=Level.choices, label=_("Ebene"))
    kind = KindOfThatDay(choices=Kind.choices, label=_("Art"))
    cooperating = InvolvementOfThatDay(choices=Involvement.choices, label=_("mit Kooperation"))
    status = StatusOfThatDay(choices=BodyStatus.choices, label=_("Bestand"))
    parent = ParentOfThatDay(field_name="parent", label=_("übergeordnete Körperschaft"))
    within = InsideOnThatDay(field_name="ars", label=_("innerhalb von"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    @property
    def likeliest_first(self) -> bool:
        """By a ranking of their own (``ranked``)."""
        return bool(self.searched)

    def ordered(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """``shape`` has put them in the order of a search already."""
        return super().ordered(rows) if self.form.cleaned_data.get("ordering") else rows

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Without a day those that exist today; with one those that existed then. A search finds ended ones too.

        So does who asks for a status, and the count of what each status would bring.
        """
        rows: Any = queryset
        ended_too = self.searched or self.form.cleaned_data.get("status") or "status" in self._left_out
        return super().filter_queryset(rows.begun_by(self.day) if ended_too else rows.existing_on(self.day))

    def count(self, rows: models.QuerySet[Any]) -> int:
        """By whom the process knows to take part; the answer is remembered for the question without these keys."""
        chosen = self.form.cleaned_data.get("cooperating")
        keys = involved(self.day, self.today, self.version) if chosen and not self.german else None
        if keys is None:
            return super().count(rows)
        beside: Any = self.rows_without("cooperating").order_by()
        return int(beside.with_involvement_on(self.day, keys).filter(involvement__in=chosen).count())

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """In the order of the directory; what a search finds, the likeliest first."""
        return self._of_that_day(rows.with_successors().for_list())  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return self._of_that_day(rows.with_successors().for_records())  # type: ignore[attr-defined]

    def _of_that_day(self, shaped: Any) -> models.QuerySet[Any]:
        if self.searched:
            shaped = shaped.ranked(self.searched, self.day)
        rows: models.QuerySet[Any] = shaped.with_period_on(self.day) if self.is_cut else shaped
        return rows


class SuggestionFilterSet(MunicipalityFilterSet):
    """The same for a keystroke: bodies by their own names and keys, not by those of the areas they lie in."""

    search = SearchFilter(label=_("Name oder Schlüssel"))


class TreeFilterSet(PortalFilterSet):
    """How far the tree of the directory is open: down to a Land or a body."""

    aliases = {"land": "state", "kommune": "municipality"}

    state = states_filter(method="no_filter")
    municipality = BodiesFilter(method="no_filter", label=_("Kommune"))


class BoundaryFilterSet(PortalFilterSet):
    """Which borders, and how finely drawn: ``detail`` 1 for whole Germany, 2 for a Land, 3 for a district."""

    aliases = {"land": "state", "kommune": "municipality"}

    state = states_filter()
    municipality = BodiesFilter(field_name="municipality", label=_("Kommune"))
    detail = ValuesFilter(
        choices=[("1", _("grob")), ("2", _("mittel")), ("3", _("fein"))], method="no_filter", label=_("Genauigkeit")
    )

    @property
    def chosen_detail(self) -> int:
        """The detail asked for, else the coarsest; expects the question to be right."""
        chosen = self.form.cleaned_data.get("detail")
        return int(chosen[0]) if chosen else 1

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return super().filter_queryset(queryset.standing_on(self.day))  # type: ignore[attr-defined]


class KeyOfStates(KeysFilter):
    """Doubts about keys of one of the Länder."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        condition = Q()
        for state in value or ():
            condition |= Q(**{f"{self.field_name}__startswith": state.code})
        return qs.filter(condition)


class DoubtFilterSet(PortalFilterSet):
    """Doubts about the directory; without a question those that nobody has decided."""

    aliases = {"land": "state", "art": "kind", "entscheidung": "decision"}

    state = KeyOfStates(field_name="key", queryset=State.objects.all(), lookup="code", label=_("Land"))
    kind = ValuesFilter(choices=DoubtKind.choices, label=_("Art"))
    decision = ValuesFilter(choices=DoubtDecision.choices, label=_("Entscheidung"))

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        rows: Any = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("decision") else rows.open()

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.select_related("municipality").order_by("-directory_state", "kind", "key", "pk")


class SuccessionFilterSet(PortalFilterSet):
    """Changes of territory; without a question those that are only suggested."""

    aliases = {"land": "state", "art": "kind", "bestaetigt": "confirmed"}

    state = states_filter("predecessor__state")
    kind = ValuesFilter(choices=SuccessionKind.choices, label=_("Art"))
    confirmed = ValuesFilter(
        choices=[("nein", _("vermutet")), ("ja", _("bestätigt"))], method="no_filter", label=_("Stand")
    )

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        wanted = self.form.cleaned_data.get("confirmed") or ["nein"]
        return super().filter_queryset(queryset).filter(confirmed__in=[word == "ja" for word in wanted])

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_decision()  # type: ignore[attr-defined]


class OrganisationFilterSet(PortalFilterSet):
    facets = {"state": column("state"), "kind": column("kind")}
    aliases = {"land": "state", "art": "kind"}
    orderings = {"name": ("sort_key",), "updated_at": ("updated_at",)}
    titled = True

    search = SearchFilter(label=_("Name"))
    state = states_filter()
    kind = ValuesFilter(choices=OrganisationKind.choices, label=_("Art"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]


def organisations_filter(field_name: str = "organisation", **kwargs: Any) -> KeysFilter:
    """Filters by slugs of other bodies."""
    label = kwargs.pop("label", _("Stelle"))
    return KeysFilter(field_name=field_name, queryset=Organisation.objects.all(), lookup="slug", label=label, **kwargs)
