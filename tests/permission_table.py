"""Who may do what at every address of the portal: the specification, read by ``test_permissions_matrix.py``.

One line for each request: method, address, perhaps ``<`` and the name of what is sent (``BODIES``), and seven signs for

    anonymous, officer elsewhere, officer of a participant, officer of the lead, reviewer elsewhere, reviewer, steward

    x   answered, or done and led on
    e   let in, and told what is wrong with the content
    c   let in, and told that the record is in another state
    >   led on, nothing done
    L   led to the log-in           U   the API asks who is there
    F   forbidden                   -   does not exist for this person
    G   gone                        m   no such method

Gaps are filled with the things of ``permission_world.py``: ``{draft}`` is the record in this state, ``{draft.place}``
the participation of the partner in it. A method that no line of an address names is possible for nobody there (PUT
counts as POST, since Django's forms take one for the other).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TABLE: dict[str, str] = {}

TABLE["everybody reads what is published"] = """
GET   /                                                       xxxxxxx
GET   /suche/?q=Bauhof                                        xxxxxxx
GET   /karte/                                                 xxxxxxx
GET   /karte/orte.geojson                                     xxxxxxx
GET   /karte/grenzen/laender.geojson                          xxxxxxx
GET   /kommunen/                                              xxxxxxx
GET   /kommunen/baum/                                         xxxxxxx
GET   /kommunen/{lead.ars}/                                   xxxxxxx
GET   /kommunen/073355009/                                    >>>>>>>
GET   /stellen/                                               xxxxxxx
GET   /stellen/{organisation.slug}/                           xxxxxxx
GET   /foerderung/                                            xxxxxxx
GET   /foerderung/{programme.slug}/                           xxxxxxx
GET   /quellen/                                               xxxxxxx
GET   /quellen/{document.slug}/                               xxxxxxx
GET   /widersprueche/                                         xxxxxxx
GET   /kooperationen/                                         xxxxxxx
GET   /kooperationen/{published.slug}/                        xxxxxxx
GET   /kooperationen/{drawn.slug}/                            xxxxxxx
GET   /vereinbarungen/                                        xxxxxxx
GET   /vereinbarungen/{published.act.pk}/                     xxxxxxx
GET   /fristen/                                               xxxxxxx
GET   /fristen/fristen.csv                                    xxxxxxx
GET   /fristen/kalender.ics                                   xxxxxxx
GET   /impressum/                                             xxxxxxx
GET   /datenschutz/                                           xxxxxxx
GET   /barrierefreiheit/                                      xxxxxxx
GET   /leichte-sprache/                                       xxxxxxx
GET   /favicon.ico                                            >>>>>>>
GET   /health/live                                            xxxxxxx
GET   /health/ready                                           xxxxxxx
"""

TABLE["nobody reads anything else on the public pages"] = """
GET   /kooperationen/{draft.slug}/                            -------
GET   /kooperationen/{submitted.slug}/                        -------
GET   /kooperationen/{returned.slug}/                         -------
GET   /kooperationen/{withdrawn.slug}/                        -------
GET   /kooperationen/{merged.slug}/                           >>>>>>>
GET   /vereinbarungen/{draft.act.pk}/                         -------
GET   /vereinbarungen/{submitted.act.pk}/                     -------
GET   /vereinbarungen/{returned.act.pk}/                      -------
GET   /vereinbarungen/{withdrawn.act.pk}/                     -------
GET   /vereinbarungen/{merged.act.pk}/                        -------
"""

TABLE["programs read what is published"] = """
GET   /api/                                                   xxxxxxx
GET   /api/v1/                                                xxxxxxx
GET   /api/v1/schema/                                         xxxxxxx
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
GET   /api/v1/cooperations/{withdrawn.slug}/                  -------
GET   /api/v1/cooperations/{merged.slug}/                     >>>>>>>
GET   /api/v1/participations/{draft.place.pk}/                -------
GET   /api/v1/participations/{submitted.place.pk}/            -------
GET   /api/v1/participations/{returned.place.pk}/             -------
GET   /api/v1/participations/{withdrawn.place.pk}/            -------
GET   /api/v1/participations/{merged.place.pk}/               -------
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
GET   /api/v1/registrations/{published.pk}/                   Uxxxxxx
GET   /api/v1/registrations/{withdrawn.pk}/                   U-xx-xx
GET   /api/v1/registrations/{merged.pk}/                      U-xx-xx
PATCH /api/v1/registrations/{draft.pk}/ < change              U--x---
PATCH /api/v1/registrations/{submitted.pk}/ < change          U-Fc-FF
PATCH /api/v1/registrations/{returned.pk}/ < change           U-Fx-FF
PATCH /api/v1/registrations/{published.pk}/ < change          UFFcFFF
PATCH /api/v1/registrations/{withdrawn.pk}/ < change          U-Fc-FF
PATCH /api/v1/registrations/{merged.pk}/ < change             U-Fc-FF
POST  /api/v1/registrations/{draft.pk}/submit/                U--x---
POST  /api/v1/registrations/{submitted.pk}/submit/            U-Fc-FF
POST  /api/v1/registrations/{returned.pk}/submit/             U-Fx-FF
POST  /api/v1/registrations/{published.pk}/submit/            UFFcFFF
POST  /api/v1/registrations/{withdrawn.pk}/submit/            U-Fc-FF
POST  /api/v1/registrations/{merged.pk}/submit/               U-Fc-FF
POST  /api/v1/registrations/{draft.pk}/withdraw/ < why        U--c---
POST  /api/v1/registrations/{submitted.pk}/withdraw/ < why    U-Fx-xx
POST  /api/v1/registrations/{returned.pk}/withdraw/ < why     U-Fx-xx
POST  /api/v1/registrations/{published.pk}/withdraw/ < why    UFFxFxx
POST  /api/v1/registrations/{withdrawn.pk}/withdraw/ < why    U-Fc-cc
POST  /api/v1/registrations/{merged.pk}/withdraw/ < why       U-Fc-cc
POST  /api/v1/registrations/{draft.pk}/confirmations/ < yes       U--F---
POST  /api/v1/registrations/{submitted.pk}/confirmations/ < yes   U-xF-FF
POST  /api/v1/registrations/{submitted.pk}/confirmations/ < no    U-xF-FF
POST  /api/v1/registrations/{returned.pk}/confirmations/ < yes    U-xF-FF
POST  /api/v1/registrations/{published.pk}/confirmations/ < yes   UFxFFFF
POST  /api/v1/registrations/{withdrawn.pk}/confirmations/ < yes   U-cF-FF
POST  /api/v1/registrations/{merged.pk}/confirmations/ < yes      U-cF-FF
POST  /api/v1/registrations/{draft.pk}/proposals/ < wish          U--F---
POST  /api/v1/registrations/{submitted.pk}/proposals/ < wish      U-cF-FF
POST  /api/v1/registrations/{published.pk}/proposals/ < wish      UFxFFFF
POST  /api/v1/registrations/{published.pk}/proposals/ < own_wish  UFFxFFF
POST  /api/v1/registrations/{withdrawn.pk}/proposals/ < wish      U-cF-FF
POST  /api/v1/registrations/{merged.pk}/proposals/ < wish         U-cF-FF
"""

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

TABLE["getting in"] = """
GET   /konto/anmelden/                                        x>>>>>>
POST  /konto/anmelden/ < nothing                              e>>>>>>
POST  /konto/abmelden/                                        >>>>>>>
GET   /konto/registrieren/                                    -------
POST  /konto/registrieren/                                    -------
GET   /konto/gesperrt/                                        xxxxxxx
GET   /konto/anmelden/code/                                   L>>>>>>
POST  /konto/anmelden/code/ < nothing                         L>>>>>>
GET   /konto/extern/abgebrochen/                              xxxxxxx
GET   /konto/extern/oidc/                                     -------
GET   /konto/extern/oidc/zurueck/                             -------
GET   /konto/passwort/vergessen/                              xxxxxxx
POST  /konto/passwort/vergessen/ < nothing                    eeeeeee
GET   /konto/passwort/vergessen/gesendet/                     xxxxxxx
GET   /konto/passwort/neu/1-falsch/                           xxxxxxx
POST  /konto/passwort/neu/1-falsch/ < nothing                 eeeeeee
PATCH /konto/passwort/neu/1-falsch/ < nothing                 eeeeeee
DELETE /konto/passwort/neu/1-falsch/ < nothing                eeeeeee
GET   /konto/passwort/neu/                                    xxxxxxx
GET   /konto/einladung/einladung/                             xxxxxxx
POST  /konto/einladung/einladung/ < nothing                   eeeeeee
GET   /konto/einladung/falsch/                                GGGGGGG
"""

TABLE["one's own account"] = """
GET   /konto/                                                 Lxxxxxx
GET   /konto/bestaetigen/                                     Lxxxxxx
POST  /konto/bestaetigen/ < nothing                           Leeeeee
GET   /konto/bestaetigen/code/                                L>>>xxx
POST  /konto/bestaetigen/code/ < nothing                      L>>>eee
GET   /konto/passwort/                                        Lxxxxxx
POST  /konto/passwort/ < nothing                              Leeeeee
GET   /konto/passwort/festlegen/                              L>>>>>>
POST  /konto/passwort/festlegen/ < nothing                    L>>>>>>
GET   /konto/zwei-faktor/                                     Lxxxxxx
GET   /konto/zwei-faktor/einrichten/                          L>>>>>>
POST  /konto/zwei-faktor/einrichten/ < nothing                L>>>>>>
GET   /konto/zwei-faktor/abschalten/                          L--->>>
POST  /konto/zwei-faktor/abschalten/ < nothing                L--->>>
GET   /konto/zwei-faktor/notfallcodes/                        L------
GET   /konto/zwei-faktor/notfallcodes/neu/                    L>>>>>>
POST  /konto/zwei-faktor/notfallcodes/neu/ < nothing          L>>>>>>
GET   /konto/zwei-faktor/notfallcodes.txt                     L------
GET   /konto/sitzungen/                                       Lxxxxxx
POST  /konto/sitzungen/andere-beenden/                        L>>>>>>
POST  /konto/sitzungen/{session.pk}/beenden/                  L--L---
GET   /konto/einladungen/                                     LxxxFFx
POST  /konto/einladungen/ < guest                             LxxxFFx
POST  /konto/einladungen/{invitation.pk}/zurueckziehen/       L--x--x
"""

#: What a steward (no superuser) may do in the admin: list, add, change (look at), history, delete. Others never enter.
ADMIN = """
accounts.user                    x x x x F
agreements.agreement             x x x x x
agreements.award                 x x x x x
agreements.confirmation          x F x x F
agreements.cooperation           x x x x x
agreements.event                 x x x x x
agreements.participation         x x x x x
agreements.participationstep     x x x x x
agreements.statusstep            x x x x x
agreements.taskfield             x x x x x
auth.group                       F F F F F
funding.budgetline               x x x x x
funding.criterion                x x x x x
funding.figure                   x x x x x
funding.programme                x x x x x
municipalities.directorystate    x F x x F
municipalities.doubt             x F x x F
municipalities.municipality      x x x x x
municipalities.organisation      x x x x x
municipalities.state             x x x x x
municipalities.succession        x x x x x
sources.citation                 x x x x x
sources.conflict                 x F x x F
sources.passage                  x x x x x
sources.sourcedocument           x x x x x
sources.speaker                  x x x x x
""".strip().splitlines()


def registration(things: dict[str, Any]) -> dict[str, Any]:
    bodies = [{"municipality": things[name].ars} for name in ("lead", "partner")]
    return {"municipality": things["lead"].ars, "name": "Neu", "participants": bodies}


def _of_partner(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda things: {"municipality": things["partner"].ars} | values


WISH = {"reason": "Umbenannt", "source": "Ratsbeschluss", "fields": {"name": "Bauhof der vier"}}

#: Name → what is sent. To the API as JSON, to pages as a form.
BODIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nothing": lambda things: {},
    "registration": registration,
    "change": lambda things: {"name": "Neu"},
    "why": lambda things: {"reason": "Irrtum."},
    "yes": _of_partner(answer="confirmed"),
    "no": _of_partner(answer="refused", reason="Davon wissen wir nichts."),
    "wish": _of_partner(**WISH),
    "own_wish": lambda things: {"municipality": things["lead"].ars} | WISH,
    "guest": lambda things: {"email": "neu@stadt.example", "role": "officer", "municipality": things["lead"].ars},
}
