"""From a fresh clone to a running portal: python3 scripts/bootstrap.py run|setup|test|fuzz|check|bench|lock [words].

Knows only the standard library, since it runs before anything is installed. What it makes lies in folders git ignores:
.venv, node_modules, var.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in plain words rather than by a syntax error further down
    for _newer in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if shutil.which(_newer):
            os.execvp(_newer, [_newer, *sys.argv])
    sys.exit(f"Das Portal braucht Python 3.11 oder neuer, hier ist {sys.version.split()[0]}.")

import contextlib
import errno
import secrets
import socket
import subprocess
from collections.abc import Callable, Iterator

import compile_translations
import private_postgres
from checks import check
from environment import PYTHON, ROOT, VAR, Trouble, install_assets, install_python, say
from locks import lock

# What a developer's own installation says must not leak into the tests.
_OWN_SETTINGS = (
    *("DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "PUBLIC_URL", "ALLOWED_HOSTS", "DEBUG", "DEMO", "EMAIL_URL"),
    *("LOG_LEVEL", "DATABASE_POOL_SIZE", "TRUSTED_PROXIES", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"),
    *("OIDC_NAME", "OIDC_TRUST_EMAIL"),
)


def manage(*arguments: str) -> None:
    """Run manage.py; a failure ends the set-up, its own words stand above."""
    if subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, check=False).returncode:
        raise Trouble(f"Abgebrochen: manage.py {' '.join(arguments)} ist gescheitert (siehe oben).")


# --- run, setup ---


def make_secret() -> None:
    """A secret of this installation in a file only its owner reads; a given SECRET_KEY goes before it."""
    VAR.mkdir(exist_ok=True)
    file = VAR / "secret_key"
    if not file.exists():
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(64))
    if not {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        os.environ["SECRET_KEY_FILE"] = str(file)


def address() -> tuple[str, int]:
    """Host and port to serve at, from HOST and PORT."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Trouble(f"PORT={port} ist keine Portnummer (1 bis 65535).")
    return os.environ.get("HOST") or "127.0.0.1", int(port)


def must_be_free(host: str, port: int) -> None:
    """Say before the set-up, not after it, that the address cannot be served."""
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Trouble(f"{host}:{port} ist schon belegt. Anderer Port: make run PORT={port + 1}") from None
        raise Trouble(f"{host}:{port} lässt sich nicht öffnen: {error.strerror}") from None


def _names_of_this_machine() -> set[str]:
    name = socket.gethostname()
    with contextlib.suppress(OSError):
        return {name, socket.getfqdn(), *(str(entry[4][0]) for entry in socket.getaddrinfo(name, None))}
    return {name}


def announce(host: str, port: int) -> str:
    """The address people open; also what PUBLIC_URL and ALLOWED_HOSTS say unless they are given."""
    everywhere = host in {"0.0.0.0", "::"}
    shown = "127.0.0.1" if everywhere else host
    url = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    names = {shown, "localhost", "127.0.0.1", "::1"} | (_names_of_this_machine() if everywhere else set())
    os.environ.setdefault("PUBLIC_URL", url)
    os.environ.setdefault("ALLOWED_HOSTS", ",".join(sorted(f"[{name}]" if ":" in name else name for name in names)))
    return url


def set_up(_: list[str]) -> int:
    """Environment, front-end files, database, fixtures; each only as far as it is missing."""
    install_python("base")
    install_assets(with_tests=False)
    compile_translations.main()
    make_secret()
    manage("set_up")
    return 0


