"""The door for the web server (granian, or any other WSGI server)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coopportal.settings")
application = get_wsgi_application()

# What is loaded by now stays until the end: the collector need not look at it again for every long list it meets.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
