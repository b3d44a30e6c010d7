"""Whatever is sent to a step of a registration is answered, and the draft can be read afterwards.

`make fuzz` sends 2,000 forms with new chance each time; the suite the same 200.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.forms.registering.steps import names_of, row_names_of
from agreements.steps import CHECK, STEPS, Step
from tests import builders as make
from tests.agreements.people import make_world
from tests.test_fuzz import AWKWARD

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

KNOWN = ("m:073355009000", "m:073355006000", "o:lka", "m:", "o:", "m:x", "ikz", "04.01", "lead", "party", "granted")
DAYS = ("24.04.2019", "31.02.2019", "04.2019", "Anfang 2019", "0000", "99.99.9999", "12.500,50", "0", "-3", "1e9")
VALUES = st.sampled_from([*AWKWARD, *KNOWN, *DAYS, "Landstuhl", "Kaiserslautern", "x" * 300]) | st.text(max_size=40)
ACTIONS = ("weiter", "zurueck", "speichern", "zeile", "autosave", "entscheiden", "hochladen", "gehe:geld", "gehe:x")
WITH_NUMBERS = ("entfernen:0", "entfernen:x", "loeschen:1", "loeschen:99999999999999999999")


@st.composite
def forms(draw: st.DrawFn, step: Step, version: int) -> dict[str, Any]:
    """Some of the fields of a step, rows too, in any order and with anything in them."""
    names = [*names_of(step), "file", "title", "wahl-name"]
    names += [f"{step.rows}-{number}-{name}" for number in (0, 1, 7) for name in row_names_of(step)]
    values = draw(st.dictionaries(st.sampled_from(names), VALUES | st.lists(VALUES, max_size=2), max_size=12))
    seen = draw(st.just(str(version)) | VALUES)
    return values | {"aktion": draw(st.sampled_from(ACTIONS + WITH_NUMBERS) | VALUES), "version": seen}


POSTS = 200 if settings.default.max_examples <= 200 else 2_000


def test_no_form_breaks_a_registration(client: Any) -> None:
    """What one form leaves behind the next one finds."""
    world = make_world()
    make.make_programme(slug="ikz")
    make.make_task_field("04.01")
    make.make_organisation("Landeskriminalamt", slug="lka")
    make.make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city")
    make.make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")
    client.force_login(world["lead_officer"])
    row = world.draft()

    @settings(max_examples=POSTS)
    @given(data=st.data())
    def send(data: st.DataObject) -> None:
        step = data.draw(st.sampled_from([step for step in STEPS if step is not CHECK]))
        row.refresh_from_db()
        answer = client.post(f"/meine/kooperationen/{row.pk}/{step.slug}/", data.draw(forms(step, row.version)))
        assert answer.status_code in (200, 302, 409)

    send()
    assert [client.get(f"/meine/kooperationen/{row.pk}/{step.slug}/").status_code for step in STEPS] == [200] * 7
    row.refresh_from_db()
    assert row.name