def run(arguments: list[str]) -> int:
    """Set up and serve until Ctrl-C."""
    host, port = address()
    must_be_free(host, port)
    url = announce(host, port)
    set_up([])
    say(f"Kooperationsportal: {url}/  (beenden mit Strg+C)")
    workers = os.environ.get("WORKERS") or str(min(4, os.cpu_count() or 1))
    serve = [str(PYTHON), "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    serve += ["--workers", workers, "--blocking-threads", "4", "--respawn-failed-workers", "--log-level", "warning"]
    serve += ["--workers-kill-timeout", "10", "coopportal.wsgi:application"]
    return _serve([*serve, *arguments])


def _serve(command: list[str]) -> int:
    """Run the web server until it ends or somebody ends us.

    It has a session of its own: Ctrl-C reaches every process of a terminal, and a worker that hears both the terminal
    and its own master may hang. So only the master is told, and it tells the workers.
    """
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as server:
        try:
            return server.wait()
        except BaseException:
            server.terminate()
            server.wait()
            raise


# --- test, fuzz ---

#: What one of two runs need not repeat: the browser looks at the pages of PostgreSQL, the engine of production; what is
#: marked `once` asks for rights, which know no database, and is asked on SQLite.
NOT_ON_SQLITE = ["-m", "not browser"]
NOT_ON_POSTGRESQL = ["-m", "not once"]
#: What `ran:` says after the second of two runs.
BOTH = "sqlite, postgresql"


@contextlib.contextmanager
def postgresql() -> Iterator[tuple[str | None, str]]:
    """(address of a database server for the tests or None, why there is none)."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given, ""
        return
    with contextlib.ExitStack() as stack:
        try:
            url, missing = stack.enter_context(private_postgres.Cluster()), ""
        except private_postgres.Missing as reason:  # no programs, or programs that cannot start here
            url, missing = None, str(reason)
        yield url, missing


def pytest(arguments: list[str], database_url: str | None, ran: str, note: str = "") -> int:
    """One run of the suite; `ran` is what the closing summary shall say, empty if more is to come."""
    environment = {key: value for key, value in os.environ.items() if key not in _OWN_SETTINGS}
    environment |= {"RAN": ran, "RAN_NOTE": note, "SECRET_KEY": secrets.token_urlsafe(64)}
    if database_url:
        environment["DATABASE_URL"] = database_url
    return subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False).returncode


def test(arguments: list[str]) -> int:
    """The suite on SQLite and, where a server or its programs are there, on PostgreSQL.

    Whatever is asked for by name (paths, -k, -m) runs on both.
    """
    install_python("test")
    install_assets(with_tests=True)
    compile_translations.main()
    whole = not arguments
    # Neighbours stay together, so that what a module sets up is set up once; who is done takes from the other.
    arguments = ["-n", "2", "--dist", "worksteal", *arguments]
    with postgresql() as (url, missing):
        if url is None:
            must_have_all = bool(os.environ.get("REQUIRE_ALL"))
            failed = pytest(arguments, None, "sqlite", f"nicht gelaufen: postgresql ({missing})")
            return failed or int(must_have_all)
        say("Tests mit SQLite …")
        failed = pytest([*arguments, *(NOT_ON_SQLITE if whole else [])], None, "")
        say("Tests mit PostgreSQL …")
        return pytest([*arguments, *(NOT_ON_POSTGRESQL if whole else [])], url, BOTH, note_of(failed)) or failed


def note_of(failed: int) -> str:
    """What the closing summary of the second run says of the first."""
    return "Fehler im Lauf mit sqlite, siehe oben" if failed else ""


def fuzz(arguments: list[str]) -> int:
    """The property-based tests again, with many more cases, on the same databases as the suite."""
    install_python("test")
    compile_translations.main()
    arguments = ["-n", "2", "--dist", "worksteal", "-m", "fuzz", "--hypothesis-profile=fuzz", *arguments]
    with postgresql() as (url, missing):
        if url is None:
            return pytest(arguments, None, "sqlite", f"nicht gelaufen: postgresql ({missing})")
        say("Zufallsfälle mit SQLite …")
        failed = pytest(arguments, None, "")
        say("Zufallsfälle mit PostgreSQL …")
        return pytest(arguments, url, BOTH, note_of(failed)) or failed


def bench(arguments: list[str]) -> int:
    """The benchmark, where there is one."""
    if not (ROOT / "benchmarks" / "__main__.py").exists():
        raise Trouble("Es gibt noch keinen Benchmark (Ordner benchmarks/).")
    install_python("bench")
    return subprocess.run([PYTHON, "-m", "benchmarks", *arguments], cwd=ROOT, check=False).returncode


def _terminated(_signal: int, _frame: object) -> None:
    """SIGTERM unwinds like Ctrl-C, so that a private database server is stopped."""
    sys.exit(143)


VERBS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "setup": set_up,
    "test": test,
    "fuzz": fuzz,
    "check": check,
    "bench": bench,
    "lock": lock,
}


def main() -> int:
    verb, *arguments = sys.argv[1:] or ["run"]
    if verb not in VERBS:
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return VERBS[verb](arguments)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
