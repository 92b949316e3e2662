"""The web process's entry: ``gunicorn pixstudio.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixstudio.settings")

application = get_wsgi_application()
