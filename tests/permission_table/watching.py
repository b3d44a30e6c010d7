"""Saved searches (``watching/urls.py``)."""

TABLE: dict[str, str] = {}

TABLE["saving what a list shows"] = """
GET   /merken/kooperationen/                                  xxxxxxx
POST  /merken/kooperationen/ < nothing                        eeeeeee
POST  /merken/kooperationen/ < saved                          exxxxxx
GET   /merken/ereignisse/                                     xxxxxxx
POST  /merken/ereignisse/ < nothing                           eeeeeee
GET   /merken/vereinbarungen/                                 xxxxxxx
POST  /merken/vereinbarungen/ < nothing                       eeeeeee
GET   /merken/kommunen/                                       xxxxxxx
POST  /merken/kommunen/ < nothing                             eeeeeee
GET   /merken/stellen/                                        xxxxxxx
POST  /merken/stellen/ < nothing                              eeeeeee
GET   /merken/foerderung/                                     xxxxxxx
POST  /merken/foerderung/ < nothing                           eeeeeee
GET   /merken/quellen/                                        xxxxxxx
POST  /merken/quellen/ < nothing                              eeeeeee
GET   /merken/widersprueche/                                  xxxxxxx
POST  /merken/widersprueche/ < nothing                        eeeeeee
GET   /merken/gesendet/                                       xxxxxxx
"""

TABLE["what the links of mails do, for whoever has them"] = """
GET   /merken/bestaetigen/{asked}/                            xxxxxxx
POST  /merken/bestaetigen/{asked}/                            xxxxxxx
GET   /merken/bestaetigen/falsch/                             GGGGGGG
POST  /merken/bestaetigen/falsch/                             GGGGGGG
GET   /merken/beenden/{ending}/                               xxxxxxx
POST  /merken/beenden/{ending}/                               xxxxxxx
GET   /merken/beenden/falsch/                                 GGGGGGG
POST  /merken/beenden/falsch/                                 GGGGGGG
"""

TABLE["one's own searches"] = """
GET   /meine/suchen/                                          Lxxxxxx
GET   /meine/suchen/{search.pk}/                              L--x---
POST  /meine/suchen/{search.pk}/ < nothing                    L--e---
POST  /meine/suchen/{search.pk}/ < saved                      L--x---
POST  /meine/suchen/{search.pk}/loeschen/                     L--x---
GET   /meine/suchen/{search.pk}/webhook/                      L--x---
POST  /meine/suchen/{search.pk}/webhook/ < nothing            L--e---
POST  /meine/suchen/{search.pk}/webhook/ < hook               L--e---
POST  /meine/suchen/{bare.pk}/webhook/ < hook                 L--x---
POST  /meine/suchen/{search.pk}/webhook/probe/                L--x---
POST  /meine/suchen/{search.pk}/webhook/geheimnis/            L--x---
POST  /meine/suchen/{search.pk}/webhook/einschalten/          L--x---
POST  /meine/suchen/{search.pk}/webhook/loeschen/             L--x---
"""
