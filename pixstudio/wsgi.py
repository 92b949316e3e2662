"""The web process's entry: ``gunicorn pixstudio.wsgi``."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixstudio.settings")

application = get_wsgi_application()

# What is loaded by now stays to the end. To look through all of it for garbage takes a tenth of a
# second, and would be due every forty requests: so it is set aside, with all the views.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
