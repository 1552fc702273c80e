from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import transaction

from foundation import files, mail, outbox
from foundation.models import MailMessage, MailState, OutboxMessage
from tests.foundation.things import NOON


@pytest.fixture(autouse=True)
def _templates(settings, tmp_path):
    """Give the tests mail templates of their own."""
    folder = tmp_path / "templates" / "tests"
    folder.mkdir(parents=True)
    (folder / "hello.subject.txt").write_text("Hello {{ name }}\n")
    (folder / "hello.txt").write_text("Dear {{ name }}, it is {{ at|date:'H:i' }} & all is well.\n\n")
    (folder / "hello.html").write_text("<p>Dear {{ name }}</p>")
    (folder / "plain.subject.txt").write_text("Plain")
    (folder / "plain.txt").write_text("{% load i18n %}{% get_current_language as now %}{{ now }} {{ language }}")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path / "templates", *engine["DIRS"]]}]


def queue(**given):
    standard = {"to": "ann@example.org", "template": "tests/hello", "key": "hello/1", "at": NOON}
    return mail.queue_mail(**(standard | {"context": {"name": "Ann O'Hara", "at": NOON}} | given))


@pytest.mark.django_db
def test_mail_is_rendered_when_queued_and_sent_by_the_outbox():
    queued = queue(organisation="org_pub")

    assert django_mail.outbox == []
    assert (queued.subject, queued.state, queued.sent_at) == ("Hello Ann O'Hara", MailState.QUEUED, None)
    assert queued.text == "Dear Ann O'Hara, it is 12:00 & all is well.\n"
    assert queued.html == "<p>Dear Ann O&#x27;Hara</p>"

    assert outbox.drive(at=NOON) == 1

    [sent] = django_mail.outbox
    queued.refresh_from_db()
    assert (sent.to, sent.cc, sent.bcc, sent.subject) == (["ann@example.org"], [], [], "Hello Ann O'Hara")
    assert sent.alternatives[0].mimetype == "text/html"
    assert sent.extra_headers["Message-ID"] == f"<{queued.public_id}@commonweal.example>"
    assert sent.message()["Content-Language"] == "en-gb"
    assert (queued.state, queued.sent_at) == (MailState.SENT, NOON)


@pytest.mark.django_db
def test_second_mail_with_the_key_is_the_first_and_nothing_more_is_sent():
    first = queue()
    again = queue(to="other@example.org", context={"name": "Other", "at": NOON})
    outbox.drive(at=NOON)
    late = queue()
    outbox.drive(at=NOON)

    assert first.pk == again.pk == late.pk
    assert again.to == "ann@example.org"
    assert len(django_mail.outbox) == 1


@pytest.mark.django_db
def test_handler_called_twice_sends_once():
    queued = queue()

    for _ in range(2):
        mail.send_queued_mail(payload={"mail": queued.public_id}, at=NOON)

    assert len(django_mail.outbox) == 1


@pytest.mark.django_db
def test_mail_goes_with_the_transaction_that_queued_it():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert MailMessage.objects.count() == 0
    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
def test_mail_server_that_fails_is_tried_again(monkeypatch):
    queued = queue()
    monkeypatch.setattr(
        "django.core.mail.EmailMultiAlternatives.send", lambda *_a, **_k: (_ for _ in ()).throw(ConnectionError)
    )
    outbox.drive(at=NOON)
    monkeypatch.undo()
    queued.refresh_from_db()
    assert queued.state == MailState.QUEUED

    outbox.drive(at=NOON + outbox.FIRST_WAIT)

    queued.refresh_from_db()
    assert queued.state == MailState.SENT
    assert len(django_mail.outbox) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org\nBcc: all@example.org",
        "ann@example.org\r\nBcc: all@example.org",
        "ann@example.org, bob@example.org",
        "Ann <ann@example.org>",
        "ann",
        "",
        "ann@example.org\x00",
        "ann@exa mple.org",
    ],
)
def test_address_that_is_not_one_plain_address_is_refused(address):
    with pytest.raises(mail.MailAddressInvalid) as refused:
        queue(to=address)

    assert refused.value.code == "mail.address_invalid"
    assert MailMessage.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Ann\nBcc: all@example.org", "Ann\r\n\r\nBody", "x" * 251, "\u2028", "\x0b"])
def test_subject_that_would_break_its_header_is_refused(name):
    with pytest.raises(mail.MailSubjectInvalid):
        queue(context={"name": f"{name}!", "at": NOON})

    assert MailMessage.objects.count() == 0


@pytest.mark.django_db
def test_mail_is_written_in_the_language_of_the_person_and_needs_no_html():
    queued = queue(template="tests/plain", language="cy", context={})

    assert queued.text == "cy cy\n"
    assert queued.html == ""


@pytest.mark.django_db
def test_mail_shows_times_in_london_whatever_the_zone_of_the_process():
    from datetime import UTC, datetime

    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    assert "it is 13:00" in queue(context={"name": "Ann", "at": summer}).text


@pytest.mark.django_db
def test_attachments_are_stored_files():
    stored = files.store_file(
        content=b"%PDF-1.7", name="certificate.pdf", media_type="application/pdf", organisation="org_pub", at=NOON
    )
    queue(attachments=[stored.public_id])

    outbox.drive(at=NOON)

    assert django_mail.outbox[0].attachments == [("certificate.pdf", b"%PDF-1.7", "application/pdf")]


@pytest.mark.django_db
def test_attachment_that_is_gone_does_not_let_the_mail_go_without_it():
    queued = queue(attachments=["file_gone"])

    outbox.drive(at=NOON)

    queued.refresh_from_db()
    assert django_mail.outbox == []
    assert queued.state == MailState.QUEUED


@pytest.mark.django_db
def test_mail_that_was_erased_before_it_was_sent_is_not_sent():
    queue()
    MailMessage.objects.all().delete()

    outbox.drive(at=NOON)

    assert django_mail.outbox == []
    assert OutboxMessage.objects.get().state == "done"


@pytest.mark.django_db
def test_old_mails_are_deleted_once_they_were_sent():
    queue()
    queue(key="hello/2")
    mail.send_queued_mail(payload={"mail": MailMessage.objects.get(key="hello/1").public_id}, at=NOON)

    assert mail.forget_old_mails(before=NOON) == 0
    assert mail.forget_old_mails(before=NOON + timedelta(seconds=1)) == 1
    assert MailMessage.objects.get().key == "hello/2"
