"""The private database server comes, answers, and leaves nothing behind."""

import private_postgres
import psycopg
import pytest

from tests.conftest import unavailable


def test_a_cluster_answers_and_is_gone_afterwards():
    try:
        cluster = private_postgres.Cluster()
    except private_postgres.Missing as missing:
        unavailable(f"PostgreSQL: {missing}")
    with cluster as url:
        assert url == f"postgres://portal@/{cluster.folder}/portal"
        with psycopg.connect(host=str(cluster.folder), user="portal", dbname="postgres") as connection:
            assert connection.execute("SELECT upper('ä'), current_setting('listen_addresses')").fetchone() == ("Ä", "")
    assert not cluster.folder.exists()


def test_a_cluster_that_does_not_start_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr(private_postgres, "_CONFIGURATION", "no_such_setting = 1")
    try:
        cluster = private_postgres.Cluster()
    except private_postgres.Missing as missing:
        unavailable(f"PostgreSQL: {missing}")
    with pytest.raises(private_postgres.Missing, match="no_such_setting"), cluster:
        pass
    assert not cluster.folder.exists()


def test_without_programs_the_reason_is_told(monkeypatch):
    monkeypatch.setattr(private_postgres, "_PLACES", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(private_postgres.Missing, match="initdb und pg_ctl fehlen"):
        private_postgres.find_programs()


def test_too_old_programs_are_told(monkeypatch, tmp_path):
    for name in ("initdb", "pg_ctl"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'initdb (PostgreSQL) 12.3'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(private_postgres, "_PLACES", (str(tmp_path),))
    monkeypatch.setattr(private_postgres.shutil, "which", lambda name: None)
    with pytest.raises(private_postgres.Missing, match="PostgreSQL 12 ist zu alt, nötig ist 14"):
        private_postgres.find_programs()
