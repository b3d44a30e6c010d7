from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = _("Förderung")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from funding.workflow import refresh_of_organisations
        from municipalities.renaming import on_renaming_organisations

        on_renaming_organisations(refresh_of_organisations)
