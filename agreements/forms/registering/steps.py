"""The fields of each step. Nothing has to be entered to save; ``needed`` is what handing in will ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements import steps
from agreements.choices import AgreementStatus, CooperationKind, CooperationStatus, Degree, LegalForm, Role
from agreements.forms.registering.fields import AmountField, DayField, MonthsField
from agreements.legal_hints import form_choices
from agreements.models import TaskField
from agreements.steps import Step
from coopportal.common.forms import KernForm
from funding.choices import Rung
from funding.models import Programme
from municipalities.forms import MunicipalityInput

_NOT_CHOSEN = ("", _("bitte wählen"))


def _choices(words: Any, first: Iterable[Any] = (_NOT_CHOSEN,)) -> list[Any]:
    return [*first, *words.choices]


class StepForm(KernForm):
    """The single values of a step."""

    use_required_attribute = False
    needed: ClassVar[tuple[str, ...]] = ()


class RowForm(KernForm):
    """One row of a step's list; ``id`` says which stored row it is."""

    use_required_attribute = False
    needed: ClassVar[tuple[str, ...]] = ()

    id = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    @classmethod
    def blank(cls) -> dict[str, list[str]]:
        """What a new row shows before anything is entered."""
        return {name: [str(field.initial or "")] for name, field in cls.base_fields.items()}


