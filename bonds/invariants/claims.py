"""What must always hold of terms, claims and invoices; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum

from bonds import states
from bonds.arithmetic.lines import SET_OFF
from bonds.arithmetic.standing import GaugeKey, Standing, key_of
from bonds.arithmetic.terms import Cap, CapScope, Terms
from bonds.models import (
    AssessmentRun,
    Claim,
    ClaimLine,
    ContractVersion,
    CreditUse,
    Invoice,
    LineReduction,
    LineResult,
    LineShare,
    LineStateChange,
    OutcomesContract,
    Overpayment,
    OverpaymentRefund,
    PartyRoleHeld,
    Signature,
)
from bonds.operations.postings import CLAIMS_SUBMITTED, CLAWBACK, DEBTORS, EARNED
from bonds.queries.recognition import sum_early
from bonds.queries.standing import build_standing
from bonds.queries.terms import signing_parties, terms_by_version, version_digest
from core.invariants import Invariant
from ledger import queries as ledger_queries
from ledger.models import Transfer

SPECIFICATION = "outcome contracts specification, section 6"


def find_results_that_do_not_add_up() -> Iterator[str]:
    """Lines whose gross amount is not what is paid and all that was cut, or with a cut below zero or without a name."""
    cuts = dict(LineReduction.objects.values_list("result_id").annotate(cut=Sum("pence")).order_by())
    for line, gross, net in LineResult.objects.values_list("pk", "gross_pence", "net_pence").order_by("pk"):
        if gross != net + cuts.get(line, 0):
            yield f"line {line}: gross {gross}, net {net}, reductions {cuts.get(line, 0)}"
    for reduction in LineReduction.objects.filter(Q(pence__lt=0) | Q(reason="")):
        yield f"line {reduction.result_id}: reduction {reduction.place} of {reduction.pence}"


def find_results_not_shared_out() -> Iterator[str]:
    """Lines whose payers' parts do not sum to what is paid."""
    shares = dict(LineShare.objects.values_list("result_id").annotate(sum=Sum("net_pence")).order_by())
    for line, net in LineResult.objects.values_list("pk", "net_pence").order_by("pk"):
        if net != shares.get(line, 0):
            yield f"line {line}: net {net}, shares {shares.get(line, 0)}"


def find_passed_caps() -> Iterator[str]:
    """Caps, and places of results that are paid only so often, that accepted lines have passed."""
    for contract in OutcomesContract.objects.filter(results__isnull=False).distinct():
        terms = terms_by_version(contract)
        standing = build_standing(contract, terms)
        for problem in [*_passed_caps(standing, terms), *_passed_places(standing, terms)]:
            yield f"{contract.reference}: {problem}"


def _passed_caps(standing: Standing, terms: dict[int, Terms]) -> Iterator[str]:
    # A version may lower a cap that was used before it: what counts is the widest that any version gives.
    widest: dict[GaugeKey, tuple[int, Cap]] = {}
    for version in terms.values():
        for cap in version.caps:
            key = key_of(cap, version)
            most = (cap.count or 0) if cap.amount is None else cap.amount
            if key not in widest or widest[key][0] < most:
                widest[key] = (most, cap)
    for version in terms.values():
        for cap in version.caps:
            most, wide = widest[key_of(cap, version)]
            for member, used in standing.gauge_of(cap, version).sums.items():
                if used > most and cap is wide:
                    yield f"cap {cap.code}: {used} of {most} used {_of(cap.scope, member)}".rstrip()


def _of(scope: CapScope, member: str) -> str:
    return "" if scope in {CapScope.CONTRACT, CapScope.PAYER} else f"of {member}"


def _passed_places(standing: Standing, terms: dict[int, Terms]) -> Iterator[str]:
    most: dict[str, int | None] = {}
    for version in terms.values():
        for metric in version.metrics:
            known = most.get(metric.code, 0)
            most[metric.code] = None if metric.most is None or known is None else max(known, metric.most)
    for (person, metric_code), taken in standing.taken.items():
        limit = most.get(metric_code)
        if limit is not None and taken > limit:
            yield f"{metric_code} of {person}: paid {taken} times, at most {limit}"


def find_decisions_by_claimants() -> Iterator[str]:
    """Lines that were accepted or rejected by whoever claimed them."""
    decided = [states.LineState.VALIDATED.value, states.LineState.REJECTED.value]
    for change in LineStateChange.objects.filter(to_state__in=decided, decider=F("claimant")):
        yield f"line {change.line_id} was decided by organisation {change.decider}"
    wrong = LineStateChange.objects.exclude(claimant=F("line__claim__provider__organisation_id"))
    for change in wrong:
        yield f"line {change.line_id} names organisation {change.claimant} as its claimant"


def find_claimants_who_verify() -> Iterator[str]:
    """Parties that are provider and verifier of one contract, at whatever times."""
    claiming = PartyRoleHeld.objects.of(states.CLAIMING_ROLES).values("party_id")
    for held in PartyRoleHeld.objects.of(states.VERIFYING_ROLES).filter(party__in=claiming).select_related("party"):
        yield f"{held.party.public_id} claims and verifies"


