"""Verbs of the sources: find contradictions, settle one, attach a text."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from coopportal.common.search import fold_all, titled
from sources.choices import Cardinality, ConflictState
from sources.models import Citation, Conflict, SourceDocument, SourceText
from sources.querysets import citable_models

if TYPE_CHECKING:
    from sources.models import Citable


@transaction.atomic
def refresh_conflicts() -> int:
    """Make the conflicts what the citations say; the number of conflicts there are now.

    Different values of a single-valued field of one object are a conflict. A conflict that is still there keeps
    its id and what a steward said of it; one that no longer is goes, unless a steward has explained it.
    """
    found = set(_contradictions())
    known = {(c.content_type_id, c.object_id, c.field): c for c in Conflict.objects.all()}
    Conflict.objects.bulk_create(
        Conflict(content_type_id=ct, object_id=pk, field=field) for ct, pk, field in found - known.keys()
    )
    settled = [known[key].pk for key in known.keys() - found if known[key].state == ConflictState.OPEN]
    Conflict.objects.filter(pk__in=settled).delete()
    return Conflict.objects.count()


def _contradictions() -> list[tuple[int, int, str]]:
    keys: list[tuple[int, int, str]] = []
    for model in citable_models():
        single = [name for name, (_label, many) in model.citable_fields.items() if many == Cardinality.SINGLE]
        keys += (
            Citation.objects.filter(content_type=_type(model), field__in=single)
            .exclude(value="")
            .order_by()
            .values("content_type_id", "object_id", "field")
            .annotate(values_count=Count("value", distinct=True))
            .filter(values_count__gt=1)
            .values_list("content_type_id", "object_id", "field")
        )
    return keys


def _type(model: type[Citable]) -> ContentType:
    return ContentType.objects.get_for_model(model)


@transaction.atomic
def settle_conflict(conflict: Conflict, *, state: str, explanation: str) -> Conflict:
    """A steward says how a contradiction is to be read; nothing of the citations is changed.

    Raises ValidationError where an explanation is missing.
    """
    conflict = Conflict.objects.select_for_update().get(pk=conflict.pk)
    conflict.state = state
    conflict.explanation = explanation.strip()
    conflict.full_clean()
    conflict.save(update_fields=["state", "explanation", "updated_at"])
    return conflict


@transaction.atomic
def attach_text(document: SourceDocument, content: str, raw: bytes) -> SourceText:
    """Attach the text of a document, so that its passages can be quoted.

    ``raw`` are the bytes of the file, checked against the SHA-256 of the document. Raises ValidationError where they
    differ or where the text has another number of characters than the passages were counted in.
    """
    digest = hashlib.sha256(raw).hexdigest()
    if digest != document.sha256:
        raise ValidationError(
            _("Die Prüfsumme passt nicht zu „%(title)s“: erwartet %(expected)s, gefunden %(found)s.")
            % {"title": document.title, "expected": document.sha256 or "–", "found": digest}
        )
    if document.length and len(content) != document.length:
        raise ValidationError(
            _("Der Text hat %(found)d Zeichen statt %(expected)d.")
            % {"found": len(content), "expected": document.length}
        )
    text, _created = SourceText.objects.update_or_create(document=document, defaults={"content": content})
    return text


@transaction.atomic
def refresh_search() -> None:
    """Recompute the search texts of all citations and documents: what is stated, title and publisher."""
    citations = list(Citation.objects.only("stated_value"))
    for citation in citations:
        citation.search_text = fold_all([citation.stated_value])
    Citation.objects.bulk_update(citations, ["search_text"], batch_size=500)
    rows = list(SourceDocument.objects.all())
    for row in rows:
        row.search_text = titled([row.title], [row.publisher])
    SourceDocument.objects.bulk_update(rows, ["search_text"], batch_size=200)
