"""Of which public cooperations somebody of a Land is partner, party or member, kept as bit sets in the process."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db.models import CharField, Value
from django.db.models.functions import Coalesce

from agreements.filters.cooperation_bits import COOPERATIONS, due
from agreements.models import Cooperation, Participation
from agreements.models.spells import Spell
from agreements.querysets.pairs import NO_STATE
from coopportal.common.bits import Borne, Indexed, Told
from coopportal.common.triggers import shown
from municipalities.models import Municipality, Organisation

#: Land → the cooperations of which some body of it counts as taking part, and those of which several do.
MEMBERS, SEVERAL = "member", "several"
_THERE = "there"


def _borne(day: dt.date) -> list[Borne]:
    members, state = Spell.objects.on(day).counting(), Coalesce("state", Value(NO_STATE), output_field=CharField())
    return [
        Borne(_THERE, Cooperation.objects.public(), Value("", CharField())),
        Borne(MEMBERS, members, state, "cooperation", by="state"),
    ]


def _several(told: Told) -> Told:
    """Each participation is told: what is told twice of a Land and a cooperation has several bodies."""
    keys, states = told[MEMBERS]
    times = Counter(zip(keys, states, strict=True))
    found = [one for one, number in times.items() if number > 1]
    return {**told, SEVERAL: ([key for key, _state in found], [state for _key, state in found])}


MEMBER_BITS = Indexed(
    resource="cooperations",
    public=COOPERATIONS.public,
    borne=_borne,
    always=_THERE,
    # Participations mark their cooperation themselves, their steps the participation (``feed_rules``).
    ways={
        Cooperation._meta.db_table: "pk",
        shown(Cooperation): "pk",
        Participation._meta.db_table: "participations",
        shown(Municipality): "participations__municipality",
        shown(Organisation): "participations__organisation",
    },
    due=due,
    more=_several,
)