def find_changed_terms() -> Iterator[str]:
    """Versions in force or with the parties whose words are not those of the digest, or that somebody did not sign."""
    fixed = [states.VersionState.PROPOSED.value, states.VersionState.SIGNED.value]
    for version in ContractVersion.objects.filter(state__in=fixed).select_related("contract"):
        if version_digest(version) != version.digest:
            yield f"{version.public_id}: the words are not those of the digest"
        if version.state == states.VersionState.SIGNED.value:
            signed = set(
                Signature.objects.filter(version=version, digest=version.digest).values_list("party", flat=True)
            )
            missing = [party.code for party in signing_parties(version) if party.pk not in signed]
            if missing:
                yield f"{version.public_id}: not signed by {', '.join(missing)}"


def find_lines_without_result() -> Iterator[str]:
    """Accepted lines that were not worked out, and results of lines that were never accepted."""
    accepted = [state.value for state in states.ACCEPTED_STATES]
    for line in ClaimLine.objects.filter(state__in=accepted, result=None):
        yield f"{line.public_id} is {line.state} and was not worked out"
    never = ClaimLine.objects.filter(result__isnull=False).exclude(
        state_changes__to_state=states.LineState.VALIDATED.value
    )
    for line in never:
        yield f"{line.public_id} was worked out and never accepted"


def find_memo_differences() -> Iterator[str]:
    """Claims whose open lines are not what the memo book shows (9110)."""
    still_open = [state.value for state in states.OPEN_STATES]
    wanted = dict(
        ClaimLine.objects.filter(state__in=still_open)
        .values_list("claim__public_id")
        .annotate(sum=Sum("indicative_pence"))
        .order_by()
    )
    for contract in OutcomesContract.objects.exclude(state=states.ContractState.DRAFT.value):
        book = ledger_queries.get_book_by_slug(slug=contract.memo_slug)
        kept = ledger_queries.owner_balances(book=book, code=CLAIMS_SUBMITTED)
        for claim in Claim.objects.filter(contract=contract).values_list("public_id", flat=True):
            if kept.get(claim, 0) != wanted.get(claim, 0):
                yield f"{claim}: the memo book shows {kept.get(claim, 0)}, open lines are {wanted.get(claim, 0)}"


def find_runs_not_in_the_books() -> Iterator[str]:
    """Workings whose income in the books is not what their lines came to, entry by entry."""
    parts = LineShare.objects.values_list("result__run__public_id").annotate(sum=Sum("settled_pence")).order_by()
    settled = dict(parts)
    for run in AssessmentRun.objects.select_related("contract"):
        book = ledger_queries.get_book_by_slug(slug=run.contract.book_slug)
        lines = Transfer.objects.filter(entry__book=book, entry__key=f"bonds:accepted:{run.public_id}")
        income = lines.aggregate(
            earned=Sum("amount", filter=Q(credit_account__type="I")),
            back=Sum("amount", filter=Q(debit_account__type="I")),
        )
        posted = (income["earned"] or 0) - (income["back"] or 0)
        if posted != settled.get(run.public_id, 0):
            yield f"{run.public_id}: {posted} in the books, its lines come to {settled.get(run.public_id, 0)}"


def find_invoice_differences() -> Iterator[str]:
    """Contracts whose books do not show what was earned and not invoiced (1110), or what a payer still owes (1100)."""
    for contract in OutcomesContract.objects.exclude(state=states.ContractState.DRAFT.value):
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        parts = LineShare.objects.filter(result__contract=contract)
        # What was taken back before anybody was asked for it is earned no more.
        standing = parts.exclude(result__clawback__isnull=False, invoice_lines=None)
        earned = standing.aggregate(sum=Sum("net_pence"))["sum"] or 0
        asked = Invoice.objects.filter(contract=contract, kind=states.InvoiceKind.INVOICE.value)
        # A compensation is asked for at once, and was never among the results.
        of_results = asked.filter(compensation=None)
        given = Invoice.objects.filter(contract=contract, overpayment__source=F("public_id"), credits=None)
        # What a payer was given and is asked for again, since the line was taken back.
        again = parts.filter(net_pence__lt=0, result__clawback__isnull=False, invoice_lines__is_again=False)
        early = sum_early(contract)
        waiting = (
            early
            + earned
            + sum(
                sign * rows.aggregate(sum=Sum("net_pence", default=0))["sum"]
                for sign, rows in ((-1, of_results), (1, given), (-1, again))
            )
        )
        kept = ledger_queries.account_balance(book=book, code=EARNED)
        if kept != waiting:
            yield f"{contract.reference}: 1110 shows {kept}, {waiting} was earned and not invoiced"
        still_open = {
            row["payer__public_id"]: row["asked"] - row["settled"]
            for row in asked.values("payer__public_id")
            .annotate(asked=Sum(F("net_pence") + F("tax_pence")), settled=Sum("settled_pence"))
            .order_by()
        }
        owed = ledger_queries.owner_balances(book=book, code=DEBTORS)
        for payer in sorted(still_open.keys() | owed.keys()):
            if still_open.get(payer, 0) != owed.get(payer, 0):
                yield f"{payer}: owes {owed.get(payer, 0)} in the books, {still_open.get(payer, 0)} by its invoices"


