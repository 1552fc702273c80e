"""Mail: rendered and stored when it is queued, sent by the outbox."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.template import Context, Engine, TemplateDoesNotExist
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.periods import LONDON
from foundation import files, outbox
from foundation.guards import refuse_in_transaction
from foundation.models import MailMessage, MailState, StoredFile

TOPIC = "foundation.mail"
SUBJECT_LENGTH = 250
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


class MailAddressInvalid(InvalidInput):
    """No mail can be sent to such an address."""

    code = "mail.address_invalid"


class MailSubjectInvalid(InvalidInput):
    """The subject would break out of its header line, or is empty or too long."""

    code = "mail.subject_invalid"


def queue_mail(
    *,
    to: str,
    template: str,
    context: dict[str, Any],
    key: str,
    at: datetime,
    language: str = "en-gb",
    organisation: str = "",
    attachments: Sequence[str] = (),
) -> MailMessage:
    """Write a mail and promise to send it, in the caller's transaction.

    Args:
        to: One plain address.
        template: Base name under templates/: `<template>.subject.txt`, `<template>.txt` and, where there is
            one, `<template>.html`.
        context: For the templates; used now and not kept.
        key: Names the mail for ever: a second call gives back the first mail and sends nothing.
        at: The present instant.
        language: Language of the person who gets it.
        organisation: Public id of the organisation on whose behalf it goes out.
        attachments: Public ids of stored files.

    Raises:
        MailAddressInvalid: the address is not one, or would break out of its header line.
        MailSubjectInvalid: the rendered subject would break out of its header line, or is empty or too long.
    """
    check_address(to)
    existing = MailMessage.objects.filter(key=key).first()
    if existing is not None:
        return existing
    subject, text, html = _render(template, context | {"language": language}, language)
    _check_subject(subject)
    with transaction.atomic():
        mail = MailMessage(
            key=key,
            to=to,
            language=language,
            organisation=organisation,
            template=template,
            subject=subject,
            text=text,
            html=html,
            attachments=list(attachments),
            queued_at=at,
        )
        MailMessage.objects.bulk_create([mail], ignore_conflicts=True)
        stored = MailMessage.objects.get(key=key)
        outbox.enqueue(topic=TOPIC, key=key, payload={"mail": stored.public_id}, at=at)
    return stored


def check_address(address: str) -> None:
    """Let only one plain address pass.

    Raises:
        MailAddressInvalid: it is not one.
    """
    plain = not _CONTROL_CHARACTER.search(address) and parseaddr(address)[1] == address
    try:
        validate_email(address)
    except ValidationError:
        plain = False
    if not plain:
        raise MailAddressInvalid(_("Enter an e-mail address in the form name@example.org."))


def send_queued_mail(*, payload: dict[str, Any], at: datetime) -> None:
    """Hand a stored mail to the mail server, unless that was done (outbox handler).

    A worker may die after the server took the mail and before that is written down; the mail is then sent
    again under the same Message-ID, by which mailboxes know it for the same.
    """
    refuse_in_transaction()
    mail = MailMessage.objects.filter(public_id=payload["mail"]).first()
    # A mail that is not there was erased with the person it was written to.
    if mail is None or mail.state == MailState.SENT:
        return
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        headers={
            "Message-ID": f"<{mail.public_id}@{_sender_domain()}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for public_id in mail.attachments:
        stored = StoredFile.objects.get(public_id=public_id)
        message.attach(stored.name, files.read_file(stored), stored.media_type)
    message.send(fail_silently=False)
    MailMessage.objects.filter(pk=mail.pk, state=MailState.QUEUED).update(state=MailState.SENT, sent_at=at)


def forget_old_mails(*, before: datetime) -> int:
    """Delete the mails queued before an instant, and say how many there were."""
    return MailMessage.objects.filter(queued_at__lt=before, state=MailState.SENT).delete()[0]


def _sender_domain() -> str:
    """The part of our own address behind the @."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _render(template: str, context: dict[str, Any], language: str) -> tuple[str, str, str]:
    """Render subject, text and HTML (empty where there is no such template) in a language, in London time."""
    engine = Engine.get_default()
    with translation.override(language), timezone.override(LONDON):
        plain = Context(context, autoescape=False)
        subject = engine.get_template(f"{template}.subject.txt").render(plain).strip()
        text = engine.get_template(f"{template}.txt").render(plain).strip() + "\n"
        try:
            page = engine.get_template(f"{template}.html")
        except TemplateDoesNotExist as missing:
            if str(missing) != f"{template}.html":
                raise
            return subject, text, ""
        return subject, text, page.render(Context(context))


def _check_subject(subject: str) -> None:
    if not subject or len(subject) > SUBJECT_LENGTH or _CONTROL_CHARACTER.search(subject):
        raise MailSubjectInvalid(_("The subject of a mail must be one short line."), length=len(subject))
