"""Registration (``agreements/urls/registering.py``)."""

TABLE: dict[str, str] = {}

TABLE["registering"] = """
GET   /meine/kooperationen/neu/                               LxxxFFF
POST  /meine/kooperationen/neu/ < nothing                     LeeeFFF
POST  /meine/kooperationen/neu/ < new_draft                   LeexFFF
GET   /meine/kooperationen/neu/wie/{published.pk}/            LxxxFFF
GET   /meine/kooperationen/neu/wie/{submitted.pk}/            L-xxFFF
GET   /meine/kooperationen/neu/wie/{draft.pk}/                L--xFFF
POST  /meine/kooperationen/neu/wie/{published.pk}/ < new_draft  LeexFFF
POST  /meine/kooperationen/neu/wie/{draft.pk}/ < new_draft      L--xFFF
GET   /meine/kooperationen/{draft.pk}/                        L-->---
GET   /meine/kooperationen/{submitted.pk}/                    L-->---
GET   /meine/kooperationen/{draft.pk}/was/                    L--x---
GET   /meine/kooperationen/{draft.pk}/wer/                    L--x---
GET   /meine/kooperationen/{draft.pk}/rechtsform/             L--x---
GET   /meine/kooperationen/{draft.pk}/fristen/                L--x---
GET   /meine/kooperationen/{draft.pk}/geld/                   L--x---
GET   /meine/kooperationen/{draft.pk}/quellen/                L--x---
GET   /meine/kooperationen/{draft.pk}/pruefen/                L--x---
GET   /meine/kooperationen/{returned.pk}/was/                 L--x---
GET   /meine/kooperationen/{submitted.pk}/was/                L-->---
GET   /meine/kooperationen/{submitted.pk}/pruefen/            L--x---
GET   /meine/kooperationen/{published.pk}/was/                L-->---
GET   /meine/kooperationen/{published.pk}/pruefen/            L-->---
GET   /meine/kooperationen/{withdrawn.pk}/pruefen/            L--x---
POST  /meine/kooperationen/{draft.pk}/was/ < draft_name         L--x---
POST  /meine/kooperationen/{draft.pk}/was/ < late               L--c---
POST  /meine/kooperationen/{draft.pk}/wer/ < draft_partner      L--x---
POST  /meine/kooperationen/{draft.pk}/wer/ < new_body           L--x---
POST  /meine/kooperationen/{draft.pk}/wer/ < no_body            L--x---
POST  /meine/kooperationen/{submitted.pk}/wer/ < new_body       L-->---
POST  /meine/kooperationen/{submitted.pk}/wer/ < no_body        L-->---
POST  /meine/kooperationen/{draft.pk}/rechtsform/ < draft_form  L--x---
POST  /meine/kooperationen/{draft.pk}/fristen/ < draft_date     L--x---
POST  /meine/kooperationen/{draft.pk}/geld/ < draft_money       L--x---
POST  /meine/kooperationen/{draft.pk}/quellen/ < draft_basis    L--x---
POST  /meine/kooperationen/{submitted.pk}/was/ < draft_name     L-->---
POST  /meine/kooperationen/{published.pk}/was/ < draft_name     L-->---
POST  /meine/kooperationen/{draft.pk}/pruefen/ < draft_version  L--x---
POST  /meine/kooperationen/{submitted.pk}/pruefen/ < nothing    L-->---
POST  /meine/kooperationen/{draft.pk}/aehnlich/ < draft_name    L--e---
GET   /meine/kooperationen/{draft.pk}/verwerfen/              L--x---
POST  /meine/kooperationen/{draft.pk}/verwerfen/              L--x---
POST  /meine/kooperationen/{submitted.pk}/verwerfen/          L-->---
GET   /nachweise/{released.pk}/                               xxxxxxx
GET   /nachweise/{private.pk}/                                ---x-xx
GET   /nachweise/{submitted_evidence.pk}/                     ---x-xx
GET   /nachweise/{draft_evidence.pk}/                         ---x---
"""
