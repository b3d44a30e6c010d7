"""Registration (``agreements/urls/registering.py``)."""

TABLE: dict[str, str] = {}
