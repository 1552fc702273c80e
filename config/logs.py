"""Logs: one JSON object a line, with a request id and without personal data."""

from __future__ import annotations

from typing import Any

import structlog

from foundation.logs import keep_personal_data_out

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    structlog.processors.UnicodeDecoder(),
    keep_personal_data_out,
]
NOISY = ("fontTools", "weasyprint", "pikepdf", "httpx", "stripe", "django.server", "kombu")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": SHARED,
        }
    },
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": "INFO"},
    "loggers": {
        # These write addresses, paths with tokens or whole messages at INFO.
        name: {"level": "WARNING"}
        for name in (
            "fontTools",
            "weasyprint",
            "httpx",
            "stripe",
            "django.server",
            "celery.worker.strategy",
            "kombu",
            "pikepdf",
        )
    },
}
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
