from typing import Any

from django.apps import AppConfig
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models.signals import post_migrate, pre_delete, pre_migrate


def json_is_there() -> None:
    """SQLite knows JSON in every version that we take; Django need not try.

    It would try in a transaction, which waits where somebody writes (``IMMEDIATE``), and where that takes too long it
    says no for as long as the thread lives: every answer made of JSON would be a fault until the next start.
    """
    features: Any = DatabaseWrapper.features_class
    features.supports_json_field = True


class CoopportalConfig(AppConfig):
    """The roof: what needs every room at once (start page, router of the API, feed of changes, set-up command)."""

    name = "coopportal"
    verbose_name = "Kooperationsportal"

    def ready(self) -> None:
        from coopportal.common.teller import use
        from coopportal.feed_rules import ASKED_FIRST, RULES, note_leaving

        use(RULES)
        json_is_there()
        for model in ASKED_FIRST:
            pre_delete.connect(note_leaving, sender=model)
        pre_migrate.connect(take_down, sender=self)
        post_migrate.connect(put_up, sender=self)


def take_down(plan: Any = (), **kwargs: Any) -> None:
    """Before tables change the triggers go: SQLite would lose some and stumble over others."""
    from coopportal.common.triggers import remove

    if plan:
        remove()


def put_up(plan: Any = (), **kwargs: Any) -> None:
    """After ``migrate``: the clock and the triggers are there; what was written meanwhile is looked at again."""
    from coopportal.common.feed import begin
    from coopportal.common.planning import learn

    begin()
    if plan:
        learn()
