"""Every answer carries its id and the headers that keep foreign code out."""

import gzip
import json
import logging

import pytest

from coopportal.common.logs import JsonFormatter, request_id

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def test_every_answer_carries_the_strict_headers(client):
    answer = client.get("/health/live")
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_a_harmless_id_of_the_proxy_is_kept(client):
    assert client.get("/health/live", headers={"X-Request-ID": "abc-123.DEF_4"})["X-Request-ID"] == "abc-123.DEF_4"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, 'a"b{}cdefgh', "line\tbreak-line"])
def test_any_other_id_is_replaced(client, given):
    answer = client.get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"]
    assert answer != given
    assert len(answer) == 32


def test_a_log_line_is_json_with_the_id_of_its_request():
    token = request_id.set("abc")
    try:
        raise ValueError("über")
    except ValueError as error:
        record = logging.LogRecord("portal", logging.ERROR, "", 0, "Größe %d", (3,), (type(error), error, None))
    line = json.loads(JsonFormatter().format(record))
    request_id.reset(token)
    assert {key: line[key] for key in ("level", "logger", "request", "message")} == {
        "level": "ERROR",
        "logger": "portal",
        "request": "abc",
        "message": "Größe 3",
    }
    assert "ValueError: über" in line["traceback"]
    assert line["time"].endswith("+00:00")


@pytest.mark.django_db
def test_pages_are_compressed_for_those_who_can_read_that(client):
    able = {"Accept-Encoding": "gzip, br"}
    page = client.get("/kooperationen/", headers=able)
    assert (page["Content-Encoding"], "Accept-Encoding" in page["Vary"]) == ("gzip", True)
    assert gzip.decompress(page.content).strip().startswith(b"<!doctype html>")
    assert len(page.content) <= 12_000
    assert "Content-Encoding" not in client.get("/kooperationen/")
    assert "Content-Encoding" not in client.get("/api/v1/schema/", headers=able)
