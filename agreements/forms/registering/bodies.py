"""Which body somebody means who takes part: a municipality or another body (Stelle). What is not clear is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from coopportal.common.search import fold, sort_key
from municipalities.meaning import Unclear, meant_by
from municipalities.models import Municipality, Organisation

Body = Municipality | Organisation
MOST_ORGANISATIONS = 5
NO_TOWN = _("Eine Kommune „%(text)s“ steht nicht im Verzeichnis. Meinen Sie eine dieser Stellen?")
NOBODY = _(
    "„%(text)s“ steht nicht im Verzeichnis. Prüfen Sie die Schreibweise. Fehlt eine Stelle, entfernen Sie diese Zeile "
    "und nennen Sie sie unten als neue Stelle."
)
#: Where the directory of municipalities knows nothing certain, the only other body of that name is meant.
_NOT_A_MUNICIPALITY = (None, Unclear.SIMILAR, Unclear.NOBODY, Unclear.NO_KEY)


@dataclass(frozen=True)
class Found:
    """The body that is meant; else what to ask, and whom one may mean."""

    body: Body | None = None
    question: str = ""
    candidates: tuple[Body, ...] = ()


def key_of(body: Body) -> str:
    """How a form names a body: ``m:073355009000``, ``o:lka-sachsen``."""
    return f"m:{body.ars}" if isinstance(body, Municipality) else f"o:{body.slug}"


def entry_of(body: Body) -> str:
    """How people are shown a body when they choose."""
    if isinstance(body, Municipality):
        place = body.parent or body.state
        return f"{body.entry} – {place.name}"
    return f"{body.name} ({body.get_kind_display()})"


def body_of(key: str, day: dt.date) -> Body | None:
    """The body of a key of ``key_of``; None for all else."""
    kind, _colon, name = key.partition(":")
    if kind == "o":
        return Organisation.objects.filter(slug=name).first()
    try:
        held: Municipality | None = Municipality.objects.holding(name, day) if kind == "m" else None
    except ValueError:
        return None
    return held


def find_body(text: str, day: dt.date) -> Found:
    """Whom the text means: a key, a name, or what the suggestions wrote. At most seven queries."""
    meant = meant_by(text, day)
    named = list(Organisation.objects.filter(sort_key=sort_key(text)).order_by("pk")[:MOST_ORGANISATIONS])
    if meant.body and not named:
        return Found(meant.body)
    if len(named) == 1 and not meant.body and meant.unclear in _NOT_A_MUNICIPALITY:
        return Found(named[0])
    towns = (meant.body,) if meant.body else meant.candidates
    others = named or _like(text)
    label = Unclear.HOMONYM.label if meant.body or named else meant.unclear.label if meant.unclear else ""
    if meant.unclear == Unclear.NOBODY:
        label = NO_TOWN if others else NOBODY
    return Found(question=str(label) % {"text": text[:60]}, candidates=(*towns, *others))


def _like(text: str) -> list[Organisation]:
    found = Organisation.objects.matching(text).for_list()[:MOST_ORGANISATIONS] if len(fold(text)) > 2 else []
    return list(found)