def find_set_off_differences() -> Iterator[str]:
    """Contracts whose clawback provision (2410) is not what payers are owed: not set off, used or paid back."""
    for contract in OutcomesContract.objects.exclude(state=states.ContractState.DRAFT.value):
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        paid = Overpayment.objects.filter(contract=contract).aggregate(sum=Sum("pence"))["sum"] or 0
        cuts = LineReduction.objects.filter(result__contract=contract, reason=SET_OFF)
        used = CreditUse.objects.filter(overpayment__contract=contract)
        moved = OverpaymentRefund.objects.standing().filter(payer__contract=contract)
        left = paid - sum(rows.aggregate(sum=Sum("pence", default=0))["sum"] for rows in (cuts, used, moved))
        kept = ledger_queries.account_balance(book=book, code=CLAWBACK)
        if kept != left:
            yield f"{contract.reference}: 2410 shows {kept}, {left} is still owed to payers"


def find_run_gaps() -> Iterator[str]:
    """Contracts whose workings are not numbered without a gap."""
    for row in AssessmentRun.objects.values("contract__reference").annotate(runs=Count("pk"), last=Sum("number")):
        if row["last"] != row["runs"] * (row["runs"] + 1) // 2:
            yield f"{row['contract__reference']}: {row['runs']} runs do not number from 1"


CLAIM_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-1",
        "The gross amount of a line is what is paid and all that was cut; each cut has a name and is not below zero.",
        SPECIFICATION,
        ("bonds_result_adds_up", "bonds_reduction_adds_up", "bonds_reduction_named"),
        find_results_that_do_not_add_up,
    ),
    Invariant(
        "BND-2",
        "The payers' parts of a line sum to what is paid, to the penny.",
        SPECIFICATION,
        ("bonds_result_adds_up", "bonds_share_adds_up", "bonds_share_payer_once"),
        find_results_not_shared_out,
    ),
    Invariant(
        "BND-3",
        "No cap is passed, and no result is paid for a person more often than the terms say, whoever claims it.",
        SPECIFICATION,
        ("lock: operations.locks.lock_contract", "bonds_result_once_only"),
        find_passed_caps,
    ),
    Invariant(
        "BND-4",
        "Whoever claims a line never decides it, and no party is provider and verifier of one contract.",
        SPECIFICATION,
        ("bonds_line_claimant_never_verifies", "bonds_claimant_is_true", "lock: operations.parties.give_role"),
        lambda: [*find_decisions_by_claimants(), *find_claimants_who_verify()],
    ),
    Invariant(
        "BND-5",
        "A version in force is, word by word, what everybody who has to sign it signed.",
        SPECIFICATION,
        ("bonds_version_is_fixed", "bonds_signature_once"),
        find_changed_terms,
    ),
    Invariant(
        "BND-6",
        "Every accepted line was worked out once, and nothing else was.",
        SPECIFICATION,
        ("lock: operations.assessing.keep_results",),
        find_lines_without_result,
    ),
    Invariant(
        "BND-7",
        "The memo book shows, claim by claim, the indicative amount of the lines that are still open.",
        "treasury specification A8, V5 to V7",
        ("lock: operations.postings",),
        find_memo_differences,
    ),
    Invariant(
        "BND-8",
        "What a working came to is income in the contract's book, under one batch id with its claim.",
        "treasury specification A8, V6",
        ("lock: operations.postings.post_accepted",),
        find_runs_not_in_the_books,
    ),
    Invariant(
        "BND-9",
        "The workings of a contract are numbered from 1 without a gap.",
        SPECIFICATION,
        ("bonds_run_number_once", "lock: operations.locks.lock_contract"),
        find_run_gaps,
    ),
    Invariant(
        "BND-10",
        "What was earned and not invoiced, and what payers owe by their invoices, is what the contract's book shows.",
        "treasury specification A8, V6, V8 and V9",
        (
            "bonds_invoice_adds_up",
            "bonds_invoiceline_adds_up",
            "bonds_invoiceline_share_once",
            "bonds_invoice_is_fixed",
        ),
        find_invoice_differences,
    ),
    Invariant(
        "BND-11",
        "What payers have paid too much or are owed, and nothing has settled, is the clawback provision in the book.",
        "treasury specification A8, V10",
        ("bonds_overpayment_once", "bonds_overpayment_positive", "lock: operations.locks.lock_contract"),
        find_set_off_differences,
    ),
)
