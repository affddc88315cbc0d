"""The web server's way in."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded now stays for good. Walking all of it again took the collector a fifth of a second, in the
# middle of somebody's request.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
