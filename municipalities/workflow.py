"""Verbs of the directory: keep derived columns true, decide what an import doubted or supposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from coopportal.common.dates import format_day
from coopportal.common.languages import recorded
from coopportal.common.search import sort_key, titled
from municipalities.choices import DoubtDecision, DoubtKind, Kind, SharedName, SuccessionKind
from municipalities.keys import short_key
from municipalities.models import Doubt, Municipality, Organisation, Succession
from municipalities.names import search_text
from municipalities.renaming import tell_renamed, tell_renamed_organisations


@transaction.atomic
def refresh_derived(municipalities: QuerySet[Municipality] | None = None) -> None:
    """Recompute sort keys, search texts and shared names of municipal bodies (all, unless told which)."""
    chosen = Municipality.objects.all() if municipalities is None else municipalities
    changed = []
    for row in chosen.prefetch_related("other_names", "periods"):
        derived = sort_key(row.name), search_text_of(row)
        if (row.sort_key, row.search_text) != derived:
            row.sort_key, row.search_text = derived
            changed.append(row)
    Municipality.objects.bulk_update(changed, ["sort_key", "search_text"], batch_size=500)
    refresh_shared_names()
    tell_renamed([row.pk for row in changed])


#: Short forms that people write before a name.
_SHORT_KINDS = {
    Kind.DISTRICT: "Landkreis LK",
    Kind.RURAL_DISTRICT: "LK Kreis",
    Kind.SAMTGEMEINDE: "SG",
    Kind.VERBANDSGEMEINDE: "VG",
    Kind.ADMINISTRATIVE_COMMUNITY: "VG",
    Kind.ADMINISTRATIVE_ASSOCIATION: "VV GVV",
    Kind.FULFILLING_MUNICIPALITY: "EG",
    Kind.INDEPENDENT_CITY: "Stadt",
    Kind.URBAN_DISTRICT: "Stadt kreisfrei",
    Kind.MAJOR_DISTRICT_TOWN: "Stadt",
}


def search_text_of(row: Municipality) -> str:
    """All names and keys a body ever had, folded; expects ``other_names`` and ``periods`` prefetched."""
    periods = list(row.periods.all())
    names = [row.name, *(name.name for name in row.other_names.all()), *(period.name for period in periods)]
    additions = [row.official_name, *(period.official_name for period in periods)]
    keys = [key for one in (row, *periods) for key in (one.ars, short_key(one.ars, row.level), one.ags)]
    return search_text(names, [*additions, row.title, *kind_words(row.kind)], keys)


@cache
def kind_words(kind: str) -> tuple[str, str]:
    """The kind of a body in German words, whatever language is spoken just now, and as people shorten it."""
    with override("de"):
        return str(Kind(kind).label), _SHORT_KINDS.get(Kind(kind), "")


def refresh_shared_names() -> None:
    """Mark the existing bodies whose name another existing body bears too, and those of which one is of their kind.

    What has ended is marked as those that bear its name today.
    """
    existing = Municipality.objects.filter(valid_until__isnull=True)
    shared = existing.values("sort_key").annotate(n=Count("pk")).filter(n__gt=1).order_by().values("sort_key")
    twins = existing.filter(sort_key=OuterRef("sort_key"), kind=OuterRef("kind")).exclude(pk=OuterRef("pk"))
    same = Exists(twins.order_by())
    bearing = Municipality.objects.filter(sort_key__in=shared)
    for rows, mark in (
        (bearing.filter(same), SharedName.BY_SAME_KIND),
        (bearing.exclude(same), SharedName.BY_OTHER_KINDS),
        (Municipality.objects.exclude(sort_key__in=shared), SharedName.BY_NONE),
    ):
        rows.exclude(shares_name=mark).update(shares_name=mark)


@transaction.atomic
def refresh_organisations(organisations: Iterable[Organisation] | None = None) -> None:
    """Recompute sort keys and search texts of other bodies (all, unless told which)."""
    changed = []
    for row in Organisation.objects.all() if organisations is None else organisations:
        with override(settings.LANGUAGE_CODE):
            kind = str(row.get_kind_display())
        derived = sort_key(row.name), titled([row.name, row.short_name], [kind, row.address])
        if (row.sort_key, row.search_text) != derived:
            row.sort_key, row.search_text = derived
            changed.append(row)
    Organisation.objects.bulk_update(changed, ["sort_key", "search_text"], batch_size=500)
    tell_renamed_organisations([row.pk for row in changed])


def _held(rows: QuerySet[Any], pk: int) -> Any:
    """The row as it is now, held until the transaction ends. Raises ValidationError where somebody took it away."""
    if (row := rows.select_for_update().filter(pk=pk).first()) is None:
        raise ValidationError(_("Darüber hat gerade jemand anderes entschieden."))
    return row


@transaction.atomic
def decide_doubt(doubt: Doubt, *, decision: str, by: str, note: str = "") -> Doubt:
    """A steward (``by``: the name to be kept with it) says whether the directory is to be believed.

    A doubt may be decided anew as long as its row was not applied. Raises ValidationError for a decision that is none,
    and where the row of an accepted doubt is already applied.
    """
    doubt = _held(Doubt.objects.all(), doubt.pk)
    if decision not in (DoubtDecision.ACCEPTED, DoubtDecision.REJECTED):
        raise ValidationError(_("Entscheiden Sie: Das Verzeichnis gilt, oder es bleibt, wie es war."))
    if doubt.stops and doubt.decision == DoubtDecision.ACCEPTED:
        raise ValidationError(_("Diese Zeile ist schon übernommen."))
    doubt.decision, doubt.decided_by, doubt.note = decision, by[:150], note.strip()
    doubt.decided_at = timezone.now()
    doubt.full_clean()
    doubt.save(update_fields=["decision", "decided_by", "note", "decided_at", "updated_at"])
    return doubt


# --- Who stands in whose place ---


@transaction.atomic
def confirm_succession(succession: Succession, *, on: dt.date, by: str, note: str = "") -> Succession:
    """A steward (``by``) confirms a suggested succession and says from which day it holds.

    The directory only knows the two states between which a body ended; with the day told, the predecessor ends the day
    before and a successor that began with the later state begins on it. Raises ValidationError where it is confirmed
    already, and for a day that contradicts the two states.
    """
    row = _held(Succession.objects.select_related("predecessor", "successor"), succession.pk)
    if row.confirmed:
        raise ValidationError(_("Diese Gebietsänderung ist schon bestätigt."))
    _check_day(row, on)
    if row.on and on != row.on:
        _move_boundary(row, row.on, on)
    row.on, row.confirmed = on, True
    _decide(row, by, note)
    return row


@transaction.atomic
def refuse_succession(succession: Succession, *, by: str, note: str) -> None:
    """A steward (``by``) throws a suggestion away, for a reason; who is left without successor becomes a doubt."""
    row = _held(Succession.objects.select_related("predecessor", "successor"), succession.pk)
    if row.confirmed:
        raise ValidationError(_("Diese Gebietsänderung ist schon bestätigt."))
    if not note.strip():
        raise ValidationError({"note": _("Sagen Sie, warum der Vorschlag nicht stimmt.")})
    told = {"what": SuccessionKind(row.kind).label, "name": row.successor.entry, "by": by, "note": note.strip()}
    message = recorded(_("Der Vorschlag „%(what)s: %(name)s“ wurde von %(by)s verworfen: %(note)s"), **told)
    old = row.predecessor
    row.delete()
    if old.successions.exists():
        return
    state = row.on or old.valid_until or timezone.localdate()
    doubt, _made = Doubt.objects.get_or_create(
        directory_state=state,
        kind=DoubtKind.NO_SUCCESSOR,
        key=short_key(old.ars, old.level),
        defaults={"message": "", "municipality": old},
    )
    doubt.message = "\n".join(filter(None, (doubt.message, message)))
    doubt.decision = DoubtDecision.OPEN
    doubt.save()


@transaction.atomic
def decide_successions(
    successions: Iterable[Succession], *, confirm: bool, on: dt.date | None, by: str, note: str
) -> None:
    """Confirm several suggestions from one day on, or throw them away; all or none.

    Raises ValidationError that names the first with which it does not go.
    """
    for row in successions:
        try:
            if confirm:
                if on is None:
                    raise ValidationError({"on": _("Sagen Sie, seit welchem Tag die Nachfolge gilt.")})
                confirm_succession(row, on=on, by=by, note=note)
            else:
                refuse_succession(row, by=by, note=note)
        except ValidationError as error:
            raise ValidationError(f"{row}: {' '.join(error.messages)}") from None


@transaction.atomic
def name_successor(
    predecessor: Municipality, successor: Municipality, *, kind: str, on: dt.date, by: str, source: str
) -> Succession:
    """A steward (``by``) says who stands in the place of a body that ended, and where that is written.

    Doubts about who follows it are settled by it. Raises ValidationError for a day that contradicts the directory, and
    where the successor is named already.
    """
    row = Succession(predecessor=predecessor, successor=successor, kind=kind, source=source.strip(), confirmed=True)
    row.on = predecessor.valid_until + dt.timedelta(days=1) if predecessor.valid_until else None
    _check_day(row, on)
    if row.on and on != row.on and not predecessor.successions.filter(confirmed=True).exists():
        _move_boundary(row, row.on, on)
    row.on = on
    row.full_clean()
    row.save()
    _decide(row, by, source)
    for doubt in Doubt.objects.open().filter(kind=DoubtKind.NO_SUCCESSOR, municipality=predecessor):
        decide_doubt(doubt, decision=DoubtDecision.ACCEPTED, by=by, note=source)
    return row


def _check_day(row: Succession, on: dt.date) -> None:
    """After the last state that held the predecessor, and not after the first that does not."""
    last = row.predecessor.directory_state
    if last and on <= last:
        raise ValidationError(
            {"on": _("Am %(day)s stand die Kommune noch im Verzeichnis.") % {"day": format_day(last)}}
        )
    if row.on and on > row.on:
        message = _("Am %(day)s stand die Kommune nicht mehr im Verzeichnis.") % {"day": format_day(row.on)}
        raise ValidationError({"on": message})


def _move_boundary(row: Succession, before: dt.date, on: dt.date) -> None:
    """The end of the predecessor and the beginning of the successor, from the day the directory showed to the true one.

    A predecessor that ended otherwise, and a successor that was there before, keep their days.
    """
    one_day, now = dt.timedelta(days=1), timezone.now()
    old, new = row.predecessor, row.successor
    if old.valid_until == before - one_day:
        Municipality.objects.filter(pk=old.pk).update(valid_until=on - one_day, updated_at=now)
        old.periods.filter(valid_until=before - one_day).update(valid_until=on - one_day)
    if new.valid_from == before:
        Municipality.objects.filter(pk=new.pk).update(valid_from=on, updated_at=now)
        new.periods.filter(valid_from=before).update(valid_from=on)


def _decide(row: Succession, by: str, note: str) -> None:
    row.decided_by, row.note, row.decided_at = by[:150], note.strip(), timezone.now()
    row.full_clean()
    row.save()
