"""Questions across cooperations (``agreements/urls/browsing.py``)."""

TABLE: dict[str, str] = {}

TABLE["questions across what is published"] = """
GET   /aenderungen/                                           xxxxxxx
GET   /fristen/                                               xxxxxxx
GET   /fristen/fristen.csv                                    xxxxxxx
GET   /fristen/kalender.ics                                   xxxxxxx
"""
