"""The stewards' pages (``agreements/urls/stewarding.py`` and those of people in ``accounts/urls.py``)."""

TABLE: dict[str, str] = {}

TABLE["the pages of stewards"] = """
GET   /redaktion/                                             >>>>>>>
GET   /redaktion/personen/                                    LFFFFFx
GET   /redaktion/personen/{officer.pk}/                       LFFFFFx
POST  /redaktion/personen/{officer.pk}/ < nothing             LFFFFFe
POST  /redaktion/personen/{officer.pk}/ < mandate             LFFFFFx
POST  /redaktion/personen/{steward.pk}/ < mandate             LFFFFFF
POST  /redaktion/personen/{officer.pk}/sperren/               LFFFFFx
POST  /redaktion/personen/{steward.pk}/sperren/               LFFFFFF
POST  /redaktion/personen/{officer.pk}/entsperren/            LFFFFFx
POST  /redaktion/personen/{officer.pk}/zweiter-faktor/        LFFFFFx
GET   /redaktion/mandate/{mandate.pk}/beenden/                LFFFFFx
POST  /redaktion/mandate/{mandate.pk}/beenden/ < nothing      LFFFFFx
GET   /redaktion/zusammenfuehren/                             LFFFFFx
POST  /redaktion/zusammenfuehren/?k={drawn.slug}&k={published.slug} < nothing   LFFFFFe
POST  /redaktion/zusammenfuehren/?k={drawn.slug}&k={published.slug} < together  LFFFFFx
"""
