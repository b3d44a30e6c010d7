"""Webhooks reach public addresses only, whatever a name points to at that moment."""

from __future__ import annotations

import ipaddress
import socket
from threading import Event
from typing import Any

import pytest

from watching import targets
from watching.targets import Refused, is_public, post, resolve, split


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1"),
        *("64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "::10.0.0.1", "2001:db8::1", "2001::1", "198.18.0.1"),
        *("fec0::1", "192.88.99.1", "2002:808:808::1", "64:ff9b::808:808", "100::1", "5f00::1", "3fff::1", "fe00::1"),
        *("192.0.0.9", "192.31.196.1", "192.52.193.1", "192.175.48.1", "2620:4f:8000::1", "2001:4:112::1", "::2"),
    ],
)
def test_what_is_inside_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_what_is_outside_is(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "amt.example",
            "http://amt.example/",
            "ftp://amt.example/",
            "https://",
            "https:///pfad",
            "file:///etc/passwd",
        ),
        *(
            "https://name:wort@amt.example/",
            "https://amt.example/#teil",
            "https://amt.example:25/",
            "https://amt.example:x/",
        ),
        *(f"https://{'a' * 64}.example/", f"https://{'a.' * 127}de/", "https://amt..example/", "https://.example/"),
        *("https://amt.example./", "https://-amt.example/", "https://amt example/", "https://amt%20.example/"),
        *("https://999.1.1.1/", "https://1.2.3/", "https://2130706433/", "https://0x7f.1/", "https://[::1%25eth0]/"),
        *("https://[1::2::3]/", "https://amt.example/ pfad", "https://amt*.example/"),
        *("https://amt.example/\r\nHost: x", "https://ämter.example/", "http://127.0.0.1:8080/"),
    ],
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(Refused):
        split(url, loopback=False)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "[2001:4860:4860::8888]", "xn--mter-5qa.example", "a_b.amt-1.example", f"{'a' * 63}.example"]
)
def test_a_right_host_passes(host):
    assert split(f"https://{host}/", loopback=False).hostname == host.strip("[]")


def test_whatever_the_resolver_raises_is_an_answer(monkeypatch):
    def fail(*place: Any, **kind: Any) -> Any:
        raise UnicodeError

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert post("https://amt.example/", b"{}", {}).error == "Der Name des Servers ist nicht bekannt."


def test_a_silent_name_server_keeps_nobody_waiting(monkeypatch):
    end = Event()
    monkeypatch.setattr(targets, "STEP", 0.01)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **kind: end.wait(60) and [])
    assert post("https://amt.example/", b"{}", {}).error == "Der Server antwortet nicht rechtzeitig."
    end.set()


@pytest.mark.parametrize("url", ["https://amt.example/", "https://amt.example:8443/a?b=c", "https://amt.example"])
def test_a_right_one_passes(url):
    assert split(url, loopback=False).hostname == "amt.example"


def test_plain_http_is_for_this_machine_and_development_alone():
    assert split("http://127.0.0.1:8080/", loopback=True).port == 8080
    with pytest.raises(Refused):
        split("http://amt.example/", loopback=True)


def names(*addresses: str) -> Any:
    """A directory of names in which every name has these addresses."""
    return lambda host, port, **kind: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]


def test_one_address_inside_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", names("8.8.8.8", "10.0.0.1"))
    with pytest.raises(Refused):
        resolve("amt.example", 443, loopback=False)


def test_it_goes_to_the_address_that_was_checked(monkeypatch):
    asked: list[Any] = []

    def connect(address: Any, timeout: float) -> Any:
        asked.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", names("8.8.8.8"))
    monkeypatch.setattr(socket, "create_connection", connect)
    assert not post("https://amt.example/", b"{}", {}).is_good
    assert asked == [("8.8.8.8", 443)]


@pytest.mark.parametrize(
    ("host", "error"),
    [
        *((host, "Die Adresse liegt nicht im öffentlichen Netz.") for host in ("127.0.0.1", "[::1]", "localhost")),
        *((host, "Das ist keine gültige Adresse.") for host in ("2130706433", "0x7f.1", "127.1", "0177.0.0.1")),
    ],
)
def test_no_way_of_writing_this_machine_gets_through(host, error, monkeypatch):
    def connect(address: Any, timeout: float) -> Any:
        raise AssertionError(address)

    monkeypatch.setattr(socket, "create_connection", connect)
    answer = post(f"https://{host}/", b"{}", {})
    assert (answer.status, answer.error) == (None, error)
