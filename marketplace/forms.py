"""The search form: read from the address, so a search can be sent to a friend."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from marketplace.arithmetic import district_of
from marketplace.queries.offers import Search
from shares.models.choices import VENTURE_KINDS

LONGEST_PAGE_NUMBER = 5


class SearchForm(forms.Form):
    """What somebody looks for. What is malformed is left out rather than refused: a search never fails."""

    near = forms.CharField(
        label=_("Near"),
        required=False,
        max_length=60,
        help_text=_("A town, a council area or the first half of a postcode"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    q = forms.CharField(label=_("With these words"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind of venture"), required=False, choices=[("", _("any kind")), *VENTURE_KINDS])
    over = forms.BooleanField(label=_("Show offers that are over"), required=False)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        kept = {name: str(data.get(name, "")).replace("\x00", "") for name in ("near", "q", "kind", "over")}
        district = district_of(kept["near"])
        # Whatever the page shows or links to, it is the district: the rest of a postcode is forgotten here.
        kept["near"] = (district or kept["near"])[:60]
        kept["q"] = kept["q"][:80]
        kept["kind"] = kept["kind"] if kept["kind"] in dict(VENTURE_KINDS) else ""
        super().__init__(kept, **kwargs)

    def search(self, page: str) -> Search:
        """Give what is looked for, and which page of it."""
        self.full_clean()
        number = int(page) if page.isascii() and page.isdigit() and len(page) <= LONGEST_PAGE_NUMBER else 1
        return Search(
            words=self.cleaned_data.get("q", ""),
            near=self.cleaned_data.get("near", ""),
            kind=self.cleaned_data.get("kind", ""),
            over=self.cleaned_data.get("over", False),
            page=number,
        )

    def address(self) -> str:
        """Give the search as the query of an address, empty parts left out."""
        return urlencode({name: value for name, value in self.data.items() if value})
