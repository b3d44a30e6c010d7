from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = _("Kooperationen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agreements.filters.presences import known_to_take_part
        from agreements.querysets.participations import taking_part
        from agreements.workflow import refresh_of_bodies, refresh_of_organisations
        from municipalities.involvement import on_asking
        from municipalities.renaming import on_renaming, on_renaming_organisations

        on_asking(taking_part, known_to_take_part)
        on_renaming(refresh_of_bodies)
        on_renaming_organisations(refresh_of_organisations)
