"""Structured logs: one JSON object a line, the factory in every one of them."""

import logging
from typing import Any

import structlog
from django.db import connection

from config.secrets import secrets_hidden


def factory_add(logger, method_name, event):
    """Name the schema the line was written in; `public` outside of any factory."""
    event.setdefault("factory", connection.schema_name)
    return event


def day_only(logger, method_name, event):
    """A line from the voice host tells its day: beside the visits of the minute it would tell who wrote."""
    if event.get("logger", "").startswith("grievances.voice"):
        event["timestamp"] = event["timestamp"][:10]
    return event


def secrets_hide(logger, method_name, event):
    """Django names the address of what it refuses."""
    if isinstance(event.get("event"), str):
        event["event"] = secrets_hidden(event["event"])
    return event


class RefusalFilter(logging.Filter):
    """A refusal (404, 403, an address that was tampered with) is one line: its traceback shows no fault of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        is_refusal = record.name == "django.request" and record.levelno < logging.ERROR
        if is_refusal or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    day_only,
    secrets_hide,
    factory_add,
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "filters": {"refusals": {"()": RefusalFilter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "axes": {"level": "WARNING"},
        "celery": {"level": "INFO"},
    },
}

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.processors.StackInfoRenderer(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
