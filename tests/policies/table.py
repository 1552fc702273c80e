"""Every address and method, with who may use it. An address that is missing here fails the tests."""

from __future__ import annotations

from tests.policies import (
    builder,
    checks,
    claims,
    contracts,
    endings,
    investors,
    invoices,
    overview,
    providers,
    publishing,
    reports,
)
from tests.policies.kinds import (
    ALL,
    DIRECTOR,
    OFFICERS,
    OWNER,
    SECRETARY,
    SIGNED_IN,
    STAFF,
    TREASURER,
    Row,
    officers,
    owner,
    public,
    signed_in,
    staff,
)
from tests.policies.world import Arguments, World

# What an address's parts stand for in the world of the tests.
PARTS: dict[str, Arguments] = {
    **builder.PARTS,
    **checks.PARTS,
    **claims.PARTS,
    **contracts.PARTS,
    **investors.PARTS,
    **providers.PARTS,
    **publishing.PARTS,
    **overview.PARTS,
    **reports.PARTS,
    **endings.PARTS,
    **invoices.PARTS,
    "api:job": lambda world: {"public_id": world.job},
    "foundation:job": lambda world: {"public_id": world.job},
    "foundation:outbox-again": lambda world: {"message_id": world.outbox.pk},
    "api:document": lambda world: {"public_id": world.document.public_id},
    "documents:download": lambda world: {"public_id": world.document.public_id},
    "api:verify": lambda world: {"token": world.document.token},
    "documents:verify": lambda world: {"token": world.document.token},
    "people:key_revoke": lambda world: {"public_id": world.key},
    "people:role_end": lambda world: {"slug": world.organisation.slug, "public_id": world.officer_role.public_id},
    "shares:statement": lambda world: {"public_id": world.member.public_id},
    "shares:apply": lambda world: {"slug": world.open_offer.slug},
    "api:offer": lambda world: {"slug": world.open_offer.slug},
    "marketplace:offer": lambda world: {"slug": world.open_offer.slug},
    "marketplace:offer_document": lambda world: {"slug": world.open_offer.slug},
    "api:offer_close": lambda world: {"slug": world.open_offer.slug},
    "api:offer_allot": lambda world: {"slug": world.closed_offer.slug},
    "api:offer_fail": lambda world: {"slug": world.closed_offer.slug},
    "shares:refunds": lambda world: {"slug": world.organisation.slug, "offer": world.failed_offer.slug},
    "shares:refunds_act": lambda world: {"slug": world.organisation.slug, "offer": world.failed_offer.slug},
    "api:payment": lambda world: {"slug": world.organisation.slug, "public_id": world.payment.public_id},
    "payments:ask_again": lambda world: {"slug": world.organisation.slug, "public_id": world.payment.public_id},
    "payments:matter": lambda world: {"slug": world.organisation.slug, "public_id": world.matter.public_id},
    "payments:run": lambda world: {"slug": world.organisation.slug, "public_id": world.run.public_id},
    "payments:run_measure": lambda world: {"slug": world.organisation.slug, "public_id": world.run.public_id},
    "payments:run_start": lambda world: {"slug": world.organisation.slug, "public_id": world.run.public_id},
    **{
        f"payments:recorded{act}": lambda world: {"slug": world.organisation.slug, "public_id": world.recorded}
        for act in ("", "_approve", "_refuse", "_withdraw", "_reverse")
    },
    **{
        f"api:recorded{act}": lambda world: {"slug": world.organisation.slug, "public_id": world.recorded}
        for act in ("", "-approve", "-refuse", "-withdraw", "-reverse")
    },
    "shares:close": lambda world: {"slug": world.organisation.slug, "offer": world.open_offer.slug},
    "treasury:account": lambda world: {"slug": world.organisation.slug, "book": world.book.slug, "code": "3000"},
    **{
        f"treasury:report{suffix}": lambda world: {
            "slug": world.organisation.slug, "book": world.book.slug, "kind": "trial-balance"
        }
        for suffix in ("", "-csv", "-xlsx", "-pdf")
    },
    "api:reports": lambda world: {"slug": world.book.slug},
    **{
        f"api:report{suffix}": lambda world: {"slug": world.book.slug, "kind": "balance-sheet"}
        for suffix in ("", "-csv", "-xlsx", "-pdf")
    },
    "treasury:kept-report": lambda world: {
        "slug": world.organisation.slug, "book": world.book.slug, "report_file": world.report_file
    },
    "api:kept-report": lambda world: {"slug": world.book.slug, "report_file": world.report_file},
    **{
        f"treasury:journal-{act}": lambda world: {
            "slug": world.organisation.slug, "book": world.book.slug, "journal": world.journal.public_id
        }
        for act in ("edit", "submit", "approve", "refuse", "withdraw", "reverse", "attach", "erase-words")
    },
    "treasury:journal": lambda world: {
        "slug": world.organisation.slug, "book": world.book.slug, "journal": world.journal.public_id
    },
    **{
        f"treasury:journal-{act}": lambda world: {
            "slug": world.organisation.slug,
            "book": world.book.slug,
            "journal": world.journal.public_id,
            "file": world.journal.attachments.get().public_id,
        }
        for act in ("file", "detach")
    },
    **{
        f"api:{name}": lambda world: {"slug": world.book.slug}
        for name in ("manual-journals", "manual-journal-check", "manual-journal-limit")
    },
    **{
        f"api:manual-journal{act}": lambda world: {"slug": world.book.slug, "journal": world.journal.public_id}
        for act in ("", "-submit", "-post", "-approve", "-refuse", "-withdraw", "-reverse", "-files", "-words-erasure")
    },
    "api:manual-journal-file": lambda world: {
        "slug": world.book.slug,
        "journal": world.journal.public_id,
        "file": world.journal.attachments.get().public_id,
    },
    **{
        f"treasury:{name}": lambda world: {
            "slug": world.organisation.slug, "book": world.book.slug, "imported": world.imported
        }
        for name in ("imported", "import-file")
    },
    **{
        name: lambda world: {
            "slug": world.organisation.slug, "book": world.book.slug, "entry": world.entry.public_id
        }
        for name in ("treasury:entry", "treasury:entry-erase-words")
    },
    "api:entry-words-erasure": lambda world: {"slug": world.book.slug, "entry": world.entry.public_id},
}  # fmt: skip


