"""The door for the web server (granian, or any other WSGI server)."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coopportal.settings")
application = get_wsgi_application()
# Else the first visitor would wait until every page is loaded.
get_resolver().url_patterns  # noqa: B018

# What is loaded by now stays until the end: the collector need not look at it again for every long list it meets.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)

# Needs settings, as everything of ours.
from coopportal.common import ahead  # noqa: E402

ahead.begin()
