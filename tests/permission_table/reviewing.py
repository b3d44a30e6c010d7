"""The reviewer's desk (``agreements/urls/reviewing.py``)."""

TABLE: dict[str, str] = {}
