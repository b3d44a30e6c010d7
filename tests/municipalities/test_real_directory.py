"""The official files of two states, read in order: the counts that are published, and what became of whom."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum
from django.test import Client

from coopportal.common.planning import learn
from municipalities.importers.bodies import bodies_of
from municipalities.importers.gv100ad import read
from municipalities.importers.refusal import Refused
from municipalities.models import Doubt, Municipality, MunicipalityFigure, MunicipalityPeriod, Succession
from tests.conftest import unavailable
from tests.municipalities.directory_world import read_in

pytestmark = pytest.mark.django_db

BEFORE, AFTER = dt.date(2022, 12, 31), dt.date(2025, 11, 30)
FILES = {BEFORE: "GV100AD_31122022.txt", AFTER: "GV100AD_30112025.txt"}

#: Municipalities and areas without one per Land, counted in the two files.
PER_LAND = {
    BEFORE: {
        "01": (1106, 2), "02": (1, 0), "03": (939, 25), "04": (2, 0), "05": (396, 0), "06": (422, 4),
        "07": (2301, 1), "08": (1101, 2), "09": (2056, 173), "10": (52, 1), "11": (1, 0), "12": (413, 0),
        "13": (726, 1), "14": (419, 0), "15": (218, 0), "16": (631, 0),
    },
    AFTER: {
        "01": (1104, 2), "02": (1, 0), "03": (939, 25), "04": (2, 0), "05": (396, 0), "06": (421, 4),
        "07": (2300, 1), "08": (1101, 2), "09": (2056, 165), "10": (52, 1), "11": (1, 0), "12": (413, 0),
        "13": (724, 2), "14": (418, 0), "15": (218, 0), "16": (605, 0),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def files(shared: Path) -> dict[dt.date, bytes]:
    folder = shared / "data" / "gv100ad"
    if not folder.is_dir():
        unavailable("der Ordner ../shared/data/gv100ad fehlt")
    return {day: (folder / name).read_bytes() for day, name in FILES.items()}


@pytest.fixture(scope="module", autouse=True)
def ids(files: dict[dt.date, bytes], django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """Fixtures, then both files in order, in one transaction around all tests of this module: ids of the fixtures."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_fixtures", verbosity=0, stdout=StringIO())
        known = dict(Municipality.objects.values_list("ars", "pk"))
        learn()  # a night has passed: the database has seen small tables
        for day in (BEFORE, AFTER):
            read_in(files[day])
        yield known
        transaction.set_rollback(True)


def existing(day: dt.date = AFTER) -> Any:
    return Municipality.objects.existing_on(day)


def of(key: str) -> Municipality:
    """The body that bore the key last."""
    found = Municipality.objects.holding(key, AFTER)
    assert found is not None
    return found


# --- Counts ---


@pytest.mark.parametrize(
    ("day", "counts"),
    [(BEFORE, (10_784, 209, 1_207, 294, 84_358_845)), (AFTER, (10_751, 202, 1_203, 294, 83_577_140))],
)
def test_the_counts_are_the_published_ones(day: dt.date, counts: tuple[int, ...]) -> None:
    levels = Counter(existing(day).values_list("level", flat=True))
    people = MunicipalityFigure.objects.filter(
        directory_state=day, municipality__level__in=("municipality", "unincorporated")
    ).aggregate(sum=Sum("population"))["sum"]
    found = tuple(levels[name] for name in ("municipality", "unincorporated", "association", "district"))
    assert (*found, people) == counts
    cities = Q(kind__in=("independent_city", "urban_district"))
    assert existing(day).filter(cities).count() == 97 + 9


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_the_counts_of_each_land(day: dt.date) -> None:
    found = {
        code: (municipalities, areas)
        for code, municipalities, areas in existing(day)
        .values("state")
        .annotate(m=Count("pk", Q(level="municipality")), a=Count("pk", Q(level="unincorporated")))
        .order_by()
        .values_list("state", "m", "a")
    }
    assert found == PER_LAND[day]


def test_each_municipality_lies_in_the_association_the_files_say(files: dict[dt.date, bytes]) -> None:
    assert existing().filter(parent__level="association").count() == 7_565
    bodies = bodies_of(read(files[AFTER]))
    wrong = [
        row.ars
        for row in existing().select_related("parent").only("ars", "ags", "level", "parent__ars", "parent__level")
        if (row.parent.short_key if row.parent else None) != bodies.by_key[row.short_key].parent
    ]
    assert wrong == []


