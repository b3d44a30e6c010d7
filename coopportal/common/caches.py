"""Keys of the cache may hold network addresses and log-in names (limits of log-in): only a digest is stored."""

from django.utils.crypto import salted_hmac


def secret_key(key: str, prefix: str, version: int) -> str:
    """``CACHES["default"]["KEY_FUNCTION"]``: nobody without SECRET_KEY can tell what a row is about."""
    return salted_hmac("coopportal.common.caches", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()
