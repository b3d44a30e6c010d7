"""Forms come out in KERN markup, with label, hint, error and summary tied together for screen readers."""

import pytest
from django import forms
from django.test.html import parse_html

from coopportal.common.forms import RENDERER, KernForm
from tests.conftest import Strict

COLOURS = [("r", "Rot"), ("b", "Blau")]


@pytest.fixture(autouse=True)
def _undefined_variables_fail(monkeypatch):
    monkeypatch.setattr(RENDERER.engine.engine, "string_if_invalid", Strict())


class Everything(KernForm):
    name = forms.CharField(label="Name", help_text="Wie im <em>Vertrag</em>.", max_length=5)
    note = forms.CharField(label="Notiz", required=False, widget=forms.Textarea)
    colour = forms.ChoiceField(label="Farbe", choices=COLOURS)
    colours = forms.MultipleChoiceField(label="Farben", choices=COLOURS, widget=forms.CheckboxSelectMultiple)
    shade = forms.ChoiceField(label="Ton", choices=[("Hell", COLOURS)], widget=forms.RadioSelect, help_text="Einer.")
    agreed = forms.BooleanField(label="Einverstanden")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def has(html: str, part: str) -> bool:
    """Whether the markup of `part` stands in `html`, whatever the blanks and the order of attributes."""
    return parse_html(html).count(parse_html(part)) == 1


def test_a_text_field_ties_label_and_hint_to_the_input():
    assert has(
        Everything()["name"].as_field_group(),
        """<div class="kern-form-input"><label class="kern-label" for="id_name">Name</label>
        <div class="kern-hint" id="id_name_helptext">Wie im <em>Vertrag</em>.</div>
        <input type="text" name="name" maxlength="5" required class="kern-form-input__input" id="id_name"
        aria-describedby="id_name_helptext"></div>""",
    )


def test_a_field_that_may_stay_empty_says_so():
    html = Everything()["note"].as_field_group()
    assert has(html, '<span class="kern-label__optional">– freiwillig</span>')
    assert has(
        html, '<textarea name="note" cols="40" rows="10" class="kern-form-input__input" id="id_note"></textarea>'
    )


def test_a_form_of_filters_does_not_call_everything_optional():
    class Filters(KernForm):
        marks_optional = False
        q = forms.CharField(label="Suche", required=False)

    assert "freiwillig" not in Filters().render()


def test_a_select_stands_in_its_wrapper():
    assert has(
        Everything()["colour"].as_field_group(),
        """<div class="kern-form-input__select-wrapper">
        <select name="colour" class="kern-form-input__select" id="id_colour">
        <option value="r">Rot</option><option value="b">Blau</option></select></div>""",
    )


def test_choices_are_a_fieldset_with_a_legend_and_a_label_each():
    html = Everything()["colours"].as_field_group()
    assert has(html, '<legend class="kern-label">Farben</legend>')
    assert has(
        html,
        """<div class="kern-form-check">
        <input type="checkbox" name="colours" value="b" class="kern-form-check__checkbox" id="id_colours_1">
        <label class="kern-label" for="id_colours_1">Blau</label></div>""",
    )


def test_radio_buttons_are_described_by_the_hint_of_their_fieldset():
    html = Everything()["shade"].as_field_group()
    assert '<fieldset class="kern-fieldset" aria-describedby="id_shade_helptext">' in html
    assert has(html, '<p class="kern-label">Hell</p>')
    assert html.count('class="kern-form-check__radio"') == 2


def test_a_single_box_stands_before_its_label():
    assert has(
        Everything()["agreed"].as_field_group(),
        """<div class="kern-form-check"><input type="checkbox" name="agreed" class="kern-form-check__checkbox" required
        id="id_agreed"><label class="kern-label" for="id_agreed">Einverstanden</label></div>""",
    )


def test_a_hidden_field_carries_no_class():
    assert has(Everything().render(), '<input type="hidden" name="secret" id="id_secret">')


def test_an_error_stands_at_the_field_and_in_the_summary():
    form = Everything({"name": "viel zu lang", "colour": "r", "colours": ["x"], "shade": "r", "agreed": "on"})
    html = form.render()
    too_long = form.errors["name"][0]
    assert "12 Zeichen" in too_long
    assert has(html, f'<a class="kern-link" href="#id_name">Name: {too_long}</a>')
    assert has(html, f'<span class="kern-body">{too_long}</span>')
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'class="kern-form-input__input kern-form-input__input--error"' in html
    assert '<div id="id_name_error">' in html
    assert 'href="#id_colours_0"' in html
    assert html.count('role="alert"') == 1


def test_an_error_of_the_whole_form_stands_in_the_summary_once():
    class Never(KernForm):
        name = forms.CharField()

        def clean(self):
            raise forms.ValidationError("Beginn & Ende passen nicht zusammen.")

    assert Never({"name": "x"}).render().count("<li>Beginn &amp; Ende passen nicht zusammen.</li>") == 1


def test_a_class_of_the_widget_is_kept():
    class Short(KernForm):
        year = forms.CharField(widget=forms.TextInput(attrs={"class": "kern-form-input__input--width-4"}))

    assert 'class="kern-form-input__input kern-form-input__input--width-4"' in Short()["year"].as_widget()


def test_the_admin_keeps_djangos_markup():
    class Plain(forms.Form):
        name = forms.CharField()

    assert "kern" not in Plain().render()


class Late(KernForm):
    mail = forms.EmailField(label="E-Mail")
    months = forms.IntegerField(label="Monate", min_value=0)
    name = forms.CharField(label="Name")
    own = forms.CharField(label="Eigenes", error_messages={"required": "Wie heißt es?"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["later"] = forms.CharField(label="Später")


def test_errors_are_said_in_the_words_of_the_portal():
    assert Late({"mail": "kein", "months": "-1"}).errors == {
        "mail": ["Bitte geben Sie eine gültige E-Mail-Adresse an."],
        "months": ["Bitte geben Sie einen Wert von mindestens 0 ein."],
        "name": ["Bitte füllen Sie dieses Feld aus."],
        "own": ["Wie heißt es?"],
        "later": ["Bitte füllen Sie dieses Feld aus."],
    }
