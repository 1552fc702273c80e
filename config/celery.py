"""The Celery application and its timetable, kept in code."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("commonweal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "outbox": {"task": "foundation.sweep_outbox", "schedule": 10.0},
    "reservations": {"task": "shares.release_reservations", "schedule": 60.0},
    "offers": {"task": "shares.close_due_offers", "schedule": 30.0},
    "payments": {"task": "payments.sweep", "schedule": 300.0},
    "payments-hourly": {"task": "payments.reconcile", "schedule": crontab(minute="17")},
    "audit-seal": {"task": "foundation.seal_audit", "schedule": crontab(minute="*/10")},
    "ledger-seal": {"task": "ledger.seal", "schedule": 60.0},
    "ledger-holds": {"task": "ledger.expire_holds", "schedule": 60.0},
    "ledger-heads": {"task": "treasury.publish_heads", "schedule": crontab(hour="2", minute="10")},
    "accruals": {"task": "treasury.reverse_due_journals", "schedule": crontab(hour="2", minute="40")},
    "reports": {"task": "treasury.forget_old_reports", "schedule": crontab(minute="47")},
    "service-ended": {"task": "bonds.begin_run_offs", "schedule": crontab(hour="1", minute="10")},
    "unanswered-claims": {"task": "bonds.accept_unanswered", "schedule": crontab(hour="1", minute="20")},
    "overdue-invoices": {"task": "bonds.remind_overdue", "schedule": crontab(hour="6", minute="50")},
    "invariants": {"task": "foundation.check_invariants", "schedule": crontab(hour="3", minute="30")},
    "tidy": {"task": "foundation.tidy", "schedule": crontab(hour="4", minute="0")},
}
