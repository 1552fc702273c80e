"""The web application of the stand-in; the process that serves it also posts the webhooks, from a thread of its own."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "standin.settings")
application = get_wsgi_application()

from standin.acts import startup  # noqa: E402 - models can only be imported once Django is set up.

startup.begin()
