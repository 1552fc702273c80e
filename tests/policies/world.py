"""Two societies with officers each, a resident with an application and shares, and platform staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client

from bonds.models import PartyRoleHeld
from bonds.states import PartyRole
from core.periods import legal_day
from core.reports import Asked
from documents import operations as document_operations
from documents.models import Document
from foundation import clock
from foundation.access import system_actor
from foundation.models import OutboxMessage
from ledger.models import Book, Entry
from payments import operations as payments
from payments.models import AttentionItem, Payment, RefundRun
from people import operations as people_operations
from people.models import OfficerRole, Organisation, User
from people.queries import actor_for_user
from shares import operations
from shares.models import Application, Member, ShareOffer
from tests.factories import shares as make
from tests.people.support import SECRET, sign_in
from tests.policies import kinds
from tests.policies.builder import a_draft_contract
from tests.policies.checks import Checked, a_check
from tests.policies.claims import Claimed, a_claim
from tests.policies.contracts import Signed, a_signed_contract
from tests.policies.endings import Ended, a_deal_wound_up
from tests.policies.investors import Invested, a_deal
from tests.policies.invoices import Invoiced, an_invoice
from tests.policies.overview import a_plan
from tests.policies.providers import Paying, a_paying_contract
from tests.policies.publishing import Shown, a_public_contract
from tests.policies.reports import Reported, a_report_to_investors
from treasury.arithmetic.imports import ImportOptions
from treasury.arithmetic.journals import TypedJournal, TypedLine
from treasury.exports import Audience
from treasury.models import ManualJournal
from treasury.operations import imports, journals, report_files

ROLE_NAMES = {kinds.SECRETARY: "secretary", kinds.TREASURER: "treasurer", kinds.DIRECTOR: "director"}


@dataclass
class World:
    """Who is there, and what the addresses of the table point to."""

    organisation: Organisation
    other: Organisation
    open_offer: ShareOffer
    closed_offer: ShareOffer
    failed_offer: ShareOffer
    run: RefundRun
    payment: Payment
    matter: AttentionItem
    application: Application
    allotted: Application
    member: Member
    document: Document
    book: Book
    entry: Entry
    journal: ManualJournal
    imported: str
    report_file: str
    recorded: str
    held: PartyRoleHeld
    own_claim: Claimed
    desk_claim: Claimed
    checked: Checked
    plan_claim: Claimed
    shown: Shown
    kept_deal: Invested
    own_deal: Invested
    signed: Signed
    paying: Paying
    reported: Reported
    ended: Ended
    invoiced: Invoiced
    job: str
    officer_role: OfficerRole
    outbox: OutboxMessage
    mail: str
    key: str
    users: dict[str, User] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser in which somebody of this role is signed in."""
        if role == kinds.ANONYMOUS:
            return Client()
        return sign_in(self.users[role])


def officer(organisation: Organisation, role: str) -> User:
    """Somebody with a role and a second factor."""
    user = make.make_user(f"{role}-of-{organisation.slug}")
    people_operations.appoint_officer(
        user=user,
        organisation=organisation,
        role=role,
        from_on=legal_day(make.OPENS_AT),
        actor="system:tests",
        at=make.OPENS_AT,
    )
    people_operations.seed_second_factor(user=user, secret=SECRET)
    return user


def a_journal(organisation: Organisation, book: Book, treasurer: User) -> ManualJournal:
    """A draft of a manual journal, with a file."""
    lines = (TypedLine(1, "7100", debit="12.00"), TypedLine(2, "1200", credit="12.00"))
    on = legal_day(make.AFTER)
    journal = journals.write_draft(
        organisation=organisation,
        book=book,
        typed=TypedJournal(on.isoformat(), "Rent", lines=lines),
        actor=actor_for_user(treasurer, second_factor=True),
        at=make.AFTER,
        today=on,
    )
    actor = actor_for_user(treasurer, second_factor=True)
    journals.attach_file(journal=journal, content=b"Invoice 7", name="invoice.txt", actor=actor, at=make.AFTER)
    return journal


def a_record(organisation: Organisation, book: Book, treasurer: User) -> str:
    """A receipt that was recorded and taken back."""
    on, actor = legal_day(make.AFTER), actor_for_user(treasurer, second_factor=True)
    facts = payments.MoneyFacts(moved_on=on, amount_pence=500, party_name="Ashby Quarry", against="4200", note="A gift")
    record = payments.record_receipt(
        organisation=organisation, book=book, facts=facts, key="gift", actor=actor, at=make.AFTER, today=on
    )
    return payments.withdraw_recorded(record=record, actor=actor, at=make.AFTER).public_id


