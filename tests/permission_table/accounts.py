"""Log-in and one's own account."""

TABLE: dict[str, str] = {}

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
GET   /konto/zugang/                                          Lxxxxxx
POST  /konto/zugang/ < nothing                                L>>>>>>
POST  /konto/zugang/ < token                                  L>>>>>>
POST  /konto/zugang/{token.digest}/widerrufen/                L--x---
GET   /konto/sitzungen/                                       Lxxxxxx
POST  /konto/sitzungen/andere-beenden/                        L>>>>>>
POST  /konto/sitzungen/{session.pk}/beenden/                  L--L---
GET   /konto/einladungen/                                     LxxxFFx
POST  /konto/einladungen/ < guest                             LxxxFFx
POST  /konto/einladungen/{invitation.pk}/zurueckziehen/       L--x--x
"""

TABLE["what the directory left to decide"] = """
GET   /kommunen/zweifel/                                      LFFFFFx
POST  /kommunen/zweifel/ < nothing                            LFFFFFe
POST  /kommunen/zweifel/ < many_believed                      LFFFFFx
GET   /kommunen/zweifel/{doubt.pk}/                           LFFFFFx
POST  /kommunen/zweifel/{doubt.pk}/ < nothing                 LFFFFFe
POST  /kommunen/zweifel/{doubt.pk}/ < believed                LFFFFFx
GET   /kommunen/zweifel/{doubt.pk}/nachfolge/                 LFFFFFx
POST  /kommunen/zweifel/{doubt.pk}/nachfolge/ < nothing       LFFFFFe
GET   /kommunen/nachfolge/                                    LFFFFFx
POST  /kommunen/nachfolge/ < nothing                          LFFFFFe
POST  /kommunen/nachfolge/ < many_follow                      LFFFFFx
GET   /kommunen/nachfolge/{succession.pk}/                    LFFFFFx
POST  /kommunen/nachfolge/{succession.pk}/ < nothing          LFFFFFe
POST  /kommunen/nachfolge/{succession.pk}/ < follows          LFFFFFx
"""
