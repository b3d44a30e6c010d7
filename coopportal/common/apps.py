from django.apps import AppConfig


class CommonConfig(AppConfig):
    """The ground: what every room may use; it knows only Django and DRF."""

    name = "coopportal.common"
    label = "common"
    verbose_name = "Grundlagen"
