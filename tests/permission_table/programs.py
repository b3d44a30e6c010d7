"""The API."""

TABLE: dict[str, str] = {}

TABLE["programs read what is published"] = """
GET   /api/                                                   xxxxxxx
GET   /api/v1/                                                xxxxxxx
GET   /api/v1/schema/                                         xxxxxxx
GET   /api/v1/catalog.jsonld                                  xxxxxxx
GET   /api/v1/changes/                                        xxxxxxx
GET   /api/docs/                                              xxxxxxx
GET   /api/nirgends/                                          -------
GET   /api/v1/states/                                         xxxxxxx
GET   /api/v1/states/16/                                      xxxxxxx
GET   /api/v1/municipalities/                                 xxxxxxx
GET   /api/v1/municipalities/{lead.ars}/                      xxxxxxx
GET   /api/v1/organisations/                                  xxxxxxx
GET   /api/v1/organisations/{organisation.slug}/              xxxxxxx
GET   /api/v1/cooperations/                                   xxxxxxx
GET   /api/v1/cooperations/{published.slug}/                  xxxxxxx
GET   /api/v1/participations/                                 xxxxxxx
GET   /api/v1/participations/{published.place.pk}/            xxxxxxx
GET   /api/v1/agreements/                                     xxxxxxx
GET   /api/v1/agreements/{published.act.pk}/                  xxxxxxx
GET   /api/v1/events/                                         xxxxxxx
GET   /api/v1/events/{event.pk}/                              xxxxxxx
GET   /api/v1/task-fields/                                    xxxxxxx
GET   /api/v1/task-fields/04.01/                              xxxxxxx
GET   /api/v1/programmes/                                     xxxxxxx
GET   /api/v1/programmes/{programme.slug}/                    xxxxxxx
GET   /api/v1/budget-lines/                                   xxxxxxx
GET   /api/v1/budget-lines/{line.pk}/                         xxxxxxx
GET   /api/v1/awards/                                         xxxxxxx
GET   /api/v1/awards/{award.pk}/                              xxxxxxx
GET   /api/v1/figures/                                        xxxxxxx
GET   /api/v1/figures/{figure.pk}/                            xxxxxxx
GET   /api/v1/sources/                                        xxxxxxx
GET   /api/v1/sources/{document.slug}/                        xxxxxxx
GET   /api/v1/citations/                                      xxxxxxx
GET   /api/v1/citations/{citation.pk}/                        xxxxxxx
GET   /api/v1/conflicts/                                      xxxxxxx
GET   /api/v1/conflicts/{conflict.pk}/                        xxxxxxx
"""

TABLE["programs read nothing else there, whoever sends them"] = """
GET   /api/v1/cooperations/{draft.slug}/                      -------
GET   /api/v1/cooperations/{submitted.slug}/                  -------
GET   /api/v1/cooperations/{returned.slug}/                   -------
GET   /api/v1/cooperations/{withdrawn.slug}/                  xxxxxxx
GET   /api/v1/cooperations/{merged.slug}/                     xxxxxxx
GET   /api/v1/participations/{draft.place.pk}/                -------
GET   /api/v1/participations/{submitted.place.pk}/            -------
GET   /api/v1/participations/{returned.place.pk}/             -------
GET   /api/v1/participations/{withdrawn.place.pk}/            xxxxxxx
GET   /api/v1/participations/{merged.place.pk}/               xxxxxxx
GET   /api/v1/agreements/{draft.act.pk}/                      -------
GET   /api/v1/agreements/{submitted.act.pk}/                  -------
GET   /api/v1/agreements/{returned.act.pk}/                   -------
GET   /api/v1/agreements/{withdrawn.act.pk}/                  -------
GET   /api/v1/agreements/{merged.act.pk}/                     -------
GET   /api/v1/events/{hidden_event.pk}/                       -------
GET   /api/v1/awards/{hidden_award.pk}/                       -------
GET   /api/v1/citations/{hidden_citation.pk}/                 -------
GET   /api/v1/conflicts/{hidden_conflict.pk}/                 -------
"""

TABLE["registering by program"] = """
GET   /api/v1/registrations/                                  Uxxxxxx
POST  /api/v1/registrations/ < registration                   UFFxFFF
POST  /api/v1/registrations/ < nothing                        Ueeeeee
GET   /api/v1/registrations/{draft.pk}/                       U--x---
GET   /api/v1/registrations/{submitted.pk}/                   U-xx-xx
GET   /api/v1/registrations/{returned.pk}/                    U-xx-xx
GET   /api/v1/registrations/{published.pk}/                   U-xx-xx
GET   /api/v1/registrations/{withdrawn.pk}/                   U-xx-xx
GET   /api/v1/registrations/{merged.pk}/                      U-xx-xx
PATCH /api/v1/registrations/{draft.pk}/ < change              U--x---
PATCH /api/v1/registrations/{submitted.pk}/ < change          U-Fc-FF
PATCH /api/v1/registrations/{returned.pk}/ < change           U-Fx-FF
PATCH /api/v1/registrations/{published.pk}/ < change          U-Fc-FF
PATCH /api/v1/registrations/{withdrawn.pk}/ < change          U-Fc-FF
PATCH /api/v1/registrations/{merged.pk}/ < change             U-Fc-FF
POST  /api/v1/registrations/{draft.pk}/submit/                U--x---
POST  /api/v1/registrations/{submitted.pk}/submit/            U-Fc-FF
POST  /api/v1/registrations/{returned.pk}/submit/             U-Fx-FF
POST  /api/v1/registrations/{published.pk}/submit/            U-Fc-FF
POST  /api/v1/registrations/{withdrawn.pk}/submit/            U-Fc-FF
POST  /api/v1/registrations/{merged.pk}/submit/               U-Fc-FF
POST  /api/v1/registrations/{draft.pk}/withdraw/ < why        U--c---
POST  /api/v1/registrations/{submitted.pk}/withdraw/ < why    U-Fx-xx
POST  /api/v1/registrations/{returned.pk}/withdraw/ < why     U-Fx-xx
POST  /api/v1/registrations/{published.pk}/withdraw/ < why    U-Fx-xx
POST  /api/v1/registrations/{withdrawn.pk}/withdraw/ < why    U-Fc-cc
POST  /api/v1/registrations/{merged.pk}/withdraw/ < why       U-Fc-cc
POST  /api/v1/registrations/{draft.pk}/confirmations/ < yes       U--F---
POST  /api/v1/registrations/{submitted.pk}/confirmations/ < yes   U-xF-FF
POST  /api/v1/registrations/{submitted.pk}/confirmations/ < no    U-xF-FF
POST  /api/v1/registrations/{returned.pk}/confirmations/ < yes    U-xF-FF
POST  /api/v1/registrations/{published.pk}/confirmations/ < yes   U-xF-FF
POST  /api/v1/registrations/{withdrawn.pk}/confirmations/ < yes   U-cF-FF
POST  /api/v1/registrations/{merged.pk}/confirmations/ < yes      U-cF-FF
POST  /api/v1/registrations/{draft.pk}/proposals/ < wish          U--F---
POST  /api/v1/registrations/{submitted.pk}/proposals/ < wish      U-cF-FF
POST  /api/v1/registrations/{published.pk}/proposals/ < wish      U-xF-FF
POST  /api/v1/registrations/{published.pk}/proposals/ < own_wish  U-Fx-FF
POST  /api/v1/registrations/{withdrawn.pk}/proposals/ < wish      U-cF-FF
POST  /api/v1/registrations/{merged.pk}/proposals/ < wish         U-cF-FF
"""
