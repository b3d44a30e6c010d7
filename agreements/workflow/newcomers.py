"""Bodies that the register does not know: named with a registration, entered when it is published, never before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements.choices import EDITABLE, RecordState
from agreements.models import Cooperation, Participation, ParticipationStep, ProposedBody
from agreements.permissions import may_edit
from agreements.workflow.faults import Faults
from agreements.workflow.recording import locked, require, require_state, save
from coopportal.common.languages import recorded
from coopportal.common.locks import one_at_a_time
from coopportal.common.search import sort_key
from coopportal.common.slugs import slug_of
from municipalities.models import Organisation, State
from municipalities.workflow import refresh_organisations

#: So many bodies that are not in the register may be named with one record.
MOST_BODIES = 20


@transaction.atomic
def name_body(
    *, user: User, cooperation: Cooperation, day: dt.date, name: str, kind: str, state: State | None, role: str
) -> ProposedBody:
    """Name a body that takes part and is missing in the register. One of that very name in that Land is not missing.

    Who reads an older version of the record is overtaken by it, as by every other change.
    """
    row = locked(cooperation)
    require(may_edit(user, row, day))
    require_state(row, EDITABLE)
    body = ProposedBody(cooperation=row, name=" ".join(name.split()), kind=kind, state=state, role=role)
    faults = Faults()
    faults.check(body)
    named = list(row.proposed_bodies.filter(organisation=None))
    if len(named) >= MOST_BODIES:
        faults.add("name", _("Mehr als %d neue Stellen lassen sich nicht nennen.") % MOST_BODIES)
    if any((sort_key(one.name), one.state_id) == (sort_key(body.name), body.state_id) for one in named):
        faults.found["name"] = [_("Diese Stelle haben Sie schon genannt.")]
    if _is_known(body):
        faults.add("name", _("Diese Stelle steht schon im Register. Tragen Sie sie oben unter ihrem Namen ein."))
    faults.raise_any()
    body.save()
    _raise_version(row, user)
    return body


@transaction.atomic
def drop_body(*, user: User, cooperation: Cooperation, day: dt.date, pk: int) -> None:
    """Take back a body that was named; where it is gone already nothing happens."""
    row = locked(cooperation)
    require(may_edit(user, row, day))
    require_state(row, EDITABLE)
    number, _each = row.proposed_bodies.filter(pk=pk, organisation=None).delete()
    if number:
        _raise_version(row, user)


def _raise_version(row: Cooperation, user: User) -> None:
    """The history says that something changed, never which body: nobody is to read of it before it is published."""
    row.version += 1
    save(row, user=user, why=recorded(gettext_lazy("Entwurf bearbeitet")), fields=["version"])


def _is_known(body: ProposedBody) -> bool:
    known: bool = Organisation.objects.filter(sort_key=sort_key(body.name), state=body.state).exists()
    return known


def enter_bodies(row: Cooperation, *, user: User, meant: Mapping[int, Organisation | None]) -> None:
    """Bring the bodies named with a record that is being published into the register, each as a participant.

    ``meant`` says which body of the register a named one is (None, or left out: a new one). Raises ValidationError.
    """
    why = recorded(RecordState.PUBLISHED.label)
    bodies = list(row.proposed_bodies.filter(organisation=None).select_related("state"))
    if bodies:
        one_at_a_time("organisations")
    for body in bodies:
        body.organisation = meant.get(body.pk) or _made(body)
        body.save(update_fields=["organisation", "updated_at"])
        participation = Participation(cooperation=row, organisation=body.organisation, role=body.role)
        try:
            participation.full_clean()
        except ValidationError as error:
            raise ValidationError({f"body-{body.pk}": error.messages}) from None
        save(participation, user=user, why=why)
        step = ParticipationStep(participation=participation, degree=body.degree)
        step.full_clean()
        save(step, user=user, why=why)


def _made(body: ProposedBody) -> Organisation:
    """A new body of the register. Raises ValidationError where one of that name came in since it was named."""
    if _is_known(body):
        raise ValidationError({f"body-{body.pk}": _("Diese Stelle steht inzwischen im Register.")})
    made = Organisation(slug=_free_slug(body.name), name=body.name, kind=body.kind, state=body.state)
    made.full_clean()
    made.save()
    refresh_organisations([made])
    return made


def _free_slug(name: str) -> str:
    base = slug_of(name, "stelle")
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
