"""What a supervisor asks: is the process alive, and is it ready to serve?"""

import logging
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@csrf_exempt  # nothing is changed here; who posts is told 405, not that a form had expired
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing else: a missing database is no reason to restart the process."""
    return JsonResponse({"status": "ok"})


@csrf_exempt  # nothing is changed here; who posts is told 405, not that a form had expired
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 if requests can be served, else 503 with the part that is missing."""
    parts = {"database": _database_answers()}
    parts["migrations"] = parts["database"] and not pending_migrations()
    ok = all(parts.values())
    body = {
        "status": "ok" if ok else "not ready",
        **{name: "ok" if good else "missing" for name, good in parts.items()},
    }
    return JsonResponse(body, status=200 if ok else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return False
    return True


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of the code; they do not change while the process lives."""
    return frozenset(MigrationLoader(None).graph.nodes)


def pending_migrations() -> set[tuple[str, str]]:
    """(app, name) of each migration the database has not seen yet."""
    return set(_known_migrations() - MigrationRecorder(connection).applied_migrations().keys())