class WhatForm(StepForm):
    needed = ("name", "summary", "task_fields", "status", "kind")

    name = forms.CharField(
        label=_("Name der Kooperation"),
        max_length=200,
        help_text=_("So, wie Sie im Haus davon sprechen, zum Beispiel „Gemeinsamer Bauhof Westpfalz“."),
        error_messages={"required": _("Ohne Namen können wir den Eintrag nicht führen. Der bisherige bleibt stehen.")},
    )
    short_name = forms.CharField(label=_("Kurzform"), max_length=60, required=False)
    summary = forms.CharField(
        label=_("Kurzbeschreibung"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Ein bis drei Sätze: Wer macht was für wen?"),
    )
    task_fields = forms.MultipleChoiceField(
        label=_("Aufgabenfelder"), required=False, widget=forms.CheckboxSelectMultiple
    )
    status = forms.ChoiceField(
        label=_("Stand"),
        required=False,
        choices=[("unknown", _("bitte wählen")), *[one for one in CooperationStatus.choices if one[0] != "unknown"]],
        initial=CooperationStatus.UNKNOWN,
        help_text=_("Wie weit ist die Zusammenarbeit heute?"),
    )
    kind = forms.ChoiceField(label=_("Art"), choices=CooperationKind.choices, initial=CooperationKind.OTHER)
    region = forms.CharField(
        label=_("Raum"), max_length=120, required=False, help_text=_("zum Beispiel „Westpfalz“ oder „Ostthüringen“")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields["task_fields"]
        fields.choices = list(TaskField.objects.order_by("code").values_list("code", TaskField.name_column()))


class PartnerRow(RowForm):
    """A body that takes part. A new row names it in ``body``; where that is not clear, ``choice`` answers.

    ``asked`` is the text the question was about: one that was changed after that goes before the choice.
    """

    needed = ("body", "role", "degree")

    body = forms.CharField(
        label=_("Kommune oder andere Stelle"),
        max_length=250,
        required=False,
        widget=MunicipalityInput,
        help_text=_("Name oder amtlicher Schlüssel; bei Ministerien, Vereinen und anderen Stellen der Name"),
    )
    choice = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, max_length=250, widget=forms.HiddenInput)
    role = forms.ChoiceField(label=_("Rolle"), choices=Role.choices, initial=Role.PARTNER)
    degree = forms.ChoiceField(label=_("Beteiligung"), choices=Degree.choices, initial=Degree.PARTY)
    on = DayField(label=_("seit"), help_text=_("zum Beispiel 2019 oder 24.04.2019"))
    note = forms.CharField(
        label=_("Anmerkung"), max_length=300, required=False, help_text=_("zum Beispiel „nur für den Winterdienst“")
    )


class LegalFormForm(StepForm):
    needed = ("legal_form",)

    legal_form = forms.ChoiceField(
        label=_("Rechtsform der Zusammenarbeit"),
        required=False,
        choices=[("", _("noch nicht festgelegt")), *LegalForm.choices],
        widget=forms.RadioSelect,
    )


class DatesForm(StepForm):
    needed = ("started_on",)

    started_on = DayField(label=_("Beginn der Zusammenarbeit"))
    ended_on = DayField(label=_("Letzter Tag der Zusammenarbeit"), help_text=_("leer, solange sie besteht"))


class AgreementRow(RowForm):
    """A legal act: its form, its days, its term and notice. All of it may be left open, and the page says so once."""

    needed = (
        *("title", "legal_form", "status", "signed_on", "effective_on", "ends_on"),
        *("term_months", "renewal_months", "notice_months"),
    )

    def __init__(self, *args: Any, land: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self.fields["legal_form"]
        form.choices = [_NOT_CHOSEN, *form_choices(land)]

    title = forms.CharField(
        label=_("Titel"), max_length=200, required=False, help_text=_("leer: die Rechtsform als Titel")
    )
    legal_form = forms.ChoiceField(label=_("Rechtsform der Vereinbarung"), required=False, choices=_choices(LegalForm))
    status = forms.ChoiceField(
        label=_("Stand der Vereinbarung"),
        required=False,
        choices=[("unknown", _("bitte wählen")), *[one for one in AgreementStatus.choices if one[0] != "unknown"]],
        initial=AgreementStatus.UNKNOWN,
    )
    signed_on = DayField(label=_("unterzeichnet am"), help_text="")
    effective_on = DayField(label=_("wirksam ab"), help_text="")
    ends_on = DayField(label=_("letzter Tag"), help_text=_("leer, wenn unbefristet"))
    term_months = MonthsField(label=_("Laufzeit in Monaten"), min_value=1)
    renewal_months = MonthsField(label=_("verlängert sich um … Monate"))
    notice_months = MonthsField(label=_("Kündigungsfrist in Monaten"))


class MoneyRow(RowForm):
    """Money of a programme."""

    needed = ("programme", "rung", "amount")

    programme = forms.ChoiceField(label=_("Förderprogramm"), required=False)
    rung = forms.ChoiceField(
        label=_("Wie sicher ist das Geld?"),
        required=False,
        choices=[("unknown", _("bitte wählen")), *[one for one in Rung.choices if one[0] != "unknown"]],
        initial=Rung.UNKNOWN,
    )
    amount = AmountField(label=_("Betrag"))
    on = DayField(label=_("Stand vom"), help_text="")

    def __init__(self, *args: Any, programmes: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme: Any = self.fields["programme"]
        programme.choices = [_NOT_CHOSEN, *programmes]


def programme_choices(land: str = "") -> list[Any]:
    """The programmes by Land, as a list of groups, those of this Land first; one query."""
    groups: dict[str, list[tuple[str, str]]] = {}
    rows = Programme.objects.select_related("state").order_by("state__code", "sort_key", "pk")
    for row in sorted(rows, key=lambda row: row.state_id != land):
        groups.setdefault(row.state.name if row.state else str(_("ohne Land")), []).append((row.slug, row.name))
    return list(groups.items())


class SourcesForm(StepForm):
    basis = forms.CharField(
        label=_("Grundlage der Angaben"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Beschluss mit Datum, Fundstelle im Amtsblatt, Aktenzeichen. Dieser Text bleibt intern."),
    )


FORMS: dict[str, type[StepForm]] = {
    steps.WHAT.slug: WhatForm,
    steps.FORM.slug: LegalFormForm,
    steps.DATES.slug: DatesForm,
    steps.SOURCES.slug: SourcesForm,
}
ROWS: dict[str, type[RowForm]] = {
    steps.WHO.slug: PartnerRow,
    steps.DATES.slug: AgreementRow,
    steps.MONEY.slug: MoneyRow,
}


def names_of(step: Step) -> list[str]:
    return list(FORMS[step.slug].base_fields) if step.slug in FORMS else []


def row_names_of(step: Step) -> list[str]:
    return list(ROWS[step.slug].base_fields) if step.slug in ROWS else []


class DuplicateForm(StepForm):
    """What is looked at while somebody types, to find likely duplicates."""

    name = forms.CharField(max_length=200, required=False)
    task_fields = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields["task_fields"]
        fields.choices = list(TaskField.objects.values_list("code", TaskField.name_column()))
