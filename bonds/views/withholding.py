"""Tax on investors' interest: from whom it is withheld, what of it was paid over, and by when the rest is due."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations
from bonds.arithmetic.withholding import TaxRateUnknown
from bonds.forms.withholding import WithholdingForm
from bonds.operations.investor_errors import WithholdingUnsound
from bonds.operations.paying_tax import record_tax_paid
from bonds.policies import Standpoint
from bonds.policies import investors as policies
from bonds.queries.investor_money import waiting_by_subject
from bonds.queries.withholding import TAX_PURPOSE, InvestorTax, TaxStanding, find_tax_standing
from bonds.views.investor_acts import KeeperFormView
from bonds.views.investor_money import MovedView
from bonds.views.investors import InvestorsPageMixin
from foundation import clock
from foundation.access import Actor, Decision
from payments.models import RecordedMoney


@method_decorator(never_cache, name="dispatch")
class TaxView(InvestorsPageMixin, TemplateView):
    """Whose interest is taxed, what was withheld by return period, and what is to be paid over."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/investors/tax.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees it."""
        return policies.may_see_tax(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        facts = {
            "tax": find_tax_standing(self.contract, on=clock.today()),
            "today": clock.today(),
            "waiting": waiting_by_subject(TAX_PURPOSE, [self.contract.public_id]).get(self.contract.public_id, []),
        }
        return super().get_context_data(**facts | kwargs)


class WithholdingView(KeeperFormView):
    """Whether tax is withheld from one investor's interest."""

    template_name = "bonds/investors/withholding.html"
    form_class = WithholdingForm
    title = gettext_lazy("Tax on interest")
    about = gettext_lazy(
        "A company that pays yearly interest to a person, or to somebody who lives abroad, withholds income tax at the "
        "basic rate. Interest to a company or a registered charity in the United Kingdom is paid whole. If you are not "
        "sure, ask your accountant."
    )
    button = gettext_lazy("Write it down")
    done = gettext_lazy("Written down. The officers of the investor are told by mail.")

    @cached_property
    def investor(self) -> InvestorTax:
        """The investor of the address."""
        standing = find_tax_standing(self.contract, on=clock.today())
        found = next((one for one in standing.investors if one.party.code == self.kwargs["code"]), None)
        if found is None:
            raise Http404
        return found

    def get_initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"from_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whose it is, and what holds now."""
        return super().get_context_data(**{"investor": self.investor} | kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Write it down, or say beside the field why not."""
        assert isinstance(form, WithholdingForm)
        try:
            self.act(form.cleaned_data)
        except (WithholdingUnsound, TaxRateUnknown) as refused:
            form.take_refusal(refused.facts.get("field", "from_on"), refused.message)
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect(self.after())

    def after(self) -> str:
        """Lead to all investors."""
        return self.url("investor-tax")

    def act(self, typed: dict[str, Any]) -> None:
        """Write it down."""
        operations.record_withholding(party=self.investor.party, actor=self.actor, at=clock.now(), **typed)


class TaxPaymentView(MovedView):
    """Tax that was withheld was paid over."""

    is_receipt = False

    @cached_property
    def standing(self) -> TaxStanding:
        """What was withheld, and paid over."""
        return find_tax_standing(self.contract, on=clock.today())

    @property
    def open_pence(self) -> int:
        """What is to be paid over and was not written down yet."""
        waiting = waiting_by_subject(TAX_PURPOSE, [self.contract.public_id])
        return self.standing.open - sum(one.amount_pence for rows in waiting.values() for one in rows)

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write the payment down."""
        return record_tax_paid(contract=self.contract, **typed)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it is."""
        facts = {
            "title": _("Record that tax was paid over"),
            "who": _("HM Revenue and Customs"),
            "what": _("tax withheld from interest (CT61)"),
            "back_to": self.url("investor-tax"),
        }
        return super().get_context_data(**kwargs | facts)