def parts_of(name: str, names: frozenset[str], world: World) -> dict[str, object]:
    """Give the parts of an address."""
    if name in PARTS:
        return PARTS[name](world)
    values: dict[str, object] = {
        "slug": world.book.slug if name.startswith("api:") and "books" in name else world.organisation.slug,
        "offer": world.closed_offer.slug,
        "book": world.book.slug,
        "code": "1260",
        "public_id": world.application.public_id,
    }
    if name in {
        "api:trial-balance",
        "api:entries",
        "api:accounts",
        "api:account-closing",
        "api:holds",
        "api:closings",
        "api:year-ends",
        "api:financial-year",
        "api:imports",
        "api:journal-csv",
        "api:journal-txt",
    }:
        values["slug"] = world.book.slug
    return {part: values[part] for part in names}


TABLE: tuple[Row, ...] = (
    *builder.ROWS,
    *checks.ROWS,
    *claims.ROWS,
    *invoices.ROWS,
    *contracts.ROWS,
    *investors.ROWS,
    *providers.ROWS,
    *publishing.ROWS,
    *overview.ROWS,
    *reports.ROWS,
    *endings.ROWS,
    # --- anybody ---------------------------------------------------------------------------------
    public("marketplace:home"),
    public("marketplace:offers"),
    public("marketplace:offer"),
    public("marketplace:offer_document"),
    public("marketplace:how_it_works"),
    public("marketplace:risks"),
    public("marketplace:complaints"),
    public("marketplace:privacy"),
    public("marketplace:accessibility"),
    public("api:offers"),
    public("api:offer"),
    public("api:verify"),
    public("api:consent_wordings"),
    public("api:schema"),
    public("api:docs"),
    public("documents:verify"),
    public("foundation:healthz"),
    public("foundation:readyz"),
    public("shares:apply"),
    public("shares:apply", "post"),
    public("payments:stripe_webhook", "post"),
    # --- whoever is signed in, on their own things -------------------------------------------------
    signed_in("people:me"),
    signed_in("people:profile"),
    signed_in("people:profile", "post"),
    signed_in("people:particulars"),
    signed_in("people:particulars", "post"),
    signed_in("people:data"),
    signed_in("people:data_download", "post"),
    signed_in("people:data_erase"),
    signed_in("people:data_erase", "post"),
    signed_in("people:keys"),
    signed_in("people:keys", "post"),
    owner("people:key_revoke", "post"),
    signed_in("api:me", scope="me:read"),
    signed_in("api:applications", scope="applications:read"),
    signed_in("api:applications", "post", scope="applications:write"),
    # --- the applicant; officers of the society may read -------------------------------------------
    owner("shares:tasks"),
    owner("shares:amount"),
    owner("shares:amount", "post"),
    owner("shares:details"),
    owner("shares:details", "post"),
    owner("shares:consents"),
    owner("shares:consents", "post"),
    owner("shares:review"),
    owner("shares:pay"),
    owner("shares:pay", "post"),
    owner("shares:paid"),
    owner("shares:cancel"),
    owner("shares:cancel", "post"),
    owner("shares:statement", "post"),
    owner("api:application", scope="applications:read"),
    owner("api:application", "patch", scope="applications:write"),
    owner("api:application_consents", "post", scope="applications:write"),
    owner("api:application_checkout", "post", scope="applications:write"),
    owner("api:application_cancel", "post", scope="applications:write"),
    owner("documents:download", "get", SECRETARY, TREASURER, DIRECTOR),
    owner("api:document", "get", SECRETARY, TREASURER, DIRECTOR, scope="holdings:read"),
    # --- officers of the organisation --------------------------------------------------------------
    officers("people:group"),
    officers("people:officers", "get", SECRETARY, DIRECTOR, STAFF),  # staff appoints the first secretary
    officers("people:officers", "post", SECRETARY, STAFF),
    officers("people:role_end", "get", SECRETARY, STAFF),
    officers("people:role_end", "post", SECRETARY, STAFF),
    officers("shares:offers"),
    officers("shares:offer"),
    officers("shares:close"),
    officers("shares:close", "post", SECRETARY),
    officers("shares:allot"),
    officers("shares:allot", "post", SECRETARY),
    officers("shares:fail"),
    officers("shares:fail", "post", SECRETARY),
    officers("shares:refunds"),
    officers("shares:refunds_act", "post", SECRETARY),
    officers("shares:register"),
    officers("shares:inspection"),
    officers("api:offer_close", "post", SECRETARY, scope="offers:write"),
    officers("api:offer_allot", "post", SECRETARY, scope="offers:write"),
    officers("api:offer_fail", "post", SECRETARY, scope="offers:write"),
    officers("api:register", scope="register:read"),
    officers("treasury:books"),
    officers("treasury:month-end"),
    officers("treasury:book"),
    officers("treasury:account"),
    officers("treasury:entry"),
    officers("treasury:entry-erase-words", "get", TREASURER),
    officers("treasury:entry-erase-words", "post", TREASURER),
    officers("treasury:find-entries"),
    officers("treasury:chart"),
    officers("treasury:add-account", "post", TREASURER),
    officers("treasury:retire-account", "post", TREASURER),
    officers("treasury:closing"),
    officers("treasury:close-for-good", "post", TREASURER),
    officers("treasury:close-softly", "post", TREASURER),
    officers("treasury:carry-year", "post", TREASURER),
    officers("treasury:reports"),
    officers("treasury:report"),
    *(officers(f"treasury:report-{shape}", "get", TREASURER) for shape in ("csv", "xlsx", "pdf")),
    officers("treasury:kept-report", "get", TREASURER),
    officers("treasury:journal-csv", "get", TREASURER),
    officers("treasury:journal-txt", "get", TREASURER),
    officers("api:trial-balance", scope="books:read"),
    officers("api:entries", scope="books:read"),
    officers("api:entry-words-erasure", "post", TREASURER, scope="books:write"),
    officers("api:accounts", scope="books:read"),
    officers("api:accounts", "post", TREASURER, scope="books:write"),
    officers("api:account-closing", "post", TREASURER, scope="books:write"),
    officers("api:holds", scope="books:read"),
    officers("api:closings", scope="books:read"),
    officers("api:closings", "post", TREASURER, scope="books:write"),
    officers("api:year-ends", "post", TREASURER, scope="books:write"),
    officers("api:reports", scope="books:read"),
    officers("api:report", scope="books:read"),
    *(officers(f"api:report-{shape}", "get", TREASURER, scope="books:read") for shape in ("csv", "xlsx", "pdf")),
    officers("api:kept-report", "get", TREASURER, scope="books:read"),
    officers("api:journal-csv", "get", TREASURER, scope="books:read"),
    officers("api:journal-txt", "get", TREASURER, scope="books:read"),
    officers("treasury:financial-year"),
    officers("treasury:financial-year", "post", TREASURER),
    officers("api:financial-year", scope="books:read"),
    officers("api:financial-year", "post", TREASURER, scope="books:write"),
    officers("treasury:import", "get", TREASURER),
    officers("treasury:import", "post", TREASURER),
    officers("treasury:import-confirm", "post", TREASURER),
    officers("treasury:imported"),
    officers("treasury:import-file", "get", TREASURER),
    officers("api:imports", scope="books:read"),
    officers("api:imports", "post", TREASURER, scope="books:write"),
    officers("treasury:journals"),
    officers("treasury:book-journals"),
    officers("treasury:journal"),
    officers("treasury:journal-file"),
    officers("treasury:journal-new", "get", TREASURER),
    officers("treasury:journal-new", "post", TREASURER),
    officers("treasury:journal-check", "post", TREASURER),
    officers("treasury:journal-edit", "get", TREASURER),
    officers("treasury:journal-edit", "post", TREASURER),
    officers("treasury:journal-submit", "post", TREASURER),
    officers("treasury:journal-approve", "post", TREASURER, DIRECTOR),
    officers("treasury:journal-refuse", "post", TREASURER, DIRECTOR),
    officers("treasury:journal-withdraw", "post", TREASURER),
    officers("treasury:journal-reverse", "post", TREASURER),
    officers("treasury:journal-erase-words", "get", TREASURER),
    officers("treasury:journal-erase-words", "post", TREASURER),
    officers("treasury:journal-attach", "post", TREASURER),
    officers("treasury:journal-detach", "post", TREASURER),
    officers("treasury:journal-limit"),
    officers("api:manual-journals", scope="books:read"),
    officers("api:manual-journals", "post", TREASURER, scope="books:write"),
    officers("api:manual-journal-check", "post", TREASURER, scope="books:read"),
    officers("api:manual-journal", scope="books:read"),
    officers("api:manual-journal", "put", TREASURER, scope="books:write"),
    officers("api:manual-journal-submit", "post", TREASURER, scope="books:write"),
    officers("api:manual-journal-post", "post", TREASURER, scope="books:write"),
    officers("api:manual-journal-approve", "post", TREASURER, DIRECTOR, scope="books:write"),
    officers("api:manual-journal-refuse", "post", TREASURER, DIRECTOR, scope="books:write"),
    officers("api:manual-journal-withdraw", "post", TREASURER, scope="books:write"),
    officers("api:manual-journal-reverse", "post", TREASURER, scope="books:write"),
    officers("api:manual-journal-words-erasure", "post", TREASURER, scope="books:write"),
    officers("treasury:journal-limit", "post", DIRECTOR, SECRETARY),
    officers("api:manual-journal-files", "post", TREASURER, scope="books:write"),
    officers("api:manual-journal-file", scope="books:read"),
    officers("api:manual-journal-file", "delete", TREASURER, scope="books:write"),
    officers("api:manual-journal-limit", scope="books:read"),
    officers("api:manual-journal-limit", "post", DIRECTOR, SECRETARY, scope="books:write"),
    Row("api:books", "get", SIGNED_IN, scope="books:read"),
    Row("foundation:job", "get", OFFICERS),
    Row("api:job", "get", OFFICERS, scope="jobs:read"),
    officers("payments:overview", "get", TREASURER, SECRETARY),
    officers("payments:refunds", "get", TREASURER, SECRETARY),
    officers("payments:run", "get", TREASURER, SECRETARY),
    officers("payments:run_measure", "post", TREASURER),
    officers("payments:run_start", "post", TREASURER),
    officers("payments:matter", "get", TREASURER, SECRETARY),
    officers("payments:matter", "post", TREASURER),
    officers("payments:ask_again", "post", TREASURER),
    officers("payments:recorded_list"),
    officers("payments:recorded"),
    *(
        officers(f"payments:record_{what}", method, TREASURER)
        for what in ("receipt", "payment")
        for method in ("get", "post")
    ),
    officers("payments:recorded_approve", "post", TREASURER, DIRECTOR),
    officers("payments:recorded_refuse", "post", TREASURER, DIRECTOR),
    officers("payments:recorded_withdraw", "post", TREASURER),
    officers("payments:recorded_reverse", "post", TREASURER),
    officers("api:recorded-list", scope="payments:read"),
    officers("api:recorded", scope="payments:read"),
    officers("api:record-receipt", "post", TREASURER, scope="payments:write"),
    officers("api:record-payment", "post", TREASURER, scope="payments:write"),
    officers("api:recorded-approve", "post", TREASURER, DIRECTOR, scope="payments:write"),
    officers("api:recorded-refuse", "post", TREASURER, DIRECTOR, scope="payments:write"),
    officers("api:recorded-withdraw", "post", TREASURER, scope="payments:write"),
    officers("api:recorded-reverse", "post", TREASURER, scope="payments:write"),
    officers("api:payment-list", "get", TREASURER, SECRETARY, scope="payments:read"),
    officers("api:payment", "get", TREASURER, SECRETARY, scope="payments:read"),
    officers("api:receipt-list", "get", TREASURER, SECRETARY, scope="payments:read"),
    officers("api:refund-list", "get", TREASURER, SECRETARY, scope="payments:read"),
    officers("api:refund-run-list", "get", TREASURER, SECRETARY, scope="payments:read"),
    officers("api:payment-attention-list", "get", TREASURER, SECRETARY, scope="payments:read"),
    # --- platform staff ----------------------------------------------------------------------------
    staff("payments:platform", refused=404),
    staff("foundation:outbox", refused=404),
    staff("foundation:outbox-again", "post", refused=404),
)

# Addresses that the sign-in library brings and tests itself; ours are tested in tests/people.
NOT_OURS = ("account_", "mfa_")
__all__ = ["ALL", "NOT_OURS", "OWNER", "STAFF", "TABLE", "parts_of"]
