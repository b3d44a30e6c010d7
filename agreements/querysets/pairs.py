"""Who takes part beside whom: the spells of a day joined with themselves, counted in the database.

Written by hand, because the ORM would join the bodies of every pair anew: here each participation is asked once.
``tests/agreements/test_network.py`` compares it with a slow count in Python.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any, NamedTuple, Self

from django.db import connections, models
from django.db.models import Case, CharField, Count, IntegerField, Max, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Substr

from agreements.choices import COUNTED_DEGREES, Answer, NetworkLevel
from agreements.querysets.registration import OfCooperationQuerySet

#: Stands for the Land of an organisation that belongs to none.
NO_STATE = "00"


class Pair(NamedTuple):
    """Two nodes and in how many cooperations both take part; twice the same: bodies of one group among themselves."""

    one: str
    other: str
    number: int


class Shared(NamedTuple):
    """A cooperation in which both nodes of a pair take part."""

    one: str
    other: str
    slug: str
    name: str


class Refused(NamedTuple):
    """In how many of the shared cooperations of a pair somebody refuses: at all, and by the node it belongs to."""

    number: int
    by: dict[str, int]


_PAIRS = """WITH member (cooperation, node, bodies, inside) AS ({members})
SELECT x.node, y.node, COUNT(*) AS number
FROM member x JOIN member y ON y.cooperation = x.cooperation
WHERE (x.node < y.node OR (x.node = y.node AND x.bodies > 1)) AND x.inside + y.inside > 0
GROUP BY x.node, y.node ORDER BY number DESC, x.node, y.node LIMIT %s"""

_SHARED = """WITH member (cooperation, node, bodies, inside) AS ({members}), pair (one, other) AS (VALUES {pairs})
SELECT one, other, slug, name FROM (
  SELECT pair.one, pair.other, c.slug, c.name,
    ROW_NUMBER() OVER (PARTITION BY pair.one, pair.other ORDER BY c.sort_key, c.id) AS place
  FROM pair JOIN member x ON x.node = pair.one JOIN member y ON y.node = pair.other AND y.cooperation = x.cooperation
  JOIN {cooperations} c ON c.id = x.cooperation
  WHERE (pair.one <> pair.other OR x.bodies > 1) AND x.inside + y.inside > 0
) AS ranked WHERE place <= %s ORDER BY one, other, place"""


def _text(letter: str, value: Any) -> Concat:
    return Concat(Value(letter), Cast(value, CharField()), output_field=CharField())


def _node(level: NetworkLevel, alone: Sequence[int]) -> Any:
    """The key of the node to which a participant belongs; the municipalities of ``alone`` stay by themselves.

    ``m`` and ``o`` with an id are a municipality and an organisation, ``k`` with five digits a district, ``l`` with
    two a Land, ``s`` with two the organisations of a Land.
    """
    body, other = _text("m", "municipality"), _text("o", "organisation")
    if level == NetworkLevel.BODY:
        return Case(When(municipality__isnull=False, then=body), default=other, output_field=CharField())
    if level == NetworkLevel.DISTRICT:
        group = _text("k", Substr("municipality__ars", 1, 5))
        rest = _text("s", Coalesce("state", Value(NO_STATE)))
    else:
        group = rest = _text("l", Coalesce("state", Value(NO_STATE)))
        if not alone:
            return group
    cases = [When(municipality__in=alone, then=body)] if alone else []
    return Case(*cases, When(municipality__isnull=False, then=group), default=rest, output_field=CharField())


def _fits(inside: Q | None) -> Any:
    return Value(1) if inside is None else Case(When(inside, then=1), default=0, output_field=IntegerField())


class PairWords(OfCooperationQuerySet):
    """The part of ``SpellQuerySet`` that joins participants; it needs the spells of one day (``on``)."""

    def counting(self) -> Self:
        """Those that count as taking part."""
        return self.filter(degree__in=COUNTED_DEGREES)

    def as_members(self, level: NetworkLevel, *, inside: Q | None, alone: Sequence[int] = ()) -> Any:
        """Rows of (cooperation, node, number of bodies, 1 where one of them fits ``inside``), for ``pairs``.

        Without ``inside`` every pair is wanted.
        """
        rows = self._as_nodes(level, inside, alone).values("cooperation", "node")
        rows = rows.annotate(bodies=Count("pk"), inside=Max("fits"))
        return rows.values_list("cooperation", "node", "bodies", "inside")

    def as_states(self, *, inside: Q | None) -> list[tuple[int, str, int, int]]:
        """The rows of ``as_members`` by Land. One query, along an index that holds all of it."""
        rows = self.counting().order_by().annotate(fits=_fits(inside)).values("cooperation", "state")
        rows = rows.annotate(bodies=Count("pk"), inside=Max("fits"))
        found = rows.values_list("cooperation", "state", "bodies", "inside")
        return [(cooperation, f"l{state or NO_STATE}", bodies, fits) for cooperation, state, bodies, fits in found]

    def refusing_states(self) -> list[tuple[int, str]]:
        """Cooperations with a Land of which a body says that it does not take part. One query."""
        rows = self.counting().filter(participation__confirmation__answer=Answer.REFUSED).order_by()
        found = rows.values_list("cooperation", "state").distinct()
        return [(cooperation, f"l{state or NO_STATE}") for cooperation, state in found]

    def first_nodes(
        self, levels: Sequence[NetworkLevel], *, inside: Q | None, most: int
    ) -> dict[NetworkLevel, set[str]]:
        """Nodes that are surely tied: those among the first ``most`` members, cooperation by cooperation. One query.

        A look at a few rows tells of most networks that a picture of them could not be read.
        """
        nodes = {f"node_{number}": _node(level, ()) for number, level in enumerate(levels)}
        rows = self.counting().order_by("cooperation_id").annotate(fits=_fits(inside), **nodes)
        tied: dict[NetworkLevel, set[str]] = {level: set() for level in levels}
        found = rows.values_list("cooperation", "fits", *nodes)[:most]
        for _cooperation, members in groupby(found, key=itemgetter(0)):
            _all, fits, *columns = zip(*members, strict=True)
            for level, keys in zip(levels, map(set, columns), strict=True):
                if len(keys) > 1 and any(fits):
                    tied[level] |= keys
        return tied

    def refused(
        self, level: NetworkLevel, *, inside: Q | None, alone: Sequence[int] = ()
    ) -> dict[tuple[str, str], Refused]:
        """The pairs of which one says in a shared cooperation that it does not take part. One query.

        Few refuse, so only their cooperations are fetched.
        """
        says_no = Q(participation__confirmation__answer=Answer.REFUSED)
        theirs = self.model.objects.filter(says_no).order_by().values("cooperation")
        rows = self.filter(cooperation__in=theirs)._as_nodes(level, inside, alone)
        rows = rows.annotate(no=Case(When(says_no, then=1), default=0, output_field=IntegerField()))
        rows = rows.values("cooperation", "node").annotate(bodies=Count("pk"), inside=Max("fits"), refuses=Max("no"))
        rows = rows.order_by("cooperation", "node").values_list("cooperation", "node", "bodies", "inside", "refuses")
        numbers: Counter[tuple[str, str]] = Counter()
        by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for _cooperation, members in groupby(rows, key=itemgetter(0)):
            for pair, nodes in refusing_pairs([member[1:] for member in members]):
                numbers[pair] += 1
                by[pair].update(nodes)
        return {pair: Refused(number, dict(by[pair])) for pair, number in numbers.items()}

    def _as_nodes(self, level: NetworkLevel, inside: Q | None, alone: Sequence[int]) -> Any:
        return self.counting().order_by().annotate(node=_node(level, alone), fits=_fits(inside))


def refusing_pairs(members: Sequence[tuple[str, int, int, int]]) -> list[tuple[tuple[str, str], set[str]]]:
    """The pairs of one cooperation of which one refuses, with who does."""
    found = [
        ((one, other), {node for node, no in ((one, one_no), (other, other_no)) if no})
        for (one, _b, one_in, one_no), (other, _c, other_in, other_no) in combinations(members, 2)
        if (one_no or other_no) and one_in + other_in
    ]
    return found + [((node, node), {node}) for node, bodies, fits, no in members if no and fits and bodies > 1]


def pairs(members: models.QuerySet[Any, Any], *, most: int) -> list[Pair]:
    """The pairs of the ``members`` (``as_members``), the closest first, at most ``most``. One query."""
    return [Pair(*row) for row in _rows(members, _PAIRS, [], [most])]


def shared(members: models.QuerySet[Any, Any], wanted: Sequence[Pair], *, most: int) -> list[Shared]:
    """The first ``most`` cooperations of each of the pairs, by name. One query."""
    if not wanted:
        return []
    nodes = {key for pair in wanted for key in (pair.one, pair.other)}
    values = ", ".join(["(%s, %s)"] * len(wanted))
    keys = [key for pair in wanted for key in (pair.one, pair.other)]
    rows = _rows(members.filter(node__in=nodes), _SHARED, keys, [most], pairs=values)
    return [Shared(*row) for row in rows]


def _rows(
    members: models.QuerySet[Any, Any], sql: str, before: Sequence[Any], after: Sequence[Any], **parts: str
) -> list[Any]:
    """What the query tells; ``parts`` are names of tables and marks for parameters, never what somebody typed."""
    connection = connections[members.db]
    inner, parameters = members.query.get_compiler(members.db).as_sql()
    table = members.model._meta.get_field("cooperation").related_model._meta.db_table
    text = sql.format(members=inner, cooperations=connection.ops.quote_name(table), **parts)
    with connection.cursor() as cursor:
        cursor.execute(text, [*parameters, *before, *after])
        return list(cursor.fetchall())
