"""Forms of the verifier's desk after payment: a sample and its findings; disputes; accepting all that waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds import states
from bonds.arithmetic.sampling import LEAST_SEED_LENGTH, MOST_SEED_LENGTH
from bonds.forms.claims import NAMES_NOBODY
from bonds.forms.fields import DayInput
from bonds.models import SampleItem
from bonds.queries.claims import WORDS_LENGTH
from bonds.queries.disputes import ADJUDICATOR_LENGTH

STANDS, FAILS = "yes", "no"


class DrawForm(forms.Form):
    """From which days a sample is drawn, and the seed."""

    from_on = forms.DateField(
        label=gettext_lazy("Lines that were paid from"), widget=DayInput(), input_formats=["%Y-%m-%d"]
    )
    last_on = forms.DateField(label=gettext_lazy("To, and including"), widget=DayInput(), input_formats=["%Y-%m-%d"])
    seed = forms.CharField(
        label=gettext_lazy("Seed of the draw"),
        min_length=LEAST_SEED_LENGTH,
        max_length=MOST_SEED_LENGTH,
        help_text=gettext_lazy(
            "16 characters or more that nobody could choose for what they draw: dice thrown before witnesses, or the "
            "numbers of a public lottery on a day agreed before. A random one is filled in."
        ),
    )
    act = forms.ChoiceField(choices=[("count", "count"), ("draw", "draw")], initial="count")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        if "\0" in cleaned.get("seed", ""):
            self.add_error("seed", _("This cannot be used."))
        return cleaned


class FindingsForm(forms.Form):
    """What was found about each of the lines on a page that has no finding yet."""

    act = forms.ChoiceField(choices=[("marked", "marked"), ("rest", "rest")], initial="marked")

    def __init__(self, *args: Any, items: Sequence[SampleItem], **more: Any) -> None:
        super().__init__(*args, **more)
        self.items = [item for item in items if not hasattr(item, "finding")]
        for item in self.items:
            who = item.line.event.participant.pseudonym if item.line.event.participant else item.line.event.cohort
            self.fields[f"found_{item.public_id}"] = forms.ChoiceField(
                label=_("Line %(place)s, %(who)s") % {"place": item.place, "who": who},
                choices=[("", _("not looked at yet")), (STANDS, _("it stands")), (FAILS, _("it does not stand"))],
                required=False,
                widget=forms.RadioSelect(),
            )
            self.fields[f"note_{item.public_id}"] = forms.CharField(
                label=_("Why line %(place)s does not stand") % {"place": item.place},
                required=False,
                max_length=WORDS_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rows(self) -> Iterator[tuple[SampleItem, BoundField, BoundField]]:
        """Give each line with its two fields."""
        for item in self.items:
            yield item, self[f"found_{item.public_id}"], self[f"note_{item.public_id}"]

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where a line does not stand, and for at least one finding."""
        cleaned = super().clean() or {}
        for item in self.items:
            note = f"note_{item.public_id}"
            fails = cleaned.get(f"found_{item.public_id}") == FAILS
            if fails and not cleaned.get(note, "").strip() and note not in self.errors:
                self.add_error(note, _("Say why the line does not stand: it is taken back."))
        if not self.errors and not list(self.findings()):
            self.add_error(None, _("Mark at least one line."))
        return cleaned

    def findings(self) -> Iterator[tuple[str, bool, str]]:
        """Give (place in the sample, whether it stands, why) for each line that is marked."""
        rest = self.cleaned_data.get("act") == "rest"
        for item in self.items:
            found = self.cleaned_data.get(f"found_{item.public_id}") or (STANDS if rest else "")
            if found:
                yield item.public_id, found == STANDS, self.cleaned_data.get(f"note_{item.public_id}", "")


class DisputeForm(forms.Form):
    """Why a party does not agree."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you not agree?"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "The other side, the verifier and the contract holder read this, and it stays in the record. Please name "
            "nobody: write the pseudonym."
        ),
    )


class AdjudicateForm(forms.Form):
    """What the adjudicator found."""

    finding = forms.ChoiceField(label=gettext_lazy("What was found"), widget=forms.RadioSelect())
    adjudicator = forms.CharField(
        label=gettext_lazy("Who decided"),
        max_length=ADJUDICATOR_LENGTH,
        help_text=gettext_lazy("The expert or the body that the contract names, such as “Vale & Partners, expert”."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What the finding rests on"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Both sides read this, and it stands on credit notes. Please name nobody: write the pseudonym."
        ),
    )

    def __init__(self, *args: Any, was: str, **more: Any) -> None:
        super().__init__(*args, **more)
        finding: Any = self.fields["finding"]
        finding.choices = findings_for(was)


class AcceptAllForm(forms.Form):
    """Accepting exactly the lines that were looked at."""

    digest = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput())
    after = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput())
    note = forms.CharField(
        label=gettext_lazy("What the decision rests on"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=NAMES_NOBODY,
    )


def findings_for(was: str) -> list[tuple[str, str]]:
    """Give what an adjudicator can find about a line that was decided in a way, with what follows from it."""
    state = states.LineState
    if was == state.REJECTED.value:
        return [
            (state.REJECTED.value, _("The rejection stands. Nothing is paid.")),
            (state.VALIDATED.value, _("The line is accepted after all. It is worked out and paid.")),
        ]
    if was == state.CLAWED_BACK.value:
        return [
            (state.CLAWED_BACK.value, _("It was rightly taken back. Nothing is paid.")),
            (state.VALIDATED.value, _("It was wrongly taken back. A new line is worked out and paid.")),
        ]
    return [
        (state.VALIDATED.value, _("The line stands as it was accepted.")),
        (state.CLAWED_BACK.value, _("The line does not stand. It is taken back, and what was paid is made good.")),
    ]
