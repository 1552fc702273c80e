"""A mail backend for worker processes: it writes down every mail, and takes its time over slow ones."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Appends one line for each mail: its subject and its Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with Path(os.environ["TEST_MAILBOX"]).open("a") as mailbox:
            for message in email_messages:
                mailbox.write(f"{message.subject} {message.extra_headers['Message-ID']}\n")
                mailbox.flush()
                if message.subject.startswith("Slow"):
                    time.sleep(60)
        return len(email_messages)
