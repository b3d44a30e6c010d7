"""What a question takes only when it is needed: the filters it names, and the keys of the page it asks for."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

from coopportal.common.facets import InSets

if TYPE_CHECKING:
    from coopportal.common.filters import PortalFilterSet


class OwnFilters(Mapping[str, Any]):
    """The filters of one question: each is copied from the declared one when it is first needed.

    Most questions ask for one or two of twenty, and each knows keys, choices and labels.
    """

    def __init__(self, asked: PortalFilterSet) -> None:
        declared: Any = type(asked)
        self._asked, self._declared, self._own = asked, declared.base_filters, dict[str, Any]()

    def __getitem__(self, name: str) -> Any:
        if name not in self._own:
            self._own[name] = own = copy.copy(self._declared[name])
            own.method = own.method  # is bound to the filter it belongs to
            own.model, own.parent = self._asked.queryset.model, self._asked
        return self._own[name]

    def __contains__(self, name: object) -> bool:
        return name in self._declared

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


class Keys:
    """The keys of the rows a page asks for, in their order, to be cut into pages: by bit sets where they know them."""

    def __init__(self, asked: PortalFilterSet, sets: InSets | None) -> None:
        self.asked, self.sets = asked, sets

    def __getitem__(self, part: slice) -> Sequence[Any]:
        asked, sets = self.asked, self.sets
        order = tuple(asked.form.cleaned_data.get("ordering") or ())
        ranked = asked.likeliest_first and not order
        if sets is None or (ranked and not sets.words):
            return list(self._in_order(asked.qs)[part])
        start, stop, found = part.start or 0, part.stop, list[Any]()
        for bits in sets.ranked if ranked else [sets.found]:
            if stop > 0:
                found += sets.snapshot.page(bits, order, self._everything, max(start, 0), stop)
            number = bits.bit_count()
            start, stop = start - number, stop - number
        return found

    def _in_order(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
        return self.asked.ordered(rows.order_by(*self.asked.usual_order)).values_list("pk", flat=True)

    def _everything(self) -> models.QuerySet[Any, Any]:
        """All rows, in the order chosen, else in the usual one whatever is searched for."""
        rows = self.asked.queryset.all().order_by(*self.asked.usual_order)
        is_chosen = self.asked.form.cleaned_data.get("ordering")
        return self._in_order(rows) if is_chosen else rows.values_list("pk", flat=True)
