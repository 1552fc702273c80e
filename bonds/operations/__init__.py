"""What can be done under an outcomes contract. Views, API and tasks call these and nothing else."""

from bonds.operations.accepting import accept_waiting, begin_acceptance
from bonds.operations.accruing import accrue_interest
from bonds.operations.adjusting import adjust_lines
from bonds.operations.adjusting_long import begin_adjustment, begin_adjustment_preview, preview_adjustment
from bonds.operations.advancing import ask_for_advance, record_advance
from bonds.operations.calling import call_capital
from bonds.operations.claiming import answer_query, put_in_claim, submit_claim, take_from_claim, withdraw_lines
from bonds.operations.clawing import take_back_lines
from bonds.operations.closing import begin_run_off, close_contract
from bonds.operations.closing_samples import begin_sample_closing
from bonds.operations.committing import cancel_commitments
from bonds.operations.compensating import accept_compensation
from bonds.operations.deciding import (
    accept_lines,
    accept_unanswered,
    check_line,
    flag_line,
    query_line,
    reject_lines,
)
from bonds.operations.disputing import raise_dispute, record_adjudication
from bonds.operations.distributing import distribute, withdraw_run
from bonds.operations.drafting import (
    begin_variation,
    open_contract,
    propose_version,
    take_back_version,
    withdraw_version,
    write_terms,
)
from bonds.operations.invoicing import issue_invoices, record_purchase_order
from bonds.operations.issuing import begin_issuing
from bonds.operations.noticing import record_notice_policy
from bonds.operations.parties import add_party, describe_approach, end_role, give_role
from bonds.operations.planning import make_plan
from bonds.operations.provider_dues import accrue_provider_dues, begin_booking
from bonds.operations.provider_payments import pay_provider
from bonds.operations.provider_statements import issue_provider_statement
from bonds.operations.publishing import publish_contract, withdraw_publication
from bonds.operations.receiving import record_invoice_receipt
from bonds.operations.recognising import record_recognition
from bonds.operations.refunding import record_overpayment_refund
from bonds.operations.reminding import remind_overdue
from bonds.operations.sampling import close_sample, draw_paid_sample, record_findings
from bonds.operations.sharing_out import begin_sharing_out
from bonds.operations.signing import sign_version
from bonds.operations.submitting import begin_submission
from bonds.operations.taxing import record_vat_treatment
from bonds.operations.undoing_compensation import undo_compensation
from bonds.operations.withholding import record_withholding
from bonds.operations.writing_off import write_off

__all__ = [
    "accept_compensation",
    "accept_lines",
    "accept_unanswered",
    "accept_waiting",
    "accrue_interest",
    "accrue_provider_dues",
    "add_party",
    "adjust_lines",
    "answer_query",
    "ask_for_advance",
    "begin_acceptance",
    "begin_adjustment",
    "begin_adjustment_preview",
    "begin_booking",
    "begin_issuing",
    "begin_run_off",
    "begin_sample_closing",
    "begin_sharing_out",
    "begin_submission",
    "begin_variation",
    "call_capital",
    "cancel_commitments",
    "check_line",
    "close_contract",
    "close_sample",
    "describe_approach",
    "distribute",
    "draw_paid_sample",
    "end_role",
    "flag_line",
    "give_role",
    "issue_invoices",
    "issue_provider_statement",
    "make_plan",
    "open_contract",
    "pay_provider",
    "preview_adjustment",
    "propose_version",
    "publish_contract",
    "put_in_claim",
    "query_line",
    "raise_dispute",
    "record_adjudication",
    "record_advance",
    "record_findings",
    "record_invoice_receipt",
    "record_notice_policy",
    "record_overpayment_refund",
    "record_purchase_order",
    "record_recognition",
    "record_vat_treatment",
    "record_withholding",
    "reject_lines",
    "remind_overdue",
    "sign_version",
    "submit_claim",
    "take_back_lines",
    "take_back_version",
    "take_from_claim",
    "undo_compensation",
    "withdraw_lines",
    "withdraw_publication",
    "withdraw_run",
    "withdraw_version",
    "write_off",
    "write_terms",
]
