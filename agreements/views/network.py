"""Who cooperates with whom: as a picture, as a table, as files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements import network, network_file
from agreements.choices import NetworkLevel
from agreements.filters import NetworkFilterSet
from agreements.models import Cooperation
from agreements.network import CooperationNetwork
from agreements.views.browsing import QuestionFile
from coopportal.common.filters import PortalFilterSet
from coopportal.common.licence import LICENCE
from coopportal.common.problems import problem
from coopportal.common.views import ListPage


class NetworkPage(ListPage):
    """The network of what the filters of the list of cooperations select; its table is the list."""

    filterset_class = NetworkFilterSet
    template_name = "agreements/browsing/network.html"
    keeps_count = True

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def page(self, asked: Any) -> Page[Any]:
        self.network = CooperationNetwork(asked)
        return Paginator(self.network.rows, asked.page_size(self.page_size)).get_page(asked.page_number)

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        query = self.question(asked, german=True)
        end = f"?{urlencode(query)}" if query else ""
        return {f"{name}_url": reverse(f"agreements:network-{name}") + end for name in ("csv", "svg")}

    def extra_context(self, asked: Any, page: Page[Any]) -> dict[str, Any]:
        shown = list(page.object_list)
        told = self.network.shared_by(shown)
        rows = [(row, told[row.pair.one, row.pair.other], self.network.cooperations(row)) for row in shown]
        return {
            "network": self.network,
            "nodes": drawn(self.network),
            "rows": [(row, some, row.number - len(some), url) for row, some, url in rows],
            "levels": NetworkLevel.choices,
            "most_rows": network.MOST_ROWS,
        }


def drawn(found: CooperationNetwork) -> list[dict[str, Any]]:
    """The nodes of the picture with the address to which each leads."""
    if found.drawing is None:
        return []
    who, doubted = found.who, found.doubted
    return [
        {
            "point": point,
            "who": who[point.node.key],
            "url": found.address(who[point.node.key]),
            "doubted": doubted.get(point.node.key, 0),
            "refuses": point.node.key in found.refusing,
        }
        for point in found.drawing.points
    ]


class NetworkFile(QuestionFile):
    """The network to take away; one that is too large is refused, never cut."""

    filterset_class = NetworkFilterSet

    def file(self, asked: Any) -> HttpResponse:
        found = CooperationNetwork(asked)
        if found.is_too_large:
            return too_large(self.request)
        return self.written(found, asked)

    def written(self, found: CooperationNetwork, asked: Any) -> HttpResponse:
        raise NotImplementedError


def too_large(request: HttpRequest) -> HttpResponse:
    told = _("Das sind mehr als %(most)d Verbindungen. Wählen Sie ein Land, einen Kreis oder eine gröbere Darstellung.")
    return problem(request, 400, told % {"most": network.MOST_ROWS})


class NetworkCsv(NetworkFile):
    def written(self, found: CooperationNetwork, asked: Any) -> HttpResponse:
        return self.csv("netz", network_file.COLUMNS, network_file.records(found.rows), asked)


class NetworkSvg(NetworkFile):
    """The picture with its own colours, its day, its filter and the terms of use."""

    def written(self, found: CooperationNetwork, asked: Any) -> HttpResponse:
        if found.drawing is None:
            return problem(self.request, 400, _("Für ein lesbares Bild sind es zu viele Verbindungen."))
        chosen = ", ".join(f"{one.field}: {one.label}" for one in asked.chosen_values)
        context = {"network": found, "nodes": drawn(found), "day": asked.day, "chosen": chosen}
        text = render_to_string("agreements/browsing/network.svg", context | {"licence": LICENCE["name"]})
        name = f'attachment; filename="netz_{asked.day.isoformat()}.svg"'
        return HttpResponse(text, content_type="image/svg+xml; charset=utf-8", headers={"Content-Disposition": name})