def test_everybody_has_a_parent_or_is_a_district_a_city_or_doubtful() -> None:
    lonely = existing().filter(parent=None).exclude(level="district")
    lonely = lonely.exclude(kind__in=("independent_city", "urban_district"))
    keys = set(lonely.values_list("ags", flat=True))
    assert keys == {"07000999", "13000998", "13000999"}
    assert keys == set(Doubt.objects.filter(kind="orphan", directory_state=AFTER).values_list("key", flat=True))


# --- Again, older, broken ---


def test_reading_the_file_again_changes_nothing(files: dict[dt.date, bytes]) -> None:
    changed = Municipality.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()
    report = read_in(files[AFTER])
    assert report.changes == 0
    assert Municipality.objects.order_by("-updated_at").values_list("updated_at", flat=True).first() == changed


def test_the_older_file_is_refused(files: dict[dt.date, bytes]) -> None:
    with pytest.raises(Refused, match="ist älter als der letzte"):
        read_in(files[BEFORE])


@pytest.mark.parametrize("share", [0.3, 0.9, 0.97, 0.999])
def test_a_file_cut_between_two_lines_ends_nothing(files: dict[dt.date, bytes], share: float) -> None:
    """A later state that is not all there: refused, or what is missing is asked about."""
    data = files[AFTER].replace(b"20251130", b"20251231")
    data = data[: data.index(b"\n", int(len(data) * share)) + 1]
    try:
        report = read_in(data, dry_run=True)
    except Refused:
        return
    assert report.sections["Beendet"] == []
    assert len(report.doubts) > 3


def test_line_ends_and_bom_do_not_matter(files: dict[dt.date, bytes]) -> None:
    other = b"\xef\xbb\xbf" + files[AFTER].replace(b"\n", b"\r\n")
    assert read_in(other, dry_run=True).changes == 0


# --- What became of whom ---


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("16076004", "16076094", "merger"),  # Berga/Elster
        ("16076084", "16076094", "merger"),  # Wünschendorf/Elster
        ("16061097", "16061119", "merger"),  # Uder
        ("07232096", "07232503", "merger"),  # Obergeckler
        ("07232089", "07232503", "merger"),  # Niedergeckler
        ("16066073", "16066042", "absorption"),  # Sülzfeld: Meiningen
        ("16067036", "16067092", "absorption"),  # Herrenhof: Georgenthal
        ("16063028", "16063104", "absorption"),  # Frankenroda: Amt Creuzburg
        ("16064058", "16064076", "absorption"),  # Schönstedt: Unstrut-Hainich
        ("160615012", "160615051", "key_change"),  # Verwaltungsgemeinschaft Uder: erfüllende Gemeinde
        ("010585830", "010585896", "merger"),  # Flintbek: Eidertal
    ],
)
def test_a_successor_is_suggested(old: str, new: str, kind: str) -> None:
    change = Succession.objects.get(predecessor=of(old))
    assert (change.successor, change.kind, change.on, change.confirmed) == (of(new), kind, AFTER, False)
    assert of(old).valid_until == dt.date(2025, 11, 29)


def test_the_database_plans_by_the_tables_as_they_are_now() -> None:
    """Otherwise a key is looked for in each period for each body: 20 seconds, until housekeeping comes."""
    table = MunicipalityPeriod._meta.db_table
    asked = {
        "sqlite": f"SELECT max(CAST(stat AS integer)) FROM sqlite_stat1 WHERE tbl = '{table}'",
        "postgresql": f"SELECT reltuples FROM pg_class WHERE oid = '{table}'::regclass",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        assert cursor.fetchone()[0] > 10_000


def test_every_municipality_that_ended_has_a_successor_or_is_asked_about() -> None:
    ended = Municipality.objects.filter(valid_until__isnull=False, level__in=("municipality", "unincorporated"))
    assert ended.count() == 45
    without = set(ended.filter(successions=None).values_list("ags", flat=True))
    assert without == set(Doubt.objects.filter(kind="no_successor").values_list("key", flat=True))
    assert without == {"16064014", "16064055", "16064072", "16064073"}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("16076004", "zusammengeschlossen zu: Berga-Wünschendorf (Stadt, 16076094)"),
        ("16076084", "zusammengeschlossen zu: Berga-Wünschendorf (Stadt, 16076094)"),
        ("16061097", "zusammengeschlossen zu: Uder (Gemeinde, 16061119)"),
        ("07232096", "zusammengeschlossen zu: Obergeckler (Gemeinde, 07232503)"),
        ("07232089", "zusammengeschlossen zu: Obergeckler (Gemeinde, 07232503)"),
    ],
)
def test_the_page_under_an_old_key_says_what_became_of_it(client: Client, key: str, words: str) -> None:
    page = client.get(f"/kommunen/{key}/", follow=True)
    told = " ".join(re.sub("<[^>]*>", "", page.text).split())
    assert f"Endete zwischen dem 31.12.2022 und dem 30.11.2025. vermutlich mit anderen {words}" in told


