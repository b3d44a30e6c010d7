"""Wishes to change a published record: proposals of participants, remarks of the public."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.choices import ChangeKind, Decision, ProposalState
from agreements.models.cooperations import Cooperation
from agreements.querysets import ChangeProposalQuerySet, ProposalDraftQuerySet, PublicRemarkQuerySet
from coopportal.common.models import Timestamped


class ChangeProposal(Timestamped):
    """What a participant wishes to be changed, why, and what supports it; decided item by item.

    ``based_on`` is the version of the record the proposal was made from.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("Kooperation")
    )
    proposed_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, related_name="proposals", null=True, verbose_name=_("durch")
    )
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="proposals", verbose_name=_("für")
    )
    reason = models.TextField(_("Grund"), max_length=2000)
    source = models.CharField(_("Quelle"), max_length=300, help_text=_("zum Beispiel: Ratsbeschluss vom 12.03.2026"))
    based_on = models.PositiveIntegerField(_("auf Grundlage der Fassung"), editable=False)
    state = models.CharField(_("Stand"), max_length=20, choices=ProposalState, default=ProposalState.OPEN)
    decided_at = models.DateTimeField(_("entschieden am"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        related_name="proposals_decided",
        null=True,
        blank=True,
        verbose_name=_("entschieden von"),
    )

    objects = ChangeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("Änderungsvorschlag")
        verbose_name_plural = _("Änderungsvorschläge")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.cooperation}: {self.reason[:60]}"


def _row_changed(model: str, label: Any) -> Any:
    """The row whose field an item changes."""
    return models.ForeignKey(
        model, on_delete=models.CASCADE, related_name="proposal_items", null=True, blank=True, verbose_name=label
    )


class ProposalItem(models.Model):
    """One change: what stands there (``old``), what shall stand there (``new``), and what was decided about it.

    A field has ``field`` and plain values, of the record or of the ``agreement``, ``event`` or ``award`` that is named.
    The other kinds hold in ``new`` the columns of the row to be made, with ids where they point elsewhere;
    ``participation`` is the one that ends, or whose role or degree changes.
    """

    proposal = models.ForeignKey(
        ChangeProposal, on_delete=models.CASCADE, related_name="items", verbose_name=_("Vorschlag")
    )
    kind = models.CharField(_("Art"), max_length=20, choices=ChangeKind)
    field = models.CharField(_("Angabe"), max_length=60, blank=True)
    participation = models.ForeignKey(
        "agreements.Participation",
        on_delete=models.CASCADE,
        related_name="proposal_items",
        null=True,
        blank=True,
        verbose_name=_("Beteiligung"),
    )
    agreement = _row_changed("agreements.Agreement", _("Vereinbarung"))
    event = _row_changed("agreements.Event", _("Ereignis"))
    award = _row_changed("agreements.Award", _("Bewilligung"))
    old = models.JSONField(_("bisher"), null=True, blank=True)
    new = models.JSONField(_("neu"), null=True, blank=True)
    decision = models.CharField(_("Entscheidung"), max_length=20, choices=Decision, default=Decision.OPEN)
    decision_reason = models.TextField(_("Begründung"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("vorgeschlagene Änderung")
        verbose_name_plural = _("vorgeschlagene Änderungen")
        ordering = ["proposal", "pk"]
        constraints = [
            models.CheckConstraint(
                name="proposal_item_names_its_object",
                condition=(Q(kind=ChangeKind.FIELD) & ~Q(field=""))
                | Q(kind__in=(ChangeKind.LEAVE, ChangeKind.ROLE, ChangeKind.STEP), participation__isnull=False)
                | (Q(kind=ChangeKind.AGREEMENT_FIELD, agreement__isnull=False) & ~Q(field=""))
                | (Q(kind=ChangeKind.EVENT_FIELD, event__isnull=False) & ~Q(field=""))
                | (Q(kind=ChangeKind.AWARD_FIELD, award__isnull=False) & ~Q(field=""))
                | Q(kind__in=(ChangeKind.JOIN, ChangeKind.AGREEMENT, ChangeKind.EVENT, ChangeKind.AWARD)),
                violation_error_message=_("Eine Änderung nennt, was sie ändert."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.field}".strip()

    @property
    def row(self) -> Any:
        """The agreement, event or money whose field changes; None where it is another kind of change."""
        return self.agreement or self.event or self.award


class ProposalDraft(models.Model):
    """A proposal that somebody began to fill in: what was typed, by name of the field, for this person only.

    ``version`` is the one of the record it was begun from.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="proposal_drafts", verbose_name=_("Kooperation")
    )
    person = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="proposal_drafts", verbose_name=_("Person")
    )
    version = models.PositiveIntegerField(_("auf Grundlage der Fassung"))
    entries = models.JSONField(_("Eingaben"))
    kept_at = models.DateTimeField(_("zuletzt gespeichert am"))

    objects = ProposalDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("angefangener Vorschlag")
        verbose_name_plural = _("angefangene Vorschläge")
        ordering = ["-kept_at", "-pk"]
        constraints = [models.UniqueConstraint(name="proposal_draft_once", fields=["cooperation", "person"])]

    def __str__(self) -> str:
        return f"{self.cooperation}: {self.person}"


class PublicRemark(models.Model):
    """What somebody without log-in says of a published record; read by the reviewers, never shown in public.

    ``sender`` is a keyed digest of the sender's address that changes every day: it counts, and leads to nobody.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="remarks", verbose_name=_("Kooperation")
    )
    text = models.TextField(_("Hinweis"), max_length=4000)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    sender = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    created_at = models.DateTimeField(_("eingegangen am"), auto_now_add=True)
    handled_at = models.DateTimeField(_("erledigt am"), null=True, blank=True)
    handled_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        related_name="remarks_handled",
        null=True,
        blank=True,
        verbose_name=_("erledigt von"),
    )
    outcome = models.CharField(_("Ergebnis"), max_length=300, blank=True)

    objects = PublicRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("Hinweis aus der Öffentlichkeit")
        verbose_name_plural = _("Hinweise aus der Öffentlichkeit")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:80]
