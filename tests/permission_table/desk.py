"""The desk of a municipality (``agreements/urls/desk.py``)."""

TABLE: dict[str, str] = {}

TABLE["the desk of a municipality"] = """
GET   /meine/                                                 Lxxxxxx
GET   /meine/kommune/{lead.ars}/                              L--x---
GET   /meine/kommune/{partner.ars}/                           L-x----
GET   /meine/bestaetigungen/{draft.place.pk}/                 L--F---
GET   /meine/bestaetigungen/{submitted.place.pk}/             L-xF-FF
GET   /meine/bestaetigungen/{returned.place.pk}/              L-xF-FF
GET   /meine/bestaetigungen/{published.place.pk}/             LFxFFFF
GET   /meine/bestaetigungen/{withdrawn.place.pk}/             L-xF-FF
GET   /meine/bestaetigungen/{merged.place.pk}/                L-xF-FF
GET   /meine/bestaetigungen/{published.own.pk}/               LFFxFFF
POST  /meine/bestaetigungen/{draft.place.pk}/ < yes           L--F---
POST  /meine/bestaetigungen/{submitted.place.pk}/ < yes       L-xF-FF
POST  /meine/bestaetigungen/{submitted.place.pk}/ < no        L-xF-FF
POST  /meine/bestaetigungen/{submitted.place.pk}/ < nothing   L-eF-FF
POST  /meine/bestaetigungen/{returned.place.pk}/ < yes        L-xF-FF
POST  /meine/bestaetigungen/{published.place.pk}/ < yes       LFxFFFF
POST  /meine/bestaetigungen/{withdrawn.place.pk}/ < yes       L-cF-FF
POST  /meine/bestaetigungen/{merged.place.pk}/ < yes          L-cF-FF
POST  /meine/bestaetigungen/{published.own.pk}/ < no          LFFxFFF
GET   /meine/kooperationen/{draft.pk}/stimmt-noch/            L--x---
GET   /meine/kooperationen/{submitted.pk}/stimmt-noch/        L-Fx-FF
GET   /meine/kooperationen/{published.pk}/stimmt-noch/        LFFxFFF
POST  /meine/kooperationen/{draft.pk}/stimmt-noch/            L--c---
POST  /meine/kooperationen/{submitted.pk}/stimmt-noch/        L-Fc-FF
POST  /meine/kooperationen/{published.pk}/stimmt-noch/        LFFxFFF
POST  /meine/kooperationen/{withdrawn.pk}/stimmt-noch/        L-Fc-FF
GET   /meine/kooperationen/{drawn.pk}/uebernehmen/            LFxFFFF
GET   /meine/kooperationen/{submitted.pk}/uebernehmen/        L-xx-FF
POST  /meine/kooperationen/{drawn.pk}/uebernehmen/            LFxFFFF
POST  /meine/kooperationen/{draft.pk}/uebernehmen/            L--c---
POST  /meine/kooperationen/{submitted.pk}/uebernehmen/        L-cc-FF
POST  /meine/kooperationen/{published.pk}/uebernehmen/        LFccFFF
GET   /meine/kooperationen/{draft.pk}/zurueckziehen/          L--x---
GET   /meine/kooperationen/{submitted.pk}/zurueckziehen/      L-Fx-xx
GET   /meine/kooperationen/{published.pk}/zurueckziehen/      LFFxFxx
POST  /meine/kooperationen/{draft.pk}/zurueckziehen/ < why      L--c---
POST  /meine/kooperationen/{submitted.pk}/zurueckziehen/ < why  L-Fx-xx
POST  /meine/kooperationen/{returned.pk}/zurueckziehen/ < why   L-Fx-xx
POST  /meine/kooperationen/{published.pk}/zurueckziehen/ < why  LFFxFxx
POST  /meine/kooperationen/{withdrawn.pk}/zurueckziehen/ < why  L-Fc-cc
POST  /meine/kooperationen/{merged.pk}/zurueckziehen/ < why     L-Fc-cc
"""

TABLE["the history of a record"] = """
GET   /kooperationen/{draft.slug}/verlauf/                    ---x---
GET   /kooperationen/{submitted.slug}/verlauf/                --xx-xx
GET   /kooperationen/{returned.slug}/verlauf/                 --xx-xx
GET   /kooperationen/{published.slug}/verlauf/                xxxxxxx
GET   /kooperationen/{withdrawn.slug}/verlauf/                --xx-xx
GET   /kooperationen/{merged.slug}/verlauf/                   --xx-xx
"""

TABLE["remarks of anybody"] = """
GET   /kooperationen/{published.slug}/hinweis/                xxxxxxx
GET   /kooperationen/{published.slug}/hinweis/danke/          xxxxxxx
GET   /kooperationen/{submitted.slug}/hinweis/                -------
GET   /kooperationen/{withdrawn.slug}/hinweis/danke/          -------
POST  /kooperationen/{published.slug}/hinweis/ < nothing      eeeeeee
POST  /kooperationen/{published.slug}/hinweis/ < remark       xxxxxxx
POST  /kooperationen/{submitted.slug}/hinweis/ < remark       -------
"""

TABLE["proposing changes"] = """
GET   /meine/kooperationen/{draft.pk}/vorschlag/              L--x---
GET   /meine/kooperationen/{submitted.pk}/vorschlag/          L-xx-FF
GET   /meine/kooperationen/{published.pk}/vorschlag/          LFxxFFF
GET   /meine/kooperationen/{withdrawn.pk}/vorschlag/          L-xx-FF
POST  /meine/kooperationen/{draft.pk}/vorschlag/ < page_wish      L--c---
POST  /meine/kooperationen/{submitted.pk}/vorschlag/ < page_wish  L-cc-FF
POST  /meine/kooperationen/{published.pk}/vorschlag/ < page_wish  LFxxFFF
POST  /meine/kooperationen/{published.pk}/vorschlag/ < nothing    LFeeFFF
POST  /meine/kooperationen/{merged.pk}/vorschlag/ < page_wish     L-cc-FF
POST  /meine/kooperationen/{draft.pk}/vorschlag/ < wish_typed         L--c---
POST  /meine/kooperationen/{submitted.pk}/vorschlag/ < wish_typed     L-cc-FF
POST  /meine/kooperationen/{published.pk}/vorschlag/ < wish_typed     LFxxFFF
POST  /meine/kooperationen/{draft.pk}/vorschlag/ < wish_later         L--c---
POST  /meine/kooperationen/{published.pk}/vorschlag/ < wish_later     LF>>FFF
POST  /meine/kooperationen/{draft.pk}/vorschlag/ < wish_dropped       L-->---
POST  /meine/kooperationen/{published.pk}/vorschlag/ < wish_dropped   LF>>FFF
GET   /meine/vorschlaege/                                     Lxxxxxx
GET   /meine/vorschlaege/{proposal.pk}/                       L-xx-xx
POST  /meine/vorschlaege/{proposal.pk}/zurueckziehen/         L-xF-FF
"""
