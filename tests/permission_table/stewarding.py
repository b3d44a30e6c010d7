"""The stewards' pages (``agreements/urls/stewarding.py``)."""

TABLE: dict[str, str] = {}