def test_unterbodnitz_keeps_its_row_while_its_association_changes(client: Client) -> None:
    page = client.get("/kommunen/16074104/", follow=True).text
    assert ("Was wann galt" in page, "besteht nicht mehr" in page) == (True, False)
    assert [
        period.parent.name for period in of("16074104").periods.order_by(F("valid_until").asc(nulls_last=True))
    ] == [
        "Hügelland/Täler",
        "Südliches Saaletal",
    ]


def test_the_api_answers_under_an_old_key_with_the_successors(client: Client) -> None:
    body = client.get("/api/v1/municipalities/16076004/").json()
    assert (body["name"], body["valid_until"]) == ("Berga/Elster", "2025-11-29")
    assert [(one["ags"], one["name"], one["confirmed"]) for one in body["successors"]] == [
        ("16076094", "Berga-Wünschendorf", False)
    ]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Budysin", "Bautzen / Budyšin"),
        ("Frankfurt Main", "Frankfurt am Main"),
        ("Halle Saale", "Halle (Saale)"),
        ("Sankt Wendel", "St. Wendel"),
        ("16061097", "Uder"),
        ("Neustadt Weinstraße", "Neustadt an der Weinstraße"),
        ("LK Görlitz", "Görlitz"),
        ("Berg", "Berg"),
        ("m", "München"),
    ],
)
def test_what_is_typed_finds_first(client: Client, query: str, first: str) -> None:
    found = client.get("/api/v1/municipalities/", {"search": query, "page_size": 5}).json()["results"]
    assert found[0]["name"] == first


def test_unterbodnitz_keeps_its_row_and_history_while_its_association_changes() -> None:
    row = of("16074104")
    assert [(one.ars, one.valid_from, one.valid_until) for one in row.periods.order_by("pk")] == [
        ("160745007104", None, dt.date(2025, 11, 29)),
        ("160745011104", AFTER, None),
    ]
    assert row.parent is not None
    assert row.parent.name == "Südliches Saaletal"
    assert row.figures.count() == 2


def test_a_town_that_gained_an_addition_keeps_its_name() -> None:
    town = of("14626110")
    assert (town.name, town.official_name) == ("Görlitz", "Görlitz, Stadt, Hochschulstadt")
    assert [one.official_name for one in town.periods.order_by("pk")] == [
        "Görlitz, Stadt",
        "Görlitz, Stadt, Hochschulstadt",
    ]


# --- Bodies of the fixtures ---


def test_the_bodies_of_the_fixtures_are_recognised_and_keep_their_ids(ids: dict[str, int]) -> None:
    assert len(ids) == 37
    assert dict(existing().filter(pk__in=ids.values()).values_list("ars", "pk")) == ids
    assert not Doubt.objects.filter(kind="not_listed").exists()


def test_the_fixtures_do_not_overwrite_what_was_imported() -> None:
    columns = ("pk", "name", "official_name", "ars", "population", "parent", "directory_state")
    before = list(Municipality.objects.order_by("pk").values_list(*columns))
    call_command("load_fixtures", verbosity=0, stdout=StringIO())
    assert list(Municipality.objects.order_by("pk").values_list(*columns)) == before


def test_names_of_the_fixtures_are_those_of_the_directory(ids: dict[str, int]) -> None:
    names = dict(existing().filter(pk__in=ids.values()).values_list("ars", "name"))
    assert names["146260110110"] == "Görlitz"
    assert names["073140000000"] == "Ludwigshafen am Rhein"
    assert names["146265235480"] == "Rothenburg/O.L."
