"""Registering through the API: the verbs of the workflow and their German messages, one address each.

Writing asks for a session or a token. What may not be seen does not exist (404); what may be seen but not done is 403;
what does not go now is 409, with the reason; wrong content is 400, with everything that is wrong.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import SessionAuthentication, TokenAuthentication
from agreements import workflow
from agreements.api.describing import RegistrationSchema, described
from agreements.models import Cooperation
from agreements.serializers.naming import known_of
from agreements.serializers.registered import ProposalOutput, RegistrationOutput, RegistrationRow
from agreements.serializers.registrations import (
    AnswerInput,
    ContentsInput,
    ProposalInput,
    ReasonInput,
    RegistrationInput,
)
from agreements.workflow.faults import Gone, Overtaken, Refused
from agreements.workflow.idempotency import Answer, OtherRequest, StillRunning, digest_of
from coopportal.common.api import NUMBER
from coopportal.common.deprecation import Deprecated, warn
from coopportal.common.pagination import CursorPages
from coopportal.common.parsers import JSONParser
from coopportal.common.problems import BadQuery, problem

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_TAG = re.compile(r'"(\d{1,9})"')
STATUS: dict[type[Refused], int] = {Gone: 404, Overtaken: 412, OtherRequest: 422, StillRunning: 409}


class PreconditionRequired(exceptions.APIException):
    status_code = 428


@described
class RegistrationResource(GenericViewSet[Any]):
    """Registrations of one's own municipality, and of others as far as they concern it."""

    schema = RegistrationSchema()
    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    pagination_class = CursorPages
    serializer_class = RegistrationRow
    lookup_value_regex = NUMBER
    deprecated: ClassVar[Deprecated | None] = None
    deprecated_parameters: ClassVar[Mapping[str, Deprecated]] = {}

    @property
    def day(self) -> dt.date:
        return timezone.localdate()

    @property
    def me(self) -> Any:
        """The person who asks; the permission classes let nobody else in."""
        return self.request.user

    def get_queryset(self) -> QuerySet[Any]:
        """Published records of others are read where the public reads them; here stands who did what, and why."""
        return Cooperation.objects.of_concern_to(self.me, self.day).select_related("keeper")

    def get_object(self) -> Cooperation:
        return get_object_or_404(self.get_queryset(), pk=int(self.kwargs["pk"]) if len(self.kwargs["pk"]) < 19 else 0)

    # --- reading ---

    def list(self, request: Request) -> Response:
        if wrong := set(request.query_params) - {"page", "page_size", "cursor"}:
            raise BadQuery({name: [_("Diesen Parameter gibt es hier nicht.")] for name in sorted(wrong)})
        mine = Cooperation.objects.kept_by(self.me, self.day).select_related("keeper").order_by("-updated_at", "-pk")
        return self.get_paginated_response(RegistrationRow(self.paginate_queryset(mine), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.tell(self.get_object())

    # --- writing ---

    def create(self, request: Request) -> Response:
        """Once for each Idempotency-Key, however often it is sent."""
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            message = _("Senden Sie einen Schlüssel mit, der nur zu dieser Anfrage gehört, zum Beispiel eine UUID.")
            raise exceptions.ValidationError({"Idempotency-Key": [message]})
        asked = self.read(RegistrationInput)
        answer = workflow.once(
            user=self.me,
            key=key,
            digest=digest_of("POST", request.path, request.data),
            now=timezone.now(),
            act=lambda: self.register(asked),
        )
        return Response(answer.body, status=answer.status, headers=answer.headers)

    def register(self, asked: RegistrationInput) -> Answer:
        data = asked.validated_data
        row = workflow.register(
            user=self.me, municipality=data["municipality"], day=self.day, contents=asked.contents()
        )
        if data["submit"]:
            row = workflow.submit(user=self.me, cooperation=row, day=self.day)
        told = self.tell(row, status=201)
        return Answer(201, json.loads(JSONRenderer().render(told.data)), dict(told.headers))

    def partial_update(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        asked = self.read(ContentsInput)
        row = workflow.save_draft(
            user=self.me, cooperation=row, day=self.day, contents=asked.contents(), version=self.version_seen(row)
        )
        return self.tell(row)

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        version = self.version_seen(row) if "If-Match" in request.headers else None
        return self.tell(workflow.submit(user=self.me, cooperation=row, day=self.day, version=version))

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        row, reason = self.get_object(), self.read(ReasonInput).validated_data["reason"]
        return self.tell(workflow.withdraw(user=self.me, cooperation=row, day=self.day, reason=reason))

    @action(detail=True, methods=["post"])
    def confirmations(self, request: Request, pk: str) -> Response:
        row, data = self.get_object(), self.read(AnswerInput).validated_data
        participation = row.participations.filter(municipality=data["municipality"]).first()
        if participation is None:
            message = _("%(name)s ist nicht als beteiligt eingetragen.") % {"name": data["municipality"].name}
            raise exceptions.ValidationError({"municipality": [message]})
        version = self.version_seen(row) if "If-Match" in request.headers else None
        workflow.answer(
            user=self.me,
            participation=participation,
            day=self.day,
            answer=data["answer"],
            reason=data["reason"],
            version=version,
        )
        return self.tell(row)

    @action(detail=True, methods=["post"])
    def proposals(self, request: Request, pk: str) -> Response:
        row, asked = self.get_object(), self.read(ProposalInput)
        data = asked.validated_data
        proposal = workflow.propose(
            user=self.me,
            cooperation=row,
            municipality=data["municipality"],
            day=self.day,
            changes=asked.changes(row),
            reason=data["reason"],
            source=data["source"],
        )
        return Response(ProposalOutput(proposal).data, status=201)

    # --- what all of them do ---

    def read(self, serializer_class: Any) -> Any:
        """The body of the request; raises ValidationError with everything that is wrong with its form."""
        serializer = serializer_class(data=self.request.data, context={"known": known_of(self.request.data, self.day)})
        serializer.is_valid(raise_exception=True)
        return serializer

    def version_seen(self, row: Cooperation) -> int:
        """The version that the asker has read (If-Match). Raises 428 without, Overtaken for what is no version."""
        header = self.request.headers.get("If-Match")
        if header is None:
            message = _("Senden Sie mit If-Match die Fassung, die Sie gelesen haben (ETag).")
            raise PreconditionRequired(message)
        match = _TAG.fullmatch(header.strip())
        if match is None:
            raise Overtaken(row)
        return int(match[1])

    def tell(self, row: Cooperation, status: int = 200) -> Response:
        row = get_object_or_404(Cooperation.objects.select_related("keeper"), pk=row.pk)
        headers = {"ETag": f'"{row.version}"', "Location": f"/api/v1/registrations/{row.pk}/"}
        return Response(RegistrationOutput(row).data, status=status, headers=headers)

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Refused):
            return self.refuse(exc)
        if isinstance(exc, ValidationError):
            found = exc.message_dict if hasattr(exc, "error_dict") else {"": exc.messages}
            exc = exceptions.ValidationError({("" if name == "__all__" else name): say for name, say in found.items()})
        return super().handle_exception(exc)

    def refuse(self, refused: Refused) -> HttpResponse:
        headers = {"ETag": f'"{refused.version}"'} if isinstance(refused, Overtaken) else {}
        status = next((code for kind, code in STATUS.items() if isinstance(refused, kind)), 409)
        return problem(self.request._request, status, refused.message, headers=headers)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response.setdefault("Cache-Control", "private, no-store")
        finished = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(finished, ["Cookie", "Authorization"])
        return warn(self, request._request, finished)
