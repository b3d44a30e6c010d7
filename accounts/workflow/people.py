"""Verbs about people: what stewards may do in the admin, and the people of a demonstration."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

from accounts.choices import MandateRole
from accounts.demo import DemoPerson
from accounts.models import Mandate, User
from municipalities.models import Municipality, State

#: The name of the group of those who keep the register.
EDITORS = "Redaktion"


@transaction.atomic
def refresh_editors(of_models: Iterable[type[models.Model]]) -> Group:
    """Give the group of stewards every permission about these models, and no other."""
    group, _created = Group.objects.get_or_create(name=EDITORS)
    wanted = {(model._meta.app_label, model._meta.model_name) for model in of_models}
    rows = Permission.objects.select_related("content_type")
    group.permissions.set([row for row in rows if (row.content_type.app_label, row.content_type.model) in wanted])
    return group


@transaction.atomic
def make_demo_person(person: DemoPerson, encoded: str, editors: Group) -> User:
    """A new person with a mandate; the steward may enter the admin, the others may not.

    Raises DoesNotExist where the municipality or Land is not there (the fixtures are not loaded).
    """
    body = Municipality.objects.get(ars=person.ars, valid_until=None) if person.ars else None
    state = State.objects.get(code=person.state) if person.state else None
    is_steward = person.role == MandateRole.STEWARD
    user = User.objects.create(username=person.username, last_name=person.name, password=encoded, is_staff=is_steward)
    if is_steward:
        user.groups.add(editors)
    mandate = Mandate(user=user, role=person.role, municipality=body, state=state)
    mandate.full_clean()
    mandate.save()
    return user
