"""What is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from agreements.forms.remarks import stamp
from agreements.models import Cooperation


def registration(things: dict[str, Any]) -> dict[str, Any]:
    bodies = [{"municipality": things[name].ars} for name in ("lead", "partner")]
    return {"municipality": things["lead"].ars, "name": "Neu", "participants": bodies}


def _of_partner(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda things: {"municipality": things["partner"].ars} | values


WISH = {"reason": "Umbenannt", "source": "Ratsbeschluss", "fields": {"name": "Bauhof der vier"}}

#: When the form of a remark was shown.
AN_HOUR_AGO = timezone.now() - dt.timedelta(hours=1)
#: The form of a proposal as a browser sends it: every field of the record.
PAGE_WISH = {
    "w-reason": "Umbenannt",
    "w-source": "Ratsbeschluss",
    "f-name": "Bauhof der vier",
    "f-kind": "other",
    "f-status": "active",
}

#: Name → what is sent. To the API as JSON, to pages as a form.
BODIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nothing": lambda things: {},
    "believed": lambda things: {"decision": "accepted", "note": "So steht es im Gesetzblatt."},
    "follows": lambda things: {"decision": "confirm", "on": "2019-01-01", "note": "So steht es im Gesetzblatt."},
    "many_believed": lambda things: {
        "chosen": [things["doubt"].pk],
        "decision": "accepted",
        "note": "So steht es im Gesetzblatt.",
    },
    "many_follow": lambda things: {
        "chosen": [things["succession"].pk],
        "decision": "confirm",
        "on": "2019-01-01",
        "note": "So steht es im Gesetzblatt.",
    },
    "registration": registration,
    "new_draft": lambda things: {"name": "Neu", "municipality": things["lead"].ars},
    "draft_name": lambda things: {"name": "Neu", "version": things["draft"].version},
    "draft_date": lambda things: {"started_on": "2019", "version": things["draft"].version},
    "draft_form": lambda things: {"legal_form": "informal", "version": things["draft"].version},
    "draft_basis": lambda things: {"basis": "Beschluss", "version": things["draft"].version},
    "draft_money": lambda things: {"awards-0-programme": "ikz", "version": things["draft"].version},
    "draft_partner": lambda things: {"participants-0-body": "Jena", "version": things["draft"].version},
    "new_body": lambda things: {
        "version": things["draft"].version,
        "aktion": "stelle",
        "stelle-name": "Förderverein",
        "stelle-kind": "association",
        "stelle-role": "funder",
    },
    "no_body": lambda things: {
        "version": things["draft"].version,
        "aktion": f"streichen:{things['new_body'].pk}",
    },
    "draft_version": lambda things: {"version": things["draft"].version},
    "late": lambda things: {"name": "Neu", "version": 0},
    "change": lambda things: {"name": "Neu"},
    "why": lambda things: {"reason": "Irrtum."},
    "yes": _of_partner(answer="confirmed"),
    "no": _of_partner(answer="refused", reason="Davon wissen wir nichts."),
    "wish": _of_partner(**WISH),
    "saved": lambda things: {"title": "Alle", "frequency": "weekly"},
    "hook": lambda things: {"url": "https://amt.example/eingang"},
    "remark": lambda things: {"text": "Der Name ist falsch.", "shown": stamp(AN_HOUR_AGO)},
    "page_wish": lambda things: PAGE_WISH,
    "wish_typed": lambda things: PAGE_WISH | {"aktion": "autosave"},
    "wish_later": lambda things: PAGE_WISH | {"aktion": "spaeter"},
    "wish_dropped": lambda things: {"aktion": "verwerfen"},
    "own_wish": lambda things: {"municipality": things["lead"].ars} | WISH,
    "publish": lambda things: {"decision": "publish", "version": things["submitted"].version},
    "give_back": lambda things: {"decision": "return", "version": things["submitted"].version, "reason": "Genauer."},
    "take_back": lambda things: {"decision": "withdraw", "version": things["published"].version, "reason": "Irrtum."},
    "verdict": lambda things: {
        "version": things["published"].version,
        **{f"verdict-{item.pk}": "accepted" for item in things["proposal"].items.all()},
    },
    "outcome": lambda things: {"outcome": "berichtigt"},
    "token": lambda things: {"name": "Intranet", "days": "30"},
    "mandate": lambda things: {"role": "reviewer", "state": "16"},
    "together": lambda things: {
        "stays": things["published"].slug,
        "reason": "Dasselbe Vorhaben.",
        **{
            f"version-{things[name].pk}": Cooperation.objects.get(pk=things[name].pk).version
            for name in ("drawn", "published")
        },
    },
    "guest": lambda things: {"email": "neu@stadt.example", "role": "officer", "municipality": things["lead"].ars},
}
