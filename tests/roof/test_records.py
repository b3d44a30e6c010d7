"""Records are read by their keys without making objects of rows; what the serializers say of objects is the oracle."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from agreements.models import ParticipationStep
from coopportal.api import RESOURCES
from coopportal.common.cells import csv_lines
from coopportal.common.moments import moment, moment_of_text
from coopportal.common.nested import AS_JSON, AS_TEXT
from coopportal.common.picking import Picked
from coopportal.common.questions import Listed, Question
from coopportal.common.renderers import Written, compact, json_texts
from coopportal.common.telling import read_once
from tests.builders import make_participation
from tests.roof.test_telling import as_json, rows_of

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
#: What their fields say is more than columns; their rows are told as objects.
AS_OBJECTS = {"municipalities", "figures", "citations", "conflicts"}


def reader_of(resource: Any, question: str, names: tuple[str, ...] | None = None) -> Any:
    """What reads the records of a list, as its resource makes it."""
    view = resource()
    view.picked = Picked(names)
    view.asked = asked(resource, question)
    return view.reader()


def asked(resource: Any, question: str) -> Any:
    found = resource.filterset_class(QueryDict(question), resource().get_queryset(), today=TODAY)
    assert not found.problems
    return found


def fields_of(resource: Any) -> list[str]:
    return [name for name in read_once(resource.serializer_class).fields if not name.startswith("_")]


def test_these_lists_are_read_as_columns() -> None:
    assert {name for name, resource in RESOURCES.items() if reader_of(resource, "") is None} == AS_OBJECTS


@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - AS_OBJECTS))
@pytest.mark.parametrize("question", ["", "as_of=2019-06-30"])
def test_every_list_tells_what_its_serializer_says(loaded: None, name: str, question: str) -> None:
    resource = RESOURCES[name]
    rows = rows_of(resource, question)
    keys = [row.pk for row in rows]
    said = as_json(resource.serializer_class(rows, many=True).data)
    assert as_json(reader_of(resource, question).in_order(keys)) == said


@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - AS_OBJECTS))
def test_a_table_holds_what_the_records_tell(loaded: None, name: str) -> None:
    reader = reader_of(RESOURCES[name], "")
    keys = [row.pk for row in rows_of(RESOURCES[name], "")]
    records = reader.in_order(keys)
    told = [[record[field] for record in records] for field in fields_of(RESOURCES[name])]
    assert csv_lines(reader.table(keys)) == csv_lines(told)


@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - AS_OBJECTS))
@pytest.mark.parametrize("question", ["", "as_of=2019-06-30"])
def test_columns_are_written_as_the_lines_that_the_records_are(loaded: None, name: str, question: str) -> None:
    reader, fields = reader_of(RESOURCES[name], question), fields_of(RESOURCES[name])
    keys = [row.pk for row in rows_of(RESOURCES[name], question)]
    assert json_texts(fields, reader.table(keys, AS_JSON)) == [*map(compact, reader.in_order(keys))]
    assert json_texts(fields, reader.table([], AS_JSON)) == []
    portions = [keys[:1], [], keys[3:1:-1], keys[4:], [0]]
    told = [json_texts(fields, table) for table in reader.tables(portions, AS_JSON)]
    assert told == [[*map(compact, reader.in_order(portion))] for portion in portions]


def test_what_the_database_writes_of_the_rows_of_a_row_is_what_is_written_of_their_records() -> None:
    texts = [
        "",
        "Straße",
        'so "gesagt"',
        "C:\\neu",
        "a:b; c",
        "Zeile\nzwei\r\t",
        "\x01\x1f\x7f",
        "\u2028\xa0\U0001f600",
        "%s",
    ]
    participation = make_participation(steps=())
    for number, text in enumerate(texts, 1):
        on = {"on": dt.date(1999, number, 1), "on_precision": "day"} if number % 2 else {}
        ParticipationStep.objects.create(
            participation=participation, degree="party", attested_on=dt.date(2001, number, 1), note=text, **on
        )
    without = make_participation(steps=())
    reader, fields = reader_of(RESOURCES["participations"], ""), fields_of(RESOURCES["participations"])
    keys = [without.pk, participation.pk]
    records = reader.in_order(keys)
    assert [len(record["steps"]) for record in records] == [0, len(texts)]
    written = reader.table(keys, AS_JSON)
    assert isinstance(written[fields.index("steps")], Written)
    assert json_texts(fields, written) == [*map(compact, records)]
    assert csv_lines(reader.table(keys)) == csv_lines([[record[name] for record in records] for name in fields])


@pytest.mark.parametrize(
    "value", [*range(2), True, None, 0.1, "", "ä", '"', "\\", "\n", "\x1f", "\ud7ff", ["a"], {"a": 1}, 2**70]
)
def test_every_value_is_written_in_a_line_as_in_json(value: Any) -> None:
    names = ["a", 'b"%s']
    for column in ([value, value], [value, "b"], [None, value]):
        records = [dict.fromkeys(names, one) for one in column]
        assert json_texts(names, [column, column]) == [*map(compact, records)]


@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - AS_OBJECTS))
@pytest.mark.parametrize("question", ["", "as_of=2019-06-30"])
def test_a_list_that_is_streamed_is_the_same(loaded: None, name: str, question: str) -> None:
    reader = reader_of(RESOURCES[name], question)
    rows, fields = asked(RESOURCES[name], question).records(), fields_of(RESOURCES[name])
    keys = [row.pk for row in rows]

    def as_lines(table: list[Any]) -> bytes:
        return "".join(f"{text}\n" for text in json_texts(fields, table)).encode()

    if reader.streams(rows):
        parts = [*reader.streamed(rows, 7, {*keys[:2]})]
        assert as_json([one for part in parts for one in reader.records_of(part)]) == as_json(reader.in_order(keys[2:]))
        for nesting, write in ((AS_TEXT, csv_lines), (AS_JSON, as_lines)):
            streamed = b"".join(write(part) for part in reader.streamed(rows, 7, {*keys[:2]}, nesting))
            assert streamed == write(reader.table(keys[2:], nesting))


@pytest.mark.postgresql
def test_all_lists_but_two_are_streamed() -> None:
    asked_by_keys = {
        name
        for name in RESOURCES.keys() - AS_OBJECTS
        if not reader_of(RESOURCES[name], "").streams(asked(RESOURCES[name], "").records())
    }
    assert asked_by_keys == {"cooperations", "programmes"}


def test_moments_are_told_in_the_zone_whatever_the_hour() -> None:
    for zone, texts in {
        "Europe/Berlin": ("2026-03-29 00:59:59.999999", "2026-03-29 01:00:00", "2026-10-25 00:30:00.100000"),
        "Asia/Kolkata": ("2026-11-22 23:45:10.000001",),
        "UTC": ("2026-11-22 23:45:10", "2026-11-22 23:45:10.000000", "2026-11-22 23:45:10.5"),
    }.items():
        for text in texts:
            value = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
            assert moment_of_text(ZoneInfo(zone), text) == moment(ZoneInfo(zone), value)


@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - AS_OBJECTS))
def test_each_field_alone_and_all_in_another_order_are_the_same(loaded: None, name: str) -> None:
    resource = RESOURCES[name]
    rows = rows_of(resource, "")
    keys = [row.pk for row in rows]
    every = json.loads(as_json(resource.serializer_class(rows, many=True).data))
    for field in fields_of(resource):
        told = reader_of(resource, "", (field,)).in_order(keys)
        assert json.loads(as_json(told)) == [{field: record[field]} for record in every], field
    names = tuple(reversed(fields_of(resource)))
    told = json.loads(as_json(reader_of(resource, "", names).in_order(keys)))
    assert [list(record) for record in told] == [list(names)] * len(rows)
    assert told == every


@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - AS_OBJECTS))
def test_a_page_is_the_same_part_of_the_list_in_every_order(loaded: None, name: str) -> None:
    resource = RESOURCES[name]
    orders = [sign + order for order in resource.filterset_class.orderings for sign in ("", "-")]
    for question in ("", "search=kommunal", *(f"ordering={order}" for order in orders)):
        view = resource()
        view.asked = asked(resource, question)
        view.asked.form.is_valid()
        rows = list(view.complete(list(view.asked.records())[1:4]))
        question = Question(view.asked, Picked(), view.asked.records())
        listed = Listed(question, view.reader(), view.get_queryset)
        assert as_json(listed[1:4]) == as_json(resource.serializer_class(rows, many=True).data), question
