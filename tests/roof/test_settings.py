"""What the environment decides: safe without a word, and no production on a weak secret."""

import json
import os
import subprocess
import sys

import pytest
from django.template import engines

from tests.conftest import ROOT

STRONG = "a-long-and-random-secret-of-more-than-fifty-characters-0123456789"
ASK = "import json; from coopportal import settings as s; print(json.dumps([{}], default=str))"
OURS = ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "DEBUG", "DEMO", "EMAIL_URL")


def settings_with(*names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The settings as a fresh process with this environment sees them."""
    clean = {key: value for key, value in os.environ.items() if key not in OURS}
    code = ASK.format(", ".join(f"s.{name}" for name in names))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False
    )


def values(*names: str, **environment: str) -> list:
    answer = settings_with(*names, **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_without_a_word_it_is_a_safe_embedded_installation():
    debug, embedded, production, hosts, secure = values(
        "DEBUG", "EMBEDDED", "PRODUCTION", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE"
    )
    assert (debug, embedded, production, secure) == (False, True, False, False)
    assert set(hosts) == {"127.0.0.1", "localhost", "[::1]"}


@pytest.mark.parametrize("secret", ["", "short", "a" * 60, "django-insecure-" + STRONG])
@pytest.mark.parametrize("where", [{"PUBLIC_URL": "https://p.example"}, {"DATABASE_URL": "postgres://u@h/d"}])
def test_production_refuses_a_weak_secret(where, secret):
    answer = settings_with("DEBUG", **where, SECRET_KEY=secret)
    assert answer.returncode == 1
    assert "SECRET_KEY fehlt oder ist zu schwach" in answer.stderr


def test_a_command_without_a_secret_says_so_in_one_sentence():
    clean = {key: value for key, value in os.environ.items() if key not in (*OURS, "SECRET_KEY_FILE")}
    answer = subprocess.run(
        [sys.executable, "manage.py", "set_up"],
        cwd=ROOT,
        env=clean | {"DATABASE_URL": "postgres://u@h/d"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (
        1,
        "Das Portal ist nicht fertig eingerichtet: "
        "SECRET_KEY fehlt oder ist zu schwach: mindestens 50 zufällige Zeichen sind nötig.\n",
    )


def test_a_demonstration_on_postgresql_is_not_production():
    assert values("PRODUCTION", DATABASE_URL="postgres://u@h/d", DEMO="1") == [False]


def test_the_scheme_of_the_public_address_decides_about_encryption():
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    assert values(*names, PUBLIC_URL="https://p.example", SECRET_KEY=STRONG) == [True, True, True, 31536000]
    assert values(*names, PUBLIC_URL="http://p.example") == [False, False, False, 0]


def test_with_encryption_cookies_are_bound_to_the_host_and_a_proxy_is_counted_on():
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "ALLAUTH_TRUSTED_PROXY_COUNT")
    secure = values(*names, PUBLIC_URL="https://p.example", SECRET_KEY=STRONG)
    assert secure == ["__Host-sessionid", "__Host-csrftoken", 1]
    assert values(*names, PUBLIC_URL="http://p.example") == ["sessionid", "csrftoken", 0]


def test_forms_may_lead_to_the_provider_of_the_environment_and_nowhere_else():
    (policy,) = values("CONTENT_SECURITY_POLICY", OIDC_ISSUER="https://login.example/realms/x", SECRET_KEY=STRONG)
    assert policy["DIRECTIVES"]["form-action"] == ["'self'", "https://login.example"]


def test_the_public_address_is_an_allowed_host_and_a_trusted_origin():
    hosts, origins = values("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", PUBLIC_URL="http://p.example:8080/")
    assert hosts[0] == "p.example"
    assert origins == ["http://p.example:8080"]


def test_a_secret_may_lie_in_a_file(tmp_path):
    (tmp_path / "secret").write_text(STRONG)
    assert values("SECRET_KEY", SECRET_KEY_FILE=str(tmp_path / "secret")) == [STRONG]


def test_sqlite_lets_writers_wait_and_survives_a_power_cut(tmp_path):
    [databases] = values("DATABASES", DATABASE_URL=f"sqlite:///{tmp_path / 'x' / 'd.sqlite3'}")
    options = databases["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
    assert (tmp_path / "x").is_dir()


def test_postgresql_is_pooled():
    [databases] = values("DATABASES", DATABASE_URL="postgres://u:p@h:5433/d", SECRET_KEY=STRONG)
    database = databases["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("h", 5433, "d")
    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["pool"]["max_size"] == 16


def test_postgresql_compiles_no_statements_unless_the_address_of_the_database_says_so():
    address = "postgres://u:p@h/d"
    [plain] = values("DATABASES", DATABASE_URL=address, SECRET_KEY=STRONG)
    [told] = values("DATABASES", DATABASE_URL=f"{address}?options=-c%20jit%3Don", SECRET_KEY=STRONG)
    assert plain["default"]["OPTIONS"]["options"] == "-c jit=off"
    assert told["default"]["OPTIONS"]["options"] == "-c jit=off -c jit=on"  # of two the last one counts


def test_only_the_words_of_templates_take_the_place_of_tags_of_the_same_name() -> None:
    """``templates.W003`` is silenced for them, and for nothing else."""
    (told,) = [one for engine in engines.all() for one in engine.check() if one.id == "templates.W003"]
    assert told.msg.startswith("'i18n' is used for multiple template tag modules")
    assert told.msg.endswith("'coopportal.common.templatetags.i18n', 'django.templatetags.i18n'")
