"""Recording what was achieved, what shows it, and that it was not so."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.forms import results as result_forms
from bonds.operations import evidence as evidence_operations
from bonds.operations import results as operations
from bonds.queries import evidence as evidence_queries
from bonds.queries import results as result_queries
from bonds.views.acts import ActView
from foundation import clock


class RecordResultView(ActView):
    """A person achieved something."""

    form_class = result_forms.ResultForm
    title = gettext_lazy("Somebody achieved something")
    intro = gettext_lazy("Record it when it has happened. What it is paid is worked out when it is claimed.")
    fields: ClassVar[dict[str, str]] = {
        "bonds.no_person": "person",
        "bonds.not_started": "person",
        "bonds.metric_unknown": "metric",
        "bonds.measured_in_groups": "metric",
        "bonds.result_recorded_already": "metric",
        "bonds.result_in_future": "achieved_on",
        "bonds.before_service": "achieved_on",
        "bonds.before_start": "achieved_on",
        "bonds.after_run_off": "achieved_on",
        "bonds.quantity_below_one": "quantity",
        "bonds.quantity_not_one": "quantity",
    }

    def get_initial(self) -> dict[str, Any]:
        """Take the person from the address, where one came from their page."""
        return super().get_initial() | {"person": self.request.GET.get("person", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the results that are people's own."""
        metrics = result_queries.metrics_of(self.contract).values()
        offered = [(one.code, one.name) for one in metrics if result_queries.is_of_people(one)]
        return super().get_form_kwargs() | {"metrics": offered}

    def act(self, form: result_forms.ResultForm) -> str:
        """Record it."""
        cleaned = form.cleaned_data
        event = operations.record_result(
            participant=self.own_person(cleaned["person"]),
            metric=cleaned["metric"],
            achieved_on=cleaned["achieved_on"],
            quantity=cleaned["quantity"],
            **self.facts(),
        )
        messages.success(self.request, _("Recorded. Add what shows it."))
        return self.go("result", event.public_id)

    def back(self) -> str:
        """The list of results."""
        return self.go("results")


class RecordGroupResultView(ActView):
    """A group was measured, or given something."""

    form_class = result_forms.GroupResultForm
    title = gettext_lazy("A group was measured")
    intro = gettext_lazy("For results that are not each person's own: a measured group, days or services in all.")
    fields: ClassVar[dict[str, str]] = RecordResultView.fields | {
        "bonds.person_missing": "metric",
        "bonds.measurement_unsound": "measurement",
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the results that are a group's."""
        metrics = result_queries.metrics_of(self.contract).values()
        offered = [(one.code, one.name) for one in metrics if result_queries.is_of_groups(one)]
        return super().get_form_kwargs() | {"metrics": offered}

    def act(self, form: result_forms.GroupResultForm) -> str:
        """Record it."""
        cleaned = form.cleaned_data
        event = operations.record_group_result(
            cohort=cleaned["cohort"],
            metric=cleaned["metric"],
            achieved_on=cleaned["achieved_on"],
            quantity=cleaned["quantity"],
            measurement=cleaned["measurement"],
            **self.facts(),
        )
        messages.success(self.request, _("Recorded. Add what shows it."))
        return self.go("result", event.public_id)

    def back(self) -> str:
        """The list of results."""
        return self.go("results")


class WithdrawResultView(ActView):
    """A result turned out not to be so."""

    form_class = result_forms.WithdrawForm
    title = gettext_lazy("Withdraw this result")
    button = gettext_lazy("Withdraw it")
    intro = gettext_lazy("It stays in the record, marked as withdrawn, and counts for nothing. It cannot be undone.")
    fields: ClassVar[dict[str, str]] = {"bonds.reason_missing": "reason"}

    def act(self, form: result_forms.WithdrawForm) -> str:
        """Withdraw it."""
        operations.withdraw_result(
            event=self.own_result(), reason=form.cleaned_data["reason"], actor=self.actor, at=clock.now()
        )
        messages.success(self.request, _("The result is withdrawn."))
        return self.back()

    def back(self) -> str:
        """The result."""
        return self.go("result", self.own_result().public_id)


class _EvidenceView(ActView):
    """What every hand-over of evidence shares."""

    form_class = result_forms.EvidenceForm
    button = gettext_lazy("Hand it in")
    fields: ClassVar[dict[str, str]] = {
        "bonds.evidence_not_asked_for": "kind",
        "bonds.day_not_possible": "dated_on",
        "bonds.evidence_empty": "reference",
        "files.empty": "file",
        "files.too_big": "file",
        "files.type_refused": "file",
    }

    def kinds(self) -> frozenset[str]:
        """What the terms ask for here."""
        raise AssertionError("each page says it")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the kinds that the terms ask for."""
        offered = [(one, one.replace("_", " ")) for one in sorted(self.kinds())]
        return super().get_form_kwargs() | {"kinds": offered}

    def hand_in(self, form: result_forms.EvidenceForm, **what: Any) -> None:
        """Keep it; more bytes than evidence may have are not even read."""
        cleaned = form.cleaned_data
        upload = cleaned["file"]
        file = None
        if upload:
            content = upload.read(evidence_operations.MAX_FILE_BYTES + 1)
            file = evidence_operations.NewFile(content, upload.name or "")
        evidence_operations.add_evidence(
            kind=cleaned["kind"],
            dated_on=cleaned["dated_on"],
            reference=cleaned["reference"],
            file=file,
            is_redacted=cleaned["is_redacted"],
            **what,
            **self.facts(),
        )
        messages.success(self.request, _("Kept. It serves all payers."))


class AddEvidenceView(_EvidenceView):
    """What shows a result."""

    title = gettext_lazy("Hand in what shows it")
    intro = gettext_lazy("Once is enough: it serves every payer, whatever their rules.")

    def kinds(self) -> frozenset[str]:
        """What the result's rules ask for."""
        return evidence_queries.kinds_for_event(self.own_result())

    def act(self, form: result_forms.EvidenceForm) -> str:
        """Keep it."""
        self.hand_in(form, event=self.own_result())
        return self.back()

    def back(self) -> str:
        """The result."""
        return self.go("result", self.own_result().public_id)


class AddPersonEvidenceView(_EvidenceView):
    """What is known of a person, such as a sighting."""

    title = gettext_lazy("Hand in something about the person")
    intro = gettext_lazy("For what shows no single result, such as being seen sleeping rough.")

    def kinds(self) -> frozenset[str]:
        """What any rule asks for."""
        return evidence_queries.kinds_for_person(self.contract)

    def act(self, form: result_forms.EvidenceForm) -> str:
        """Keep it."""
        self.hand_in(form, participant=self.own_person(self.kwargs["person"]))
        return self.back()

    def back(self) -> str:
        """The person."""
        return self.go("person", self.own_person(self.kwargs["person"]).pseudonym)
