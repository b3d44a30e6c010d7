"""Cooperations as a file (``agreements/urls/importing.py``)."""

TABLE: dict[str, str] = {}