def an_import(organisation: Organisation, book: Book) -> str:
    """A file that was taken into the books."""
    on = legal_day(make.AFTER).isoformat()
    content = f"date,reference,account,debit,credit\n{on},A1,7100,1,\n{on},A1,1200,,1\n".encode()
    file = imports.keep_file(organisation=organisation, content=content, name="old.csv", at=make.AFTER)
    done = imports.import_journals(
        book=book,
        organisation=organisation,
        file=file,
        options=ImportOptions(),
        actor="system:tests",
        at=make.AFTER,
    )
    return done.row.public_id


def a_report(organisation: Organisation, book: Book) -> str:
    """A long report that a worker has made."""
    on, at = legal_day(make.AFTER), clock.now()
    _job, row = report_files.ask_for_report(
        book=book,
        organisation=organisation,
        slug="general-ledger",
        asked=Asked(on.replace(month=1, day=1), on),
        audience=Audience.HUMAN,
        actor=system_actor("tests"),
        at=at,
        result_path="/",
    )
    report_files.make_report(report_file=row.public_id, result_path="/", at=at)
    return row.public_id


def build() -> World:
    """Make the world by the acts that make it in life."""
    now = clock.now()
    society, other = make.make_society(), make.make_society()
    owner = make.make_user("owner")
    running = make.open_offer(society=society, closes_at=now + timedelta(days=30), opens_at=now - timedelta(days=30))
    application = make.complete(running, 10, user=owner, at=now)
    closing = make.open_offer(society=society)
    make.paid(closing, 200)
    closed = make.closed_offer(closing)
    ended = make.open_offer(society=society)
    bought = make.paid(ended, 200, user=owner)
    ended = make.closed_offer(ended)
    operations.succeed_offer(offer=ended, actor=make.SECRETARY, at=make.AFTER)
    batch = make.allot(ended)
    certificates = operations.issue_certificates(batch=batch, actor=make.SECRETARY, at=make.AFTER)
    document = Document.objects.order_by("pk").first()
    document_operations.render_document(document_id=document.pk, at=make.AFTER)
    failing = make.open_offer(society=society)
    make.paid(failing, 10)
    failed = make.closed_offer(failing)
    failed = operations.fail_offer(
        offer=failed, reason="Too little came.", is_contingency=False, actor=make.SECRETARY, at=make.AFTER
    )
    operations.refund_failed_offer(offer=failed, actor="system:tests", at=make.AFTER)
    staff = people_operations.make_user(email="staff@example.org", password=None, at=make.OPENS_AT, is_staff=True)
    people_operations.seed_second_factor(user=staff, secret=SECRET)
    users = {kinds.OWNER: owner, kinds.RESIDENT: make.make_user("resident"), kinds.STAFF: staff}
    for label, role in ROLE_NAMES.items():
        users[label] = officer(society.organisation, role)
        users[f"other {label}"] = officer(other.organisation, role)
    book = make.book_of(society.organisation)
    own_key = people_operations.issue_key(
        user=owner, name="Mine", scopes=["applications:read"], actor="system:tests", at=now
    )
    return World(
        organisation=society.organisation,
        other=other.organisation,
        open_offer=running,
        closed_offer=closed,
        failed_offer=failed,
        run=RefundRun.objects.get(),
        payment=Payment.objects.order_by("pk").first(),
        matter=AttentionItem.objects.create(
            organisation=society.organisation, key="t", code="amount_differs", raised_at=now
        ),
        application=application,
        allotted=bought,
        member=Member.objects.get(person__user=owner),
        document=document,
        book=book,
        entry=Entry.objects.filter(book=book).order_by("pk").first(),
        journal=a_journal(society.organisation, book, users[kinds.TREASURER]),
        imported=an_import(society.organisation, book),
        report_file=a_report(society.organisation, book),
        held=a_draft_contract(society.organisation),
        own_claim=a_claim(society.organisation, PartyRole.PROVIDER, "rowan"),
        desk_claim=a_claim(society.organisation, PartyRole.VERIFIER, "alder"),
        checked=a_check(society.organisation, "alder"),
        plan_claim=a_plan(society.organisation),
        shown=a_public_contract(society.organisation),
        kept_deal=a_deal(society.organisation, PartyRole.HOLDER, "aspen"),
        own_deal=a_deal(society.organisation, PartyRole.INVESTOR, "linden"),
        signed=a_signed_contract(society.organisation),
        paying=a_paying_contract(society.organisation),
        reported=a_report_to_investors(society.organisation),
        ended=a_deal_wound_up(society.organisation),
        invoiced=an_invoice(society.organisation),
        recorded=a_record(society.organisation, book, users[kinds.TREASURER]),
        job=certificates.public_id,
        officer_role=OfficerRole.objects.get(user=users[kinds.DIRECTOR]),
        outbox=OutboxMessage.objects.order_by("pk").first(),
        mail="mai_none",
        key=own_key.row.public_id,
        users=users,
    )


Arguments = Callable[[World], dict[str, object]]
