"""The ground of all FilterSets: one per resource, used by its page and by the API alike.

The API calls parameters by their English names. A page calls the same parameters by German ones (``aliases``) with the
same values. Several values of one parameter are given by repeating it or with commas. A parameter nobody knows and a
value that does not fit are errors that name the parameter: the API answers 400, a page says so at the field and lists
unfiltered by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db import models
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from coopportal.common.asked_keys import Keys, OwnFilters
from coopportal.common.facets import Faceted
from coopportal.common.filter_kinds import DayFilter, OrderingFilter
from coopportal.common.query_fields import KeysField, ListField
from coopportal.common.search import missing_in_title, parse
from coopportal.common.vocabularies import Vocabulary, vocabulary

#: Parameters of a list that are not filters: paging and representation.
NOT_FILTERS = frozenset({"page", "page_size", "format"})

#: Parameters of the API alone: from which place on, and how much of a record is told.
IN_API = frozenset({"cursor", "fields", "expand"})

TAKE_SEVERAL = frozenset({"fields", "expand"})

#: Most rows of one page of a list for people; longer ones are files.
MOST_ROWS = 200
#: Numbers of more digits than these are no page of any list.
DIGITS = 9

#: Page names of the parameters that all resources share.
COMMON_ALIASES = {
    "q": "search",
    "stand": "as_of",
    "sortierung": "ordering",
    "geaendert_seit": "modified_since",
    "seite": "page",
    "anzahl": "page_size",
}


def _whole(text: str) -> int:
    """The whole number from 1 on that a text is; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0


class OwnFields(dict[str, Any]):
    """The fields of one question: those that it names, and any other from when it is asked for, to be offered."""

    def __init__(self, asked: PortalFilterSet, names: Sequence[str]) -> None:
        self._filters = asked.filters
        super().__init__((name, self._filters[name].field) for name in names)

    def __missing__(self, name: str) -> Any:
        if name not in self._filters:
            raise KeyError(name)
        self[name] = field = self._filters[name].field
        return field


class FilterForm(forms.Form):
    """The form of a FilterSet; on a page its fields go by their German names."""

    page_names: Mapping[str, str] = {}
    #: Whose question it is.
    asked: Any = None

    def choices_of(self, name: str) -> Sequence[tuple[Any, Any]]:
        """The closed list of a field's values with their labels; empty where any text may be entered."""
        field: Any = self.fields[name]
        if isinstance(field, KeysField):
            if field.told_by and self.asked is not None:
                return [(key, str(row)) for key, row in self.asked.vocabulary[name].items()]
            return field.choices_at(self.asked.version if self.asked is not None else None)
        return list(getattr(field, "choices", ()))

    def add_prefix(self, field_name: str) -> str:
        return self.page_names.get(field_name, field_name)


