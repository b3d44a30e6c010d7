"""Bodies × documents, without a database."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace as Thing

from agreements.matrix import matrix
from tests.builders import day

numbers = count(1)


def document(title: str, published_on: str | None) -> Thing:
    return Thing(pk=next(numbers), title=title, published_on=day(published_on))


def step(degree: str, *said: tuple[Thing, str | None], inferred: bool = False) -> Thing:
    citations = [
        Thing(passage=Thing(document=d, document_id=d.pk), stated_on=day(on), is_inferred=inferred) for d, on in said
    ]
    return Thing(pk=next(numbers), degree=degree, citations=citations)


def participation(*steps: Thing, municipality: str | None = "Jena") -> Thing:
    return Thing(municipality=municipality, steps=Thing(all=lambda: list(steps)))


CITED = Thing(of=lambda subject: subject.citations)


def degrees(row) -> list[list[str]]:
    return [[attested.step.degree for attested in cell.attested] for cell in row.cells]


def test_a_column_for_each_document_in_the_order_of_their_days():
    late, early, never = document("spät", None), document("früh", "2019-02-23"), document("nie", None)
    rows = [
        participation(step("existing", (never, None)), step("party", (late, "2019-04-24"))),
        participation(step("invited", (early, "2019-01-01"))),
    ]
    table = matrix(rows, CITED)
    assert [column.document for column in table.columns] == [early, late, never]
    assert [column.label for column in table.columns[:2]] == ["23.02.2019", "24.04.2019"]
    assert [column.is_own_day for column in table.columns] == [True, False, False]
    assert table.width == 5
    assert [degrees(row) for row in table.groups[0].rows] == [[[], ["party"], ["existing"]], [["invited"], [], []]]


def test_a_column_without_any_day_is_called_by_its_document():
    only = document("nie", None)
    table = matrix([participation(step("existing", (only, None)))], CITED)
    assert (table.columns[0].day, table.columns[0].label) == (None, str(only))


def test_several_degrees_in_one_document_stand_in_one_cell():
    report = document("Bericht", "2019-02-23")
    weimar = participation(step("intended", (report, None)), step("existing", (report, None), inferred=True))
    (row,) = matrix([weimar], CITED).groups[0].rows
    assert degrees(row) == [["intended", "existing"]]
    assert [attested.is_inferred for attested in row.cells[0].attested] == [False, True]


def test_a_step_may_stand_in_several_documents_or_in_none():
    one, two = document("eins", "2019-02-23"), document("zwei", "2019-04-24")
    table = matrix([participation(step("invited", (one, None), (two, None)), step("member"))], CITED)
    (row,) = table.groups[0].rows
    assert degrees(row) == [["invited"], ["invited"]]


def test_municipal_bodies_come_before_the_others():
    report = document("Bericht", "2019-02-23")
    ministry = participation(step("mentioned", (report, None)), municipality=None)
    jena = participation(step("party", (report, None)))
    assert [(g.is_municipal, [r.participation for r in g.rows]) for g in matrix([ministry, jena], CITED).groups] == [
        (True, [jena]),
        (False, [ministry]),
    ]
    assert [group.is_municipal for group in matrix([ministry], CITED).groups] == [False]


def test_nobody_no_matrix():
    table = matrix([], CITED)
    assert (table.columns, table.groups) == ([], [])
