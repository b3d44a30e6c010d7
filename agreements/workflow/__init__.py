"""Verbs of the cooperations, by what they are about."""

from agreements.workflow.derived import publish_status, refresh_derived, refresh_events, search_text_of

__all__ = ["publish_status", "refresh_derived", "refresh_events", "search_text_of"]
