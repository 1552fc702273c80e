"""The site's settings, and what measuring adds: yardstick addresses and a count of each request's queries."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE as _SITE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.Counted", *_SITE]
