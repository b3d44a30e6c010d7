"""Forms of the stewards' pages about cooperations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Cooperation
from coopportal.common.forms import KernForm


class MergeForm(KernForm):
    """Which of two published records stays, and why both mean the same; with the versions that were compared."""

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
        self.fields["stays"].choices = [(row.slug, row.name) for row in pair]  # type: ignore[attr-defined]
        for row in pair:
            self.fields[self.version_of(row)] = forms.IntegerField(widget=forms.HiddenInput, initial=row.version)

    @staticmethod
    def version_of(row: Cooperation) -> str:
        """The name of the field that tells which version of this record was shown."""
        return f"version-{row.pk}"

    @property
    def versions(self) -> dict[int, int]:
        return {row.pk: self.cleaned_data[self.version_of(row)] for row in self.pair.values()}

    def chosen(self) -> tuple[Cooperation, Cooperation]:
        """The one that goes and the one that stays."""
        stays = self.pair[self.cleaned_data["stays"]]
        return next(row for row in self.pair.values() if row != stays), stays
