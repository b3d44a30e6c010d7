"""Forms of the stewards' pages about cooperations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.choices import RecordState
from agreements.models import Cooperation
from coopportal.common.forms import KernForm


class MergeForm(KernForm):
    """Which of two records stays, and why both mean the same. Only a published one can stay."""

    stays = forms.ChoiceField(label=_("Welcher Eintrag bleibt?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Warum meinen beide dasselbe?"),
        help_text=_("Steht im Verlauf beider Einträge und in der Mail an die Beteiligten."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, pair: Sequence[Cooperation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pair = {row.slug: row for row in pair}
        choices = [(row.slug, row.name) for row in pair if row.record_state == RecordState.PUBLISHED]
        self.fields["stays"].choices = choices  # type: ignore[attr-defined]

    @property
    def is_possible(self) -> bool:
        return bool(self.fields["stays"].choices)  # type: ignore[attr-defined]

    def chosen(self) -> tuple[Cooperation, Cooperation]:
        """The one that goes and the one that stays."""
        stays = self.pair[self.cleaned_data["stays"]]
        return next(row for row in self.pair.values() if row != stays), stays
