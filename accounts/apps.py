from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = _("Personen und Mandate")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import signals

        signals.connect()


class StewardAdminConfig(admin_apps.AdminConfig):
    """Django's admin, entered through our log-in and with a valid mandate only."""

    default = False
    default_site = "accounts.admin_site.StewardSite"
