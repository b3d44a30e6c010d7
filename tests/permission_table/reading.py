"""What everybody reads, and what nobody does."""

TABLE: dict[str, str] = {}

TABLE["everybody reads what is published"] = """
GET   /                                                       xxxxxxx
GET   /suche/?q=Bauhof                                        xxxxxxx
GET   /karte/                                                 xxxxxxx
GET   /karte/orte.geojson                                     xxxxxxx
GET   /karte/grenzen/laender.geojson                          xxxxxxx
GET   /kommunen/                                              xxxxxxx
GET   /kommunen/feed.atom                                     xxxxxxx
GET   /kommunen/baum/                                         xxxxxxx
GET   /kommunen/vorschlaege/                                  xxxxxxx
GET   /kommunen/{lead.ars}/                                   xxxxxxx
GET   /kommunen/073355009/                                    >>>>>>>
GET   /stellen/                                               xxxxxxx
GET   /stellen/feed.atom                                      xxxxxxx
GET   /stellen/{organisation.slug}/                           xxxxxxx
GET   /foerderung/                                            xxxxxxx
GET   /foerderung/feed.atom                                   xxxxxxx
GET   /foerderung/{programme.slug}/                           xxxxxxx
GET   /quellen/                                               xxxxxxx
GET   /quellen/feed.atom                                      xxxxxxx
GET   /quellen/{document.slug}/                               xxxxxxx
GET   /widersprueche/                                         xxxxxxx
GET   /widersprueche/feed.atom                                xxxxxxx
GET   /kooperationen/                                         xxxxxxx
GET   /kooperationen/feed.atom                                xxxxxxx
GET   /kooperationen/{published.slug}/                        xxxxxxx
GET   /kooperationen/{drawn.slug}/                            xxxxxxx
GET   /vereinbarungen/                                        xxxxxxx
GET   /vereinbarungen/feed.atom                               xxxxxxx
GET   /ereignisse/                                            xxxxxxx
GET   /ereignisse/feed.atom                                   xxxxxxx
GET   /vereinbarungen/{published.act.pk}/                     xxxxxxx
POST  /sprache/ < nothing                                     >>>>>>>
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
