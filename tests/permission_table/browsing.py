"""Questions across cooperations (``agreements/urls/browsing.py``)."""

TABLE: dict[str, str] = {}

TABLE["questions across what is published"] = """
GET   /aenderungen/                                           xxxxxxx
GET   /aenderungen/aenderungen.csv                            xxxxxxx
GET   /aenderungen/aenderungen.xlsx                           xxxxxxx
GET   /aenderungen/feed.atom                                  xxxxxxx
GET   /fristen/                                               xxxxxxx
GET   /fristen/fristen.csv                                    xxxxxxx
GET   /fristen/kalender.ics                                   xxxxxxx
GET   /kooperationen/vergleich/                               xxxxxxx
GET   /kooperationen/vergleich/?k={published.slug}&k={drawn.slug}      xxxxxxx
GET   /kooperationen/vergleich/?k={published.slug}&k={submitted.slug}  xxxxxxx
GET   /netz/                                                  xxxxxxx
GET   /netz/?kommune={lead.ars}&tiefe=2                       xxxxxxx
GET   /kooperationen/vergleich/vergleich.csv?k={published.slug}&k={drawn.slug}   xxxxxxx
GET   /kooperationen/vergleich/vergleich.xlsx?k={published.slug}&k={drawn.slug}  xxxxxxx
GET   /netz/netz.csv                                          xxxxxxx
GET   /netz/netz.svg                                          xxxxxxx
GET   /netz/partner/?kommune={lead.ars}&umkreis=land          xxxxxxx
GET   /netz/partner/?kommune={lead.ars}&umkreis=land&aufgabenfeld=04  xxxxxxx
GET   /netz/partner/luecken.csv?kommune={lead.ars}&umkreis=land       xxxxxxx
GET   /netz/partner/partner.csv?kommune={lead.ars}&umkreis=land&aufgabenfeld=04  xxxxxxx
GET   /netz/luecken/?land=07                                  xxxxxxx
GET   /netz/luecken/luecken.csv?land=07                       xxxxxxx
GET   /statistik/                                             xxxxxxx
GET   /statistik/jahre/                                       xxxxxxx
GET   /statistik/nirgends/                                    -------
GET   /statistik/jahre.csv                                    xxxxxxx
GET   /statistik/jahre.svg                                    xxxxxxx
"""
