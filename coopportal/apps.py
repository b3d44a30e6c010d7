from django.apps import AppConfig


class CoopportalConfig(AppConfig):
    """The roof: what needs every room at once (start page, router of the API, set-up command)."""

    name = "coopportal"
    verbose_name = "Kooperationsportal"
