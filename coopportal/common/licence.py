"""On which terms the data may be used: said by the API, in every file and in the dump."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LICENCE = {
    "name": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    "url": "https://www.govdata.de/dl-de/by-2-0",
}
ATTRIBUTION = _("Kooperationsportal: Verzeichnis interkommunaler Zusammenarbeit")
