"""Labels of closed lists are told as Django tells them, without translating a whole list for each."""

from __future__ import annotations

from functools import partialmethod

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from agreements.choices import CooperationKind, CooperationStatus
from agreements.models import Cooperation, Participation


def test_each_label_is_that_of_the_language() -> None:
    for language in ("de", "en", "de"):
        with translation.override(language):
            for kind in CooperationKind:
                assert Cooperation(kind=kind).get_kind_display() == str(kind.label)
                assert Cooperation(kind=kind.value).get_kind_display() == str(kind.label)


def test_a_code_of_nobodys_is_told_as_it_is() -> None:
    assert Cooperation(status="x").get_status_display() == "x"
    assert Cooperation(status=None).get_status_display() is None
    assert Participation(role="").get_role_display() == ""


def test_every_model_with_a_closed_list_tells_so() -> None:
    of_django = [
        f"{model.__name__}.{name}"
        for model in apps.get_models()
        for name, method in vars(model).items()
        if isinstance(method, partialmethod) and method.func is models.Model._get_FIELD_display
    ]
    assert of_django == []


@pytest.mark.django_db
def test_a_column_that_was_not_fetched_is_fetched() -> None:
    Cooperation.objects.create(name="A", slug="a", status=CooperationStatus.ACTIVE)
    assert Cooperation.objects.only("name").get().get_status_display() == "aktiv"
