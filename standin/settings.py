"""Settings of the stand-in alone: the settings of the site never load this module, and it never loads theirs."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

if os.environ.get("COMMONWEAL_ENV") == "production":
    message = "The stand-in for Stripe is development equipment: it does not start where COMMONWEAL_ENV is production."
    raise ImproperlyConfigured(message)

HERE = Path(__file__).resolve().parent

DEBUG = False
# Nothing is signed with it: the stand-in has no sessions, no users and no cookies.
SECRET_KEY = "practice-only-nothing-is-signed-with-this-key"
STANDIN_PUBLIC_URL = os.environ.get("STANDIN_PUBLIC_URL", "http://127.0.0.1:8421").rstrip("/")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", str(urlsplit(STANDIN_PUBLIC_URL).hostname)]
ROOT_URLCONF = "standin.urls"
WSGI_APPLICATION = "standin.wsgi.application"
INSTALLED_APPS = ["standin"]
MIDDLEWARE: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("STANDIN_DB", str(HERE.parent / ".local" / "standin.sqlite3")),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Every transaction takes the write lock at once, so that none has to be upgraded half-way and refused.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    },
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A declined card and an expired page are what this process is for: they are not worth a line.
    "loggers": {"django.request": {"level": "ERROR"}},
}

STANDIN_WEBHOOK_URL = os.environ.get("STANDIN_WEBHOOK_URL", "")
STANDIN_WEBHOOK_SECRET = os.environ.get("STANDIN_WEBHOOK_SECRET", "whsec_practice")
STANDIN_STARTS_DAYS_AGO = int(os.environ.get("STANDIN_STARTS_DAYS_AGO", "0"))
