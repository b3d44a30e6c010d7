"""Where webhooks may go, and how a message gets there: to public addresses only, checked at every delivery.

The host's name is resolved once, every address of it is checked, and the connection goes to the address that was
checked: a name that points elsewhere a moment later (DNS rebinding) reaches nothing inside our network. No redirect is
followed, no proxy asked, little of the answer is read, and all of it ends after a set time.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

#: Seconds for each step, and for all of it.
STEP, ALL = 5.0, 15.0
#: So much of an answer is read; only its status matters.
MOST_READ = 2048

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Of IPv6, one machine has an address of 2000::/3 alone (RFC 4291): neither site-local (fec0::/10) nor NAT64.
_UNICAST = ipaddress.IPv6Network("2000::/3")
# What ``is_global`` lets through (registries of special addresses, RFC 6890): protocols, the servers of AS112, the
# relays of 6to4, and 6to4 itself, which wraps an IPv4 address; documentation.
_SPECIAL = [
    ipaddress.ip_network(net)
    for net in (
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
        *("2001::/23", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
]

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


class Refused(Exception):
    """The address is none to which anything is sent; the message says why, in German."""


@dataclass(frozen=True)
class Answer:
    """What came back: a status, or what went wrong in a few words."""

    status: int | None
    error: str = ""

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def split(url: str, *, loopback: bool) -> SplitResult:
    """The parts of a right address; raises Refused. With ``loopback`` (development) http to this machine is right."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise Refused(_("Das ist keine gültige Adresse.")) from None
    if parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise Refused(_("Das ist keine gültige Adresse."))
    if not _is_host(host):
        raise Refused(_("Das ist keine gültige Adresse."))
    if parts.scheme != "https" and not (loopback and parts.scheme == "http" and _is_loopback(host)):
        raise Refused(_("Die Adresse muss mit https:// beginnen."))
    if port is not None and port != 443 and port < 1024:
        raise Refused(_("Dieser Port ist nicht möglich."))
    return parts


def _is_host(host: str) -> bool:
    """A name of DNS (RFC 1123, with the underscore many use), or an address written in full.

    What ends in a number is an address to every resolver, in spellings nobody means. Other names make
    ``getaddrinfo`` raise UnicodeError.
    """
    labels = host.split(".")
    if ":" in host or re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        try:
            return "%" not in str(ipaddress.ip_address(host))
        except ValueError:
            return False
    return len(host) <= 253 and all(map(_LABEL.fullmatch, labels))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_public(address: Address) -> bool:
    """Is this an address of the public network, of one machine?"""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in _UNICAST:
            return False
    if any(address in net for net in _SPECIAL):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _known_of(host: str, port: int) -> list[Any]:
    """What the name servers know of a host; raises TimeoutError where they are silent, for they set no end themselves.

    A thread that nobody waits for any more ends with its question.
    """
    said: SimpleQueue[list[Any] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            said.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as fault:
            said.put(fault)

    Thread(target=ask, daemon=True).start()
    try:
        answer = said.get(timeout=STEP)
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def resolve(host: str, port: int, *, loopback: bool) -> str:
    """An address of the host, all of which were checked; raises Refused, OSError where there is none."""
    found = {str(row[4][0]).split("%")[0] for row in _known_of(host, port)}
    known = sorted(map(ipaddress.ip_address, found), key=lambda one: (one.version, int(one)))
    for address in known:
        if not (is_public(address) or (loopback and address.is_loopback)):
            raise Refused(_("Die Adresse liegt nicht im öffentlichen Netz."))
    return str(known[0])


class _Plain(http.client.HTTPConnection):
    """Goes to an address that was checked, whatever the host's name points to by now."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=STEP)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), STEP)


class _Secure(_Plain):
    """The same over TLS, whose certificate must be that of the host's name."""

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    default_port = http.client.HTTPS_PORT


def post(url: str, body: bytes, headers: dict[str, str], *, loopback: bool = False) -> Answer:
    """Send; whatever happens is an answer."""
    try:
        parts = split(url, loopback=loopback)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        connection = (_Secure if secure else _Plain)(host, port, resolve(host, port, loopback=loopback))
    except Refused as refused:
        return Answer(None, str(refused))
    except TimeoutError:
        return Answer(None, _("Der Server antwortet nicht rechtzeitig."))
    except (OSError, ValueError):  # UnicodeError among them
        return Answer(None, _("Der Name des Servers ist nicht bekannt."))
    return _exchange(connection, f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers)


def _exchange(connection: _Plain, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    def cut() -> None:
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    end = Timer(ALL, cut)
    end.daemon = True
    end.start()
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read(MOST_READ)
        return Answer(answer.status)
    except TimeoutError:
        return Answer(None, _("Der Server antwortet nicht rechtzeitig."))
    except ssl.SSLError:
        return Answer(None, _("Das Zertifikat des Servers ist nicht gültig."))
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return Answer(None, _("Der Server ist nicht zu erreichen."))
    finally:
        end.cancel()
        connection.close()
