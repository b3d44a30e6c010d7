"""The door for the web server (granian, or any other WSGI server)."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from coopportal.common.collector import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coopportal.settings")
application = get_wsgi_application()
# Else the first visitor would wait until every page is loaded.
get_resolver().url_patterns  # noqa: B018

settle()

# Needs settings, as everything of ours.
from coopportal.common import ahead  # noqa: E402

ahead.begin()
