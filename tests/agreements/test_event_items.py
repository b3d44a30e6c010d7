"""The items of the list of events say what the records say, written as a template of one item would write them."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from agreements.event_items import event_items
from agreements.models import Event
from tests.builders import day, make_cooperation, make_event, make_municipality, make_organisation

pytestmark = pytest.mark.django_db

ITEM = """
<li class="item" id="e{{ event.pk }}">
  <p class="item__preline">{{ event.get_kind_display }}</p>
  <h2 class="item__title">{% if event.cooperations.all %}<a href="{% with_day event.get_absolute_url %}">
    {{ event.title|marked:searched|german }}</a>{% else %}{{ event.title|marked:searched|german }}{% endif %}</h2>
  {% if event.summary %}<p class="item__text">{{ event.summary|marked:searched|german }}</p>{% endif %}
  <dl class="item__facts">
    <div><dt>{% translate "Tag" %}</dt><dd>{% if event.date %}{{ event.date|uncertain }}
      {% if event.until %}– {{ event.until|german_day }}{% endif %}
      {% else %}{% translate "Tag unbekannt" %}{% endif %}</dd></div>
    {% if event.place %}<div><dt>{% translate "Ort" %}</dt><dd>{{ event.place|german }}</dd></div>{% endif %}
    {% translate "Kooperation" as word %}LINKS(cooperations){% translate "Kommunen" as word %}LINKS(municipalities)
    {% translate "Stellen" as word %}LINKS(organisations)
  </dl>
</li>"""
LINKS = r"""{% with rows=event.\1.all %}{% if rows %}<div><dt>{{ word }}</dt><dd>{% for row in rows %}
  <a href="{% with_day row.get_absolute_url %}">{{ row|german }}</a>{% if not forloop.last %}, {% endif %}
  {% endfor %}</dd></div>{% endif %}{% endwith %}"""
FOLDED = re.sub(r"LINKS\((\w+)\)", LINKS, ITEM)
BY_TEMPLATE = f"{{% load i18n portal %}}{{% for event in rows %}}{FOLDED}{{% endfor %}}"
BY_TAG = "{% load event_items %}{% event_items rows searched %}"


def written(template: str, rows: object, searched: str, stand: object) -> str:
    text = Template(template).render(Context({"rows": rows, "searched": searched, "stand": stand}))
    return re.sub(r"\s*([<>,–])\s*", r"\1", text)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("searched", "stand"), [("", None), ("Treffen stadt", "2022-01-01"), ("b", None)])
def test_they_are_written_as_a_template_writes_them(
    loaded: None, language: str, searched: str, stand: str | None
) -> None:
    towns = [make_municipality("Neustadt", shares_name=shared) for shared in (0, 1, 2)]
    bodies = [make_organisation(name) for name in ("<Ost>", "Amt")]
    rows = [make_cooperation(name, record_state=state) for name, state in (("B & C", "published"), ("A", "draft"))]
    make_event(title="<b>&", cooperations=[*rows, make_cooperation("A")], municipalities=towns, organisations=bodies)
    make_event(title="Ohne Tag", on=None, place="<Halle>", summary="a < b")
    make_event(title="Lang", on=day("2020-01-01"), until=day("2020-01-03"))
    with translation.override(language):
        events = list(Event.objects.public().for_list())
        told, at = event_items([row.pk for row in events]), day(stand) if stand else None
        ours, theirs = written(BY_TAG, told, searched, at), written(BY_TEMPLATE, events, searched, at)
        assert ours.split("<li ") == theirs.split("<li ")


def test_they_come_in_the_order_of_the_keys(loaded: None) -> None:
    keys = list(Event.objects.public().order_by("-pk").values_list("pk", flat=True))
    assert [item.pk for item in event_items(keys)] == keys
