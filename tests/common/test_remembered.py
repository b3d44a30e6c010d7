"""What is kept is of this question and of this state of the data, else it is made anew."""

import pytest
from django.db import transaction
from django.utils import translation

from agreements.models import Cooperation
from coopportal.common import feed
from coopportal.common import remembered as kept
from coopportal.common.questions import Question
from coopportal.common.remembered import remembered
from tests.builders import make_cooperation

pytestmark = pytest.mark.django_db


def names(asked=None, rows=None):
    rows = Cooperation.objects.public() if rows is None else rows

    def read():
        if asked is not None:
            asked.append(1)
        return sorted(row.name for row in rows.all())

    return remembered("names", rows, read)


def test_the_same_question_is_answered_once():
    make_cooperation(name="Bauhof")
    asked = []
    assert [names(asked), names(asked)] == [["Bauhof"], ["Bauhof"]]
    assert len(asked) == 1


def test_a_write_makes_it_new_whoever_wrote():
    row = make_cooperation(name="Bauhof")
    assert names() == ["Bauhof"]
    Cooperation.objects.filter(pk=row.pk).update(name="Kläranlage")
    assert names() == ["Kläranlage"]
    row.delete()
    assert names() == []


def test_what_is_not_public_any_more_is_not_kept():
    row = make_cooperation(name="Bauhof")
    assert names() == ["Bauhof"]
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")
    assert names() == []


def test_nothing_is_kept_of_what_may_be_rolled_back():
    """Else another write would bring the very number under which it was kept."""
    make_cooperation(name="Bauhof")
    with transaction.atomic():
        Cooperation.objects.update(name="Entwurf")
        assert names() == ["Entwurf"]
        number = feed.version().number
        transaction.set_rollback(True)
    Cooperation.objects.update(name="Kläranlage")
    assert (feed.version().number, names()) == (number, ["Kläranlage"])


def test_another_question_or_language_has_its_own_answer():
    make_cooperation(name="Bauhof")
    asked = []
    names(asked)
    names(asked, Cooperation.objects.public().filter(name="anderes"))
    with translation.override("en"):
        names(asked)
    assert remembered("others", Cooperation.objects.public(), lambda: "other") == "other"
    assert len(asked) == 3


def test_what_was_found_before_a_write_goes_with_it():
    make_cooperation(name="Bauhof")
    names()
    names(None, Cooperation.objects.public().filter(name="Bauhof"))
    make_cooperation(name="Kläranlage")
    names()
    assert len(kept._kept) == 1


def test_an_answer_of_a_version_that_has_passed_is_not_kept():
    """He asked for the version, somebody wrote, others asked: what he finds is shown to nobody else."""
    number = feed.version().number

    def find():
        make_cooperation(name="Kläranlage")
        return names()

    assert remembered("late", Cooperation.objects.public(), find, version=number) == ["Kläranlage"]
    assert remembered("late", Cooperation.objects.public(), lambda: "anew", version=number) == "anew"


def test_another_register_in_place_of_this_one_is_asked_anew():
    """A backup is put back under a running process: its numbers come again, and mean other things."""
    rows = Cooperation.objects.public()
    assert remembered("one", rows, lambda: "before", version=7) == "before"
    assert remembered("one", rows, lambda: "restored", version=5) == "restored"
    assert remembered("one", rows, lambda: "written since", version=7) == "written since"


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    asked = []
    for name in "abca":
        names(asked, Cooperation.objects.public().filter(name=name))
    assert len(asked) == 4


def test_large_answers_make_room_for_each_other(monkeypatch):
    monkeypatch.setattr(kept, "MOST_ROWS", 10)
    asked = []

    def read(name):
        remembered(
            "large", Cooperation.objects.public().filter(name=name), lambda: asked.append(name), size=lambda _: 5
        )

    for name in "abacb":
        read(name)
    assert asked == ["a", "b", "c", "b"]


def test_questions_of_programs_make_room_for_each_other(client, monkeypatch):
    """Each takes as much as many rows do: who asks thousands of different ones does not fill the memory."""
    monkeypatch.setattr(kept, "MOST_ROWS", 400)
    for number in range(5):
        assert client.get("/api/v1/cooperations/", {"search": f"Wort{number}"}).status_code == 200
    questions = [found for _many, found in kept._kept.values() if isinstance(found, Question)]
    assert [question.asked.data["search"] for question in questions] == ["Wort3", "Wort4"]


def test_what_fits_nothing_is_found_without_asking(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert remembered("none", Cooperation.objects.none(), lambda: "nothing") == "nothing"
