"""Settings, read top to bottom. Every value that differs between places comes from the environment.

`COMMONWEAL_ENV` says what this process is: production (the default, and strict), demo, test or development.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env, logs
from config.embedded.postgres import APP_ROLE, OWNER_ROLE, Cluster

# Lets generic views and querysets say at run time what they are of, as the type checker reads it.
django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = env.text("COMMONWEAL_ENV", "production")
if ENVIRONMENT not in {"production", "demo", "test", "development"}:
    raise ImproperlyConfigured("COMMONWEAL_ENV must be production, demo, test or development.")
PRODUCTION = ENVIRONMENT == "production"
SHORTEST_SECRET = 50
# The demo shows its mails and its second-factor codes on pages of its own.
DEMO = ENVIRONMENT == "demo"
DEBUG = False

# --- Who we are, and who may ask ---------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else "only-for-demo-and-tests-" + "0" * 40)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", None if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver")
HTTPS = PUBLIC_BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
if PRODUCTION:
    if len(SECRET_KEY) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"SECRET_KEY must have at least {SHORTEST_SECRET} characters.")
    if not HTTPS:
        raise ImproperlyConfigured("PUBLIC_BASE_URL must be an https:// address.")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts, without a wildcard.")

# --- Applications: a room may import only the rooms that stand below it in this list ------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, which TemplatesSetting looks up
    "djmoney",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_structlog",
    "csp",
    "config.apps.ConfigConfig",
    "marketplace.apps.MarketplaceConfig",
    "treasury.apps.TreasuryConfig",
    "shares.apps.SharesConfig",
    "bonds.apps.BondsConfig",
    "payments.apps.PaymentsConfig",
    "documents.apps.DocumentsConfig",
    "people.apps.PeopleConfig",
    "ledger.apps.LedgerConfig",
    "foundation.apps.FoundationConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.middleware.ActorMiddleware",
    "foundation.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
SITE_ID = 1
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- PostgreSQL: the owner migrates, the application cannot change or delete facts --------------
_EMBEDDED = Cluster("demo")
_AS_OWNER = env.flag("DATABASE_AS_OWNER")
_URL = env.text(
    "DATABASE_OWNER_URL" if _AS_OWNER else "DATABASE_URL",
    None if PRODUCTION else _EMBEDDED.url(OWNER_ROLE if _AS_OWNER else APP_ROLE),
)
DATABASES = {
    "default": env.database(_URL)
    | {
        "ATOMIC_REQUESTS": False,  # a request may call the payment provider, and never inside a transaction
        "CONN_MAX_AGE": env.number("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    }
}
if not _AS_OWNER:
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c statement_timeout=10s -c lock_timeout=5s -c timezone=UTC",
        **DATABASES["default"]["OPTIONS"],  # type: ignore[dict-item]
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery: an outbox row is the truth, the queue only a nudge ---------------------------------
CELERY_BROKER_URL = env.text("BROKER_URL", None if PRODUCTION else "memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "visibility_timeout": 600,
    # One quick second try, then give up: without these a request waits six seconds for a broker that is down.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TASK_PUBLISH_RETRY = False  # a broker that is down must not hold up a request: the sweep finds the row
# In KiB. A worker that has set a long report in type gives its memory back.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_TIMEZONE = "Europe/London"

# --- The books: where the heads of their chains are published, outside the database --------------
LEDGER_HEADS_FILE = Path(
    env.text("LEDGER_HEADS_FILE", None if PRODUCTION else str(ROOT / ".local" / "demo" / "heads.txt"))
)
LEDGER_HEADS_MAIL = env.words("LEDGER_HEADS_MAIL", "" if PRODUCTION else "auditor@ledgerfield.example")

# --- People and sign-in -------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up; another device signs in
ACCOUNT_CHANGE_EMAIL = True  # one address for each user: a change holds once the new one is confirmed
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS: dict[str, str] = {}
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Commonweal"
if ENVIRONMENT == "test":
    # Tests sign in thousands of times; a slow hash would prove nothing there.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:me"
LOGOUT_REDIRECT_URL = "marketplace:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Cookies and headers ------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "commonweal_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "commonweal_csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the provider's checkout sends people back to us from another site
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env.flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# --- Stripe where there is a key in the environment, its local stand-in where there is none ------
STANDIN_KEY = "sk_test_standin"
STRIPE_API_KEY = env.text("STRIPE_API_KEY", None if PRODUCTION else STANDIN_KEY)
STRIPE_API_BASE = env.text(
    "STRIPE_API_BASE", "http://127.0.0.1:8421" if STRIPE_API_KEY == STANDIN_KEY else "https://api.stripe.com"
)
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET", None if PRODUCTION else "whsec_standin")
STRIPE_CHECKOUT_ORIGIN = env.text(
    "STRIPE_CHECKOUT_ORIGIN", STRIPE_API_BASE if STRIPE_API_KEY == STANDIN_KEY else "https://checkout.stripe.com"
)
if PRODUCTION and (urlsplit(STRIPE_API_BASE).scheme != "https" or not STRIPE_API_BASE.endswith(".stripe.com")):
    raise ImproperlyConfigured("The stand-in for Stripe is for demo and tests: STRIPE_API_BASE must be Stripe's own.")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # A form that leads to the checkout is answered by a redirect, which browsers check as well.
        "form-action": [SELF, STRIPE_CHECKOUT_ORIGIN],
    }
}

# --- Files, mail, language ----------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(ROOT / "static_collected")))
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", None if PRODUCTION else str(ROOT / ".local" / "demo" / "files")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEMO  # a page and its style change while the demo runs
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.dummy.EmailBackend",
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=PRODUCTION)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", None if PRODUCTION else "Commonweal <hello@commonweal.example>")
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/London"  # the legal day; instants are stored in UTC
USE_THOUSAND_SEPARATOR = True

# --- Money --------------------------------------------------------------------------------------
CURRENCIES = ("GBP",)
DEFAULT_CURRENCY = "GBP"

# --- REST ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.authentication.ApiKeyAuthentication",
        "people.authentication.ActorSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["foundation.api.ActorPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "foundation.api.CursorPages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "foundation.api.schema.Schema",
    "EXCEPTION_HANDLER": "foundation.api.problem_details",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Commonweal",
    "DESCRIPTION": "Community shares, their money and their registers.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "JournalStateEnum": "treasury.models.journals.JOURNAL_STATES",
        "ContractStateEnum": "bonds.models.choices.CONTRACT_STATES",
        "ContractVersionStateEnum": "bonds.models.choices.VERSION_STATES",
        "ClaimStateEnum": "bonds.models.choices.CLAIM_STATES",
        "ClaimLineStateEnum": "bonds.models.choices.LINE_STATES",
        "VatCategoryEnum": "bonds.models.choices.VAT_CATEGORIES",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

LOGGING = logs.LOGGING
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.text("CACHE_URL")}
    if env.text("CACHE_URL", "")
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "commonweal"}
}
SILENCED_SYSTEM_CHECKS: list[str] = []
