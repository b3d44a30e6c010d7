from django.apps import AppConfig, apps

from coopportal.common.labels import tell_labels_of


class CommonConfig(AppConfig):
    """The ground: what every room may use; it knows only Django and DRF."""

    name = "coopportal.common"
    label = "common"
    verbose_name = "Grundlagen"

    def ready(self) -> None:
        tell_labels_of(apps.get_models())
