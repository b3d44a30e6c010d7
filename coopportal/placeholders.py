"""What stands in the legal pages until the operator of an installation says it (environment: OPERATOR_NAME, …)."""

from django.utils.translation import gettext_lazy as _

OPERATOR = {
    "NAME": _("[Name der betreibenden Stelle]"),
    "STREET": _("[Straße und Hausnummer]"),
    "CITY": _("[Postleitzahl und Ort]"),
    "REPRESENTED_BY": _("[vertretungsberechtigte Person mit Amtsbezeichnung]"),
    "PHONE": _("[Telefonnummer]"),
    "EMAIL": "",
    "EDITOR": _("[inhaltlich verantwortliche Person]"),
    "PRIVACY_OFFICER": _("[behördliche Datenschutzbeauftragte oder behördlicher Datenschutzbeauftragter]"),
    "PRIVACY_AUTHORITY": _("[zuständige Datenschutz-Aufsichtsbehörde]"),
    "PRIVACY_LAW": _("[Landesdatenschutzgesetz]"),
    "ACCESSIBILITY_LAW": _("[Landesrecht zur Barrierefreiheit]"),
    "ENFORCEMENT_BODY": _("[zuständige Schlichtungs- oder Durchsetzungsstelle]"),
}
