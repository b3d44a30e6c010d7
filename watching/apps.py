from django.apps import AppConfig


class WatchingConfig(AppConfig):
    """Saved searches and who is told what became of them; it knows the lists of every room."""

    name = "watching"
    verbose_name = "Gespeicherte Suchen"