class PortalFilterSet(Faceted, django_filters.FilterSet):
    """A FilterSet that knows the day asked for, German page names, and which parameters exist.

    Subclasses may declare ``aliases`` (page name → parameter), ``orderings`` (name → columns), ``cut`` (leave out what
    was not yet or no longer there on the day asked for), ``shape`` (with what a row of a page is fetched) and
    ``record_shape`` (with what a record of the API is fetched, where that is something else). Where rows have a title
    in their search text (``titled``), a search lists those first that have its words there, unless an order is chosen.
    """

    #: Parameters that may stand beside the filters.
    beside: frozenset[str] = NOT_FILTERS
    in_api: frozenset[str] = IN_API
    aliases: Mapping[str, str] = {}
    orderings: Mapping[str, tuple[str, ...]] = {}
    titled = False
    #: The order of rows that nobody asked to be in another one, and whether the database has an index of it.
    usual_order: ClassVar[tuple[Any, ...]] = ("sort_key", "pk")
    has_index_of_order: ClassVar[bool] = True

    as_of = DayFilter(method="no_filter", label=_("Stand (Tag)"))

    class Meta:
        form = FilterForm

    def __init__(
        self,
        data: QueryDict | None = None,
        queryset: models.QuerySet[Any] | None = None,
        *,
        request: Any = None,
        prefix: str | None = None,
        german: bool = False,
        today: dt.date | None = None,
    ) -> None:
        self.german = german
        self.today = today or timezone.localdate()
        all_aliases = {**COMMON_ALIASES, **self.aliases} if german else {}
        self.page_names = {parameter: name for name, parameter in all_aliases.items()}
        self.base_filters: Any = {}  # else the ground copies them all, to the last choice
        super().__init__(QueryDict() if data is None else data, queryset, request=request, prefix=prefix)
        self.filters: Any = OwnFilters(self)

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Adds ``ordering`` where the FilterSet offers orders."""
        filters: dict[str, Any] = super().get_filters()
        if cls.orderings and "ordering" not in filters:
            choices = [(sign + name, sign + name) for name in cls.orderings for sign in ("", "-")]
            filters["ordering"] = OrderingFilter(choices=choices, label=_("Sortierung"))
        return filters

    @cached_property
    def form(self) -> FilterForm:
        """The fields of the question: those it names are cleaned, a page may offer the others too."""
        form: FilterForm = self._meta.form(self.data, prefix=self.form_prefix)
        form.page_names, form.asked = self.page_names, self
        form.fields = OwnFields(self, [name for name in self.filters if self.page_name(name) in self.data])
        if self.is_of_version:
            for name, field in form.fields.items():
                if getattr(field, "told_by", ()):
                    field.known = self.vocabulary[name]
        return form

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the fields offer whose objects are told by some columns."""
        return vocabulary(type(self), self.filters, self.version)

    def page_name(self, parameter: str) -> str:
        """What the asker calls the parameter."""
        return self.page_names.get(parameter, parameter)

    @cached_property
    def unknown(self) -> list[str]:
        """Parameters of the query that do not exist, under the names the asker used."""
        beside = self.beside if self.german else self.beside | self.in_api
        known = {self.page_name(name) for name in self.filters.keys() | beside}
        return [name for name in self.data if name not in known]

    @cached_property
    def repeated(self) -> list[str]:
        """Parameters of one value that the query gives several of: which one was meant nobody knows."""
        several = {self.page_name(name) for name, field in self.form.fields.items() if isinstance(field, ListField)}
        several |= TAKE_SEVERAL
        return [name for name in self.data if name not in several and len(set(self.data.getlist(name))) > 1]

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """Everything wrong with the query: parameter → messages, under the names the asker used."""
        found = {self.page_name(name): [str(e) for e in errors] for name, errors in self.errors.items()}
        for name in self.unknown:
            found[name] = [str(_("Diesen Parameter gibt es hier nicht."))]
        for name in self.repeated:
            found[name] = [str(_("Dieser Parameter nimmt nur einen Wert."))]
        if self.german:  # the API's own pages say so themselves
            found |= self._wrong_pages()
        return found

    def _wrong_pages(self) -> dict[str, list[str]]:
        text = _("„%(value)s“ ist keine ganze Zahl ab 1.")
        names = [self.page_name(parameter) for parameter in ("page", "page_size") if parameter in self.beside]
        wrong = {name: self.data[name] for name in names if self.data.get(name) and not _whole(self.data[name])}
        return {name: [str(text % {"value": value[:60]})] for name, value in wrong.items()}

    @property
    def page_number(self) -> int:
        """Which page of the list is asked for; the first where the query names none, or no number."""
        return _whole(self.data.get(self.page_name("page"), "")) or 1

    def page_size(self, usual: int) -> int:
        """How many rows a page shall have, at most ``MOST_ROWS``; the usual number where the query names none."""
        return min(_whole(self.data.get(self.page_name("page_size"), "")) or usual, MOST_ROWS)

    def label(self, name: str) -> str:
        """What people call the parameter that the asker called ``name``; the name itself where it is no filter."""
        parameter = next((one for one in self.filters if self.page_name(one) == name), None)
        return str(self.form.fields[parameter].label or name) if parameter else name

    @property
    def offers(self) -> dict[str, Sequence[tuple[list[str], str]]]:
        """Where it is not clear what a value means: parameter → what to ask instead, under the names the asker used."""
        fields = {name: self.form.fields[name] for name in self.errors if name in self.form.fields}
        return {self.page_name(name): getattr(field, "candidates", ()) for name, field in fields.items()}

    def texts_of(self, parameter: str) -> list[str]:
        """The right values of a parameter, as the API takes them."""
        field = self.form.fields.get(parameter)
        if isinstance(field, ListField):
            return field.keys_of(self.form[parameter].data)
        return [text for text in self.data.getlist(self.page_name(parameter)) if text]

    @property
    def asked_day(self) -> dt.date | None:
        """The day asked for, None where the query names none (or a wrong one)."""
        self.form.is_valid()  # fills cleaned_data with what is right, whatever else is wrong
        day: dt.date | None = self.form.cleaned_data.get("as_of")
        return day

    @property
    def day(self) -> dt.date:
        """The day asked for, else today."""
        return self.asked_day or self.today

    @property
    def is_cut(self) -> bool:
        """Is the list cut by a day? Without one, lists are not cut by time."""
        return self.asked_day is not None

    @property
    def searched(self) -> str:
        """What was typed to search, empty where it holds nothing to look for."""
        self.form.is_valid()  # fills cleaned_data with what is right, whatever else is wrong
        typed: str = self.form.cleaned_data.get("search") or ""
        return typed if parse(typed) else ""

    @property
    def likeliest_first(self) -> bool:
        """Does a search decide the order of the list, unless one is chosen?"""
        return self.titled and bool(self.searched)

    def no_filter(self, queryset: models.QuerySet[Any], name: str, value: Any) -> models.QuerySet[Any]:
        return queryset

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.asked_day is not None and "as_of" not in self._left_out:
            queryset = self.cut(queryset, self.asked_day)
        filtered: models.QuerySet[Any] = super().filter_queryset(queryset)
        return filtered

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        """The rows that were there on ``day``; resources without dates stay unchanged."""
        return rows

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows with all that a list shows of them, in the usual order."""
        return rows

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows with all that the API says of them, in the usual order."""
        return self.shape(rows)

    def rows(self) -> models.QuerySet[Any]:
        """The filtered rows as a page shows them, in the order chosen; every order ends with the id."""
        return self.ordered(self.shape(self.qs))

    def records(self) -> models.QuerySet[Any]:
        """The filtered rows as the API tells them, in the order chosen; every order ends with the id."""
        return self.ordered(self.record_shape(self.qs))

    def ordered(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Rows in their usual order in the order asked for: the one chosen, else the likeliest of a search first."""
        if chosen := self.form.cleaned_data.get("ordering"):
            return rows.order_by(*self._columns(chosen), "pk")
        missing = missing_in_title(self.searched) if self.likeliest_first else None
        return rows if missing is None else rows.order_by(missing, *rows.query.order_by)

    def keys(self) -> Keys:
        """The keys of the filtered rows in the order asked for, for pages of what shows them."""
        return Keys(self, self.sets)

    def keys_at_hand(self, *, far: bool = False) -> Keys | None:
        """The same without building or keeping anything; None where the database is as quick, or the only one to know.

        All rows in their order are no question for sets, unless a ``far`` page of an order that is known is meant, or
        one of which there is no index.
        """
        sets = self._sets_at_hand()
        if sets is None or not sets.is_whole or (self.likeliest_first and not sets.words):
            return None
        order = tuple(self.form.cleaned_data.get("ordering") or ())
        is_known = order in sets.snapshot.orders and (far or not self.has_index_of_order)
        return Keys(self, sets) if sets.chosen or sets.words or self.is_cut or is_known else None

    def near(self, start: int, stop: int) -> tuple[models.Q, int] | None:
        """Where the list can be entered before the place ``start``: a condition, and how many rows it leaves out.

        What it leaves out comes before, or from ``stop`` on.

        None where only the database knows, which goes along all rows up to there.
        """
        return None

    def _columns(self, chosen: list[str]) -> list[Any]:
        columns: list[Any] = []
        for name in chosen:
            for column in self.orderings[name.lstrip("-")]:
                way = F(column).desc if name.startswith("-") else F(column).asc
                columns.append(way() if self._is_never_empty(column) else way(nulls_last=True))
        return columns

    def _is_never_empty(self, column: str) -> bool:
        """Nothing needs to be said of where empty values stand: an index of the column gives this order."""
        model = self.queryset.model
        own = {field.attname: field.null for field in model._meta.concrete_fields}
        return own.get(column) is False


class DetailFilterSet(PortalFilterSet):
    """What a single object may be asked: its state on a day. It is never filtered away."""

    beside = frozenset({"format"})
    in_api = frozenset({"fields", "expand"})
