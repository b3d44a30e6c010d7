"""Prepared questions whose rows are objects, for pages that speak of one record and of all that belongs to it.

The ORM makes the SQL of a page anew each time, which costs more than all that the page does with the rows. Here it is
made once, by the QuerySet that says what is asked; the objects are those that it would give, with what it selects
beside them. What belongs to them comes by further questions (``belonging``), as ``prefetch_related`` would bring it,
but as a list: who asks anything else of it than ``all()`` is told that it cannot be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from coopportal.common.prepared import Question, converter


class Objects(Question):
    """The rows of a question in which ``column`` (or two, of numbers) is one of some keys."""

    def __init__(self, rows: QuerySet[Any], column: str | tuple[str, str]) -> None:
        compiler = self.compile(rows, rows.prefetch_related(None), column)
        select, told = compiler.select, compiler.klass_info
        columns = told["select_fields"]
        self._model: Any = told["model"]
        self._own = slice(columns[0], columns[-1] + 1)
        self._names = [one.target.attname for one, *_rest in select[self._own]]
        self._annotations = [*(compiler.annotation_col_map or {}).items()]
        # The stubs are those of a later Django.
        self._populators = get_related_populators(told, select, connection.alias)  # type: ignore[call-arg]
        converters = [converter(one, compiler.connection) for one, *_rest in select]
        self._converters = [(place, convert) for place, convert in enumerate(converters) if convert]

    def of(self, keys: Collection[Any], most: int | None = None) -> list[Any]:
        """The objects of these keys (the first ones), in the order of the question; without keys nothing is asked."""
        if not keys:
            return []
        asked = self.about(self.told(keys))
        return [*map(self._object, (asked if most is None else asked.part(most, 0)).rows())]

    def _object(self, found: Sequence[Any]) -> Any:
        row = [*found]
        for place, convert in self._converters:
            if row[place] is not None:
                row[place] = convert(row[place])
        made = self._model.from_db(connection.alias, self._names, row[self._own])
        for populator in self._populators:
            populator.populate(row, made)
        for name, place in self._annotations:
            setattr(made, name, row[place])
        return made

    def belonging(self, parents: Collection[Model], relation: str, name: str) -> list[Any]:
        """The rows of a ``relation`` of these objects, told to them; the ``name`` of the attribute that leads back.

        The key is that attribute, or an annotation of this name where rows belong to several.
        """
        found = self.of([parent.pk for parent in parents])
        is_field = name not in {one for one, _place in self._annotations}
        attribute = self._model._meta.get_field(name).attname if is_field else name
        rows: dict[Any, list[Any]] = defaultdict(list)
        for row in found:
            rows[getattr(row, attribute)].append(row)
        for parent in parents:
            mine = rows.get(parent.pk, [])
            keep(parent, relation, mine)
            if is_field:
                lead_back(mine, name, parent)
        return found


def keep(parent: Any, relation: str, rows: list[Any]) -> None:
    """Let the object have these rows of a relation at hand."""
    if not hasattr(parent, "_prefetched_objects_cache"):
        parent._prefetched_objects_cache = {}
    parent._prefetched_objects_cache[relation] = rows


def lead_back(rows: Iterable[Any], name: str, parent: Model) -> None:
    """Let the rows know the object to which they belong."""
    for row in rows:
        row._state.fields_cache[name] = parent
