"""Questions across cooperations (``agreements/urls/browsing.py``)."""

TABLE: dict[str, str] = {}

TABLE["questions across what is published"] = """
GET   /fristen/                                               xxxxxxx
GET   /fristen/fristen.csv                                    xxxxxxx
GET   /fristen/kalender.ics                                   xxxxxxx
"""
