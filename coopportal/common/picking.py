"""How much of a record an answer tells: only some of its fields (``fields=``), or more than its own (``expand=``).

What is not asked for is not fetched. What is added never takes the place of anything: it stands under ``_expanded``,
as the list of its own kind tells it on the same day, and only where everybody may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from coopportal.common.query_fields import ListWidget
from coopportal.common.renderers import Record

#: Where what was expanded stands in a record: field → object or list.
EXPANDED = "_expanded"


@dataclass(frozen=True)
class ByKind:
    """The lists of a field whose keys are of several: the field ``kind`` says of which, ``lists`` knows its list."""

    kind: str
    lists: Callable[[], Mapping[str, str]]

    def names(self) -> list[str]:
        return sorted(set(self.lists().values()))


#: The list whose keys stand in a field.
Target = str | ByKind


@dataclass(frozen=True)
class Picked:
    """What was asked for: the names of fields in their order (None: all), and the fields to expand.

    ``kinds`` are fields that say of which list the key in an expanded one is.
    """

    fields: tuple[str, ...] | None = None
    expand: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...] | None:
        """The fields an answer has: those asked for, and those that are expanded."""
        if self.fields is None:
            return None
        return tuple(dict.fromkeys([*self.fields, *(path.partition(".")[0] for path in self.expand), *self.kinds]))


def picked(
    query: QueryDict, key: str, names: Iterable[str], expandable: Mapping[str, Target]
) -> tuple[Picked, dict[str, list[str]]]:
    """What a query asks for, and what is wrong with it: parameter → messages.

    The key of a record is always told: at the place asked for, else first.
    """
    fields, expand = _values(query, "fields"), _values(query, "expand")
    problems = {}
    for parameter, asked, known in (("fields", fields, [*names]), ("expand", expand, [*expandable])):
        if wrong := [text for text in asked if text not in known]:
            problems[parameter] = [_none_of(text, known) for text in wrong[:10]]
    if fields and key not in fields:
        fields = [key, *fields]
    targets = [expandable.get(path) for path in expand]
    kinds = [target.kind for target in targets if isinstance(target, ByKind)]
    return Picked(tuple(fields) or None, tuple(expand), tuple(kinds)), problems


def _values(query: QueryDict, parameter: str) -> list[str]:
    """Each once; a parameter is repeated, or its values stand with commas."""
    return list(dict.fromkeys(ListWidget().value_from_datadict(query, {}, parameter)))


def _none_of(text: str, known: list[str]) -> str:
    if not known:
        return _("„%(value)s“ ist hier nicht möglich, hier ist nichts zu erweitern.") % {"value": text[:60]}
    told = {"value": text[:60], "known": ", ".join(known)}
    return _("„%(value)s“ gibt es hier nicht. Möglich sind: %(known)s.") % told


def needs_of(serializer: Any, names: Iterable[str]) -> set[str]:
    """What of a row the fields are made of: columns, annotations, relations fetched with it.

    A serializer says in ``reads`` what a field takes from the row where that is not what its ``source`` names.
    """
    reads: Mapping[str, tuple[str, ...]] = getattr(serializer, "reads", {})
    needed: set[str] = set()
    for name in names:
        root = str(serializer.fields[name].source).partition(".")[0]
        needed |= {*reads.get(name, reads.get(root, (root,)))}
    return needed


def slimmed(rows: QuerySet[Any], needed: set[str]) -> QuerySet[Any]:
    """The rows without the annotations and prefetches that nothing of the answer is made of.

    Django offers no public word for dropping an annotation; this is what its own ``values()`` does. Conditions and
    orders keep speaking of those that are dropped.
    """
    fetched: tuple[Any, ...] = rows._prefetch_related_lookups  # type: ignore[attr-defined]
    slim = rows.prefetch_related(None).prefetch_related(*(one for one in fetched if _name_of(one) in needed))
    slim.query.set_annotation_mask(needed & slim.query.annotations.keys())
    return slim


def _name_of(lookup: Prefetch[Any] | str) -> str:
    path = lookup if isinstance(lookup, str) else lookup.prefetch_to
    return path.partition("__")[0]


# --- expand ---


def keys_at(record: Record, path: str) -> list[Any]:
    """The keys that stand in a field, or in one field of the entries of a list (``participations.municipality``)."""
    name, _dot, inner = path.partition(".")
    value = record[name]
    if inner:
        return [entry[inner] for entry in value]
    return value if isinstance(value, list) else [value]


def list_of(record: Record, target: Target) -> str:
    """The name of the list in which a record's key is looked up; empty where no list tells such things."""
    return target if isinstance(target, str) else target.lists().get(record[target.kind], "")


def twin(record: Record, path: str, found: Mapping[str, Record]) -> Any:
    """What stands under ``_expanded`` for a field: for a key its object, for a list a list of as many entries.

    Null where there is no key, and where nobody may read what it names.
    """
    objects = [None if key is None else found.get(str(key)) for key in keys_at(record, path)]
    is_list = "." in path or isinstance(record[path], list)
    return objects if is_list else objects[0]
