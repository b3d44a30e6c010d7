"""From when to when a body belonged to a cooperation in which degree: a table that the database keeps by itself.

What held on a day follows from the steps of a participation; to find it out for half a million of them took seconds.
Here it stands ready: of each participation exactly one row holds on every day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.choices import COUNTED_DEGREES, Degree, Role
from agreements.models.participations import Participation, ParticipationStep
from agreements.querysets import SpellQuerySet
from coopportal.common.derived import TOUCHED, Kept, Source
from municipalities.models import Municipality, Organisation


def _derived(model: Any, related_name: str, label: Any, *, null: bool = False, to: str = "id") -> Any:
    """A key that a trigger wrote: the database neither checks it nor follows it."""
    return models.ForeignKey(
        model,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name=related_name,
        to_field=to,
        null=null,
        verbose_name=label,
    )


class Spell(models.Model):
    """A period in which a body belonged to a cooperation in one degree.

    Nobody writes here but the triggers (``SPELLS``). ``begins`` is the first day, 0001-01-01 where it is unknown;
    ``ends`` the last one, 9999-12-31 while nothing else is known. Of several steps of one day the last one has the
    spell. ``degree`` is null where no step had happened: before the first one, when the participation has not yet
    ``appeared``, or for ever where there is none. ``state`` is the code of the body's Land.
    """

    participation = _derived(Participation, "spells", _("Beteiligung"))
    cooperation = _derived("agreements.Cooperation", "spells", _("Kooperation"))
    municipality = _derived(Municipality, "+", _("Kommune"), null=True)
    organisation = _derived(Organisation, "+", _("Stelle"), null=True)
    state = _derived("municipalities.State", "+", _("Land"), null=True, to="code")
    role = models.CharField(_("Rolle"), max_length=20, choices=Role)
    degree = models.CharField(_("Grad"), max_length=20, choices=Degree, null=True)
    begins = models.DateField(_("erster Tag"))
    ends = models.DateField(_("letzter Tag"))
    appeared = models.BooleanField(_("belegt"))

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("Abschnitt einer Beteiligung")
        verbose_name_plural = _("Abschnitte der Beteiligungen")
        # Each holds all that is asked along it: the rows themselves need not be read.
        indexes = [
            models.Index(
                fields=["cooperation", "begins", "ends", "degree", "role", "state", "appeared"],
                name="spell_of_cooperation",
            ),
            models.Index(
                fields=["state", "cooperation", "begins", "ends", "degree", "role", "appeared"], name="spell_of_state"
            ),
            models.Index(
                fields=["municipality", "cooperation", "begins", "ends", "degree", "role", "appeared"],
                name="spell_of_municipality",
            ),
            models.Index(
                fields=["organisation", "cooperation", "begins", "ends", "degree", "role", "appeared"],
                name="spell_of_organisation",
                condition=models.Q(organisation__isnull=False),
            ),
            # How many took part on two days: those that count and have not ended, and the few of the others.
            models.Index(
                fields=["cooperation", "begins", "degree", "ends"],
                name="spell_counted",
                condition=models.Q(degree__in=COUNTED_DEGREES, ends=dt.date.max),
            ),
            models.Index(
                fields=["ends", "begins", "cooperation", "degree"],
                name="spell_counted_and_ended",
                condition=models.Q(degree__in=COUNTED_DEGREES, ends__lt=dt.date.max),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["participation", "begins"], name="spell_once")]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.degree} {self.begins} – {self.ends}"


_SPELL, _PART, _STEP, _TOWN, _OFFICE = (
    model._meta.db_table for model in (Spell, Participation, ParticipationStep, Municipality, Organisation)
)

# A step without a day comes first; of those of one day the last one decides, by rank and key. Before all of them stands
# one that nobody took: it gives a spell where there is none without a day.
_FILL = f"""INSERT INTO "{_SPELL}"
(participation_id, cooperation_id, municipality_id, organisation_id, state_id, role, degree, begins, ends, appeared)
SELECT p.id, p.cooperation_id, p.municipality_id, p.organisation_id, COALESCE(m.state_id, o.state_id), p.role,
  s.degree, s.begins, COALESCE({{day_before}}, '9999-12-31'), s.degree IS NOT NULL OR s.next IS NULL
FROM (
  SELECT participation_id, degree, begins,
    LEAD(begins) OVER (PARTITION BY participation_id ORDER BY begins, dated, rank, id) AS next
  FROM (
    SELECT participation_id, degree, COALESCE(effective_on, '0001-01-01') AS begins,
      CASE WHEN effective_on IS NULL THEN 0 ELSE 1 END AS dated, rank, id
    FROM "{_STEP}"{{of_steps}}
    UNION ALL
    SELECT id, NULL, {{first_day}}, 0, -1, 0 FROM "{_PART}"{{of_parts}}
  ) AS step
) AS s
JOIN "{_PART}" p ON p.id = s.participation_id
LEFT JOIN "{_TOWN}" m ON m.id = p.municipality_id
LEFT JOIN "{_OFFICE}" o ON o.id = p.organisation_id
WHERE s.next IS NULL OR s.next > s.begins"""  # noqa: S608  (names of our own tables)

_WORDS = {
    "sqlite": {"day_before": "date(s.next, '-1 day')", "first_day": "'0001-01-01'"},
    "postgresql": {"day_before": "s.next - 1", "first_day": "DATE '0001-01-01'"},
}


# Whose Land is read must not get another before what follows can be seen: who writes that waits, or is waited for.
_BODIES_STAY = tuple(
    f'PERFORM 1 FROM "{table}" WHERE id IN (SELECT {key} FROM "{_PART}" WHERE id {TOUCHED}) ORDER BY id FOR SHARE'  # noqa: S608
    for table, key in ((_TOWN, "municipality_id"), (_OFFICE, "organisation_id"))
)


class _Rules:
    """How the spells follow from participations, steps, and the Länder of the bodies."""

    def sources(self, vendor: str) -> list[Source]:
        touched = {"of_steps": f" WHERE participation_id {TOUCHED}", "of_parts": f" WHERE id {TOUCHED}"}
        forget = f'DELETE FROM "{_SPELL}" WHERE participation_id {TOUCHED}'  # noqa: S608
        anew = (*(_BODIES_STAY if vendor == "postgresql" else ()), forget, _FILL.format(**touched, **_WORDS[vendor]))
        own = ("id", "cooperation_id", "municipality_id", "organisation_id", "role")
        told = ("id", "participation_id", "degree", "on", "on_precision", "attested_on")
        return [
            Source(_PART, "id", own, anew, locked=_PART),
            Source(_STEP, "participation_id", told, anew, locked=_PART),
            *(
                Source(table, "id", ("state_id",), (_of_land(table, key),), events=("INSERT", "UPDATE"))
                for table, key in ((_TOWN, "municipality_id"), (_OFFICE, "organisation_id"))
            ),
        ]

    def filling(self, vendor: str) -> list[str]:
        return [_FILL.format(of_steps="", of_parts="", **_WORDS[vendor])]


def _of_land(table: str, key: str) -> str:
    """The Land of a body changed."""
    state = f'SELECT state_id FROM "{table}" WHERE "{table}".id = "{_SPELL}".{key}'  # noqa: S608
    return f'UPDATE "{_SPELL}" SET state_id = ({state}) WHERE {key} {TOUCHED}'  # noqa: S608


SPELLS = Kept(_SPELL, _Rules())
