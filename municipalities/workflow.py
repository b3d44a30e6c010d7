"""Verbs of the directory: keep derived columns true, decide what an import doubted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from coopportal.common.search import fold_all, sort_key
from municipalities.choices import DoubtDecision, Kind
from municipalities.keys import short_key
from municipalities.models import Doubt, Municipality, Organisation
from municipalities.names import search_text


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
    """Mark the existing bodies whose name another existing body bears too."""
    existing = Municipality.objects.filter(valid_until__isnull=True)
    shared = existing.values("sort_key").annotate(n=Count("pk")).filter(n__gt=1).order_by().values("sort_key")
    Municipality.objects.filter(sort_key__in=shared).exclude(shares_name=True).update(shares_name=True)
    Municipality.objects.filter(shares_name=True).exclude(sort_key__in=shared).update(shares_name=False)


def refresh_organisations(organisations: Iterable[Organisation] | None = None) -> None:
    """Recompute sort keys and search texts of other bodies (all, unless told which)."""
    rows = list(Organisation.objects.all() if organisations is None else organisations)
    for row in rows:
        row.sort_key = sort_key(row.name)
        row.search_text = fold_all([row.name, row.short_name, row.get_kind_display(), row.address])
    Organisation.objects.bulk_update(rows, ["sort_key", "search_text"], batch_size=500)


@transaction.atomic
def decide_doubt(doubt: Doubt, *, decision: str, by: str, note: str = "") -> Doubt:
    """A steward (``by``: the name to be kept with it) says whether the directory is to be believed.

    A doubt may be decided anew as long as its row was not applied. Raises ValidationError for a decision that is none,
    and where the row of an accepted doubt is already applied.
    """
    doubt = Doubt.objects.select_for_update().get(pk=doubt.pk)
    if decision not in (DoubtDecision.ACCEPTED, DoubtDecision.REJECTED):
        raise ValidationError(_("Entscheiden Sie: Das Verzeichnis gilt, oder es bleibt, wie es war."))
    if doubt.stops and doubt.decision == DoubtDecision.ACCEPTED:
        raise ValidationError(_("Diese Zeile ist schon übernommen."))
    doubt.decision, doubt.decided_by, doubt.note = decision, by[:150], note.strip()
    doubt.decided_at = timezone.now()
    doubt.full_clean()
    doubt.save(update_fields=["decision", "decided_by", "note", "decided_at", "updated_at"])
    return doubt
