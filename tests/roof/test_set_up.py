"""The set-up does what is missing, once, and asks the database for it."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from coopportal.management.commands import set_up


@pytest.fixture
def called(monkeypatch, settings, tmp_path):
    """The commands the set-up calls, in order; none of them runs."""
    calls = []
    monkeypatch.setattr(set_up, "call_command", lambda name, **options: calls.append(name))
    settings.STATIC_ROOT = tmp_path
    settings.EMBEDDED, settings.DEMO = True, False
    return calls


def run() -> str:
    """What it says beside its work."""
    told = io.StringIO()
    call_command("set_up", verbosity=0, stderr=told, no_color=True)
    return told.getvalue()


@pytest.mark.django_db
def test_a_second_set_up_migrates_and_copies_nothing(called):
    run()
    run()
    assert called == ["collectstatic", "load_fixtures", "make_demo_people", "load_fixtures", "make_demo_people"]


@pytest.mark.django_db
def test_a_database_behind_the_code_is_migrated_first(called):
    MigrationRecorder(connection).record_unapplied("sources", "0001_initial")
    run()
    assert called[0] == "migrate"


@pytest.mark.django_db
def test_a_changed_static_file_is_copied(called, settings, tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    run()
    run()
    (folder / "new.css").write_text("a{}")
    run()
    assert called.count("collectstatic") == 2


@pytest.mark.django_db
def test_demo_people_are_made_only_where_nobody_is_real(called, settings):
    settings.EMBEDDED = False
    run()
    assert called[-1] == "make_editors"
    settings.DEMO = True
    run()
    assert called[-1] == "make_demo_people"


@pytest.mark.django_db
@pytest.mark.parametrize("passing", [False, True])
def test_without_a_secret_it_warns_what_that_means(called, settings, passing):
    settings.SECRET_KEY_IS_PASSING = passing
    assert run().split(".")[0] == ("Achtung: Es gibt keinen SECRET_KEY" if passing else "")
    assert called[-1] == "make_demo_people"
