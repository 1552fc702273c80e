"""The parts that pages are made of: fields tied to their words, money, days, summaries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from moneyed import Money

from foundation.templatetags.ui import day, moment, pounds, whole_pounds


def render(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


class Form(forms.Form):
    full_name = forms.CharField(label="Full name", help_text="As in the register")
    kind = forms.ChoiceField(label="For whom", choices=[("a", "Myself"), ("b", "A society")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree", error_messages={"required": "Tick the box to agree"})
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_ties_label_hint_and_error_together():
    html = render("{% field form.full_name %}", form=Form({}))

    assert '<label for="id_full_name">Full name</label>' in html
    assert 'id="id_full_name_helptext"' in html
    assert 'id="id_full_name_error"' in html
    assert 'aria-describedby="id_full_name_helptext id_full_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_good_field_describes_only_its_hint():
    html = render("{% field form.full_name hint='Another' prefix='£' width='10' %}", form=Form())

    assert "Another" in html
    assert "As in the register" not in html
    assert 'aria-describedby="id_full_name_helptext"' in html
    assert '<span aria-hidden="true">£</span>' in html
    assert "w-10" in html


def test_choices_are_a_fieldset_with_a_legend():
    html = render("{% field form.kind big=True %}", form=Form({}))

    assert '<fieldset id="id_kind" aria-describedby="id_kind_error" aria-invalid="true">' in html
    assert '<legend class="big">For whom</legend>' in html
    assert '<label for="id_kind_1">A society</label>' in html


def test_a_tick_box_has_its_label_beside_it_and_optional_fields_say_so():
    html = render("{% form_fields form %}", form=Form())

    assert '<label for="id_agree">I agree</label>' in html
    assert html.count("(optional)") == 1
    assert 'type="hidden"' in html


def test_the_error_summary_links_to_the_fields_and_names_them_once():
    form = Form({})
    form.add_error(None, "Nothing fits")

    html = render("{% error_summary form %}", form=form)

    assert '<a href="#id_full_name">Full name: This field is required.</a>' in html
    assert '<a href="#id_kind_0">For whom: This field is required.</a>' in html
    assert '<a href="#id_agree">Tick the box to agree</a>' in html
    assert "<li>Nothing fits</li>" in html
    assert 'role="alert"' in html


def test_there_is_no_summary_where_all_is_well():
    good = Form({"full_name": "Ann", "kind": "a", "agree": "on"})

    assert render("{% error_summary form other %}", form=good, other=None).strip() == ""
    assert render("{% error_summary form %}", form=Form()).strip() == ""


@pytest.mark.parametrize(
    ("value", "full", "short"),
    [
        (123_450, "£1,234.50", "£1,234.50"),
        (12_000_000, "£120,000.00", "£120,000"),
        (Money(Decimal("25"), "GBP"), "£25.00", "£25"),
        (-5, "-£0.05", "-£0.05"),
        (0, "£0.00", "£0"),
        (None, "", ""),
    ],
)
def test_amounts_are_written_as_people_write_them(value, full, short):
    assert (pounds(value), whole_pounds(value)) == (full, short)


def test_days_and_instants_are_london_s():
    assert day(date(2026, 11, 2)) == "2 November 2026"
    assert day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "2 July 2026"
    assert moment(datetime(2026, 7, 1, 16, 30, tzinfo=UTC)) == "1 July 2026 at 5:30pm"
    assert moment(datetime(2026, 12, 1, 12, 0, tzinfo=UTC)) == "1 December 2026 at 12pm"
    assert moment(datetime(2026, 12, 1, 0, 5, tzinfo=UTC)) == "1 December 2026 at 12:05am"
    assert render("{% when at %}", at=date(2026, 11, 2)) == '<time datetime="2026-11-02">2 November 2026</time>'


def test_a_state_says_its_word_and_a_warning_its_risk():
    assert render("{% status 'awaiting_payment' %}") == '<span class="badge doing">Awaiting payment</span>'
    assert render("{% status 'open' 'Open now' %}") == '<span class="badge good">Open now</span>'
    warned = render("{% warning title='Beware' %}<p>{{ text }}</p>{% endwarning %}", text="<all>")
    assert warned == '<div class="warning" role="note"><p class="warning-title">Beware</p><p>&lt;all&gt;</p></div>'


def test_lists_of_facts_steps_and_tasks():
    facts = render("{% summary_list rows %}", rows=[("Name", "Ann <b>", "/change/"), ("Town", "Moor")])
    steps = render("{% steps names 2 %}", names=["Amount", "Details", "Pay"])
    tasks = render("{% task_list tasks %}", tasks=[{"name": "Write", "url": "/w/", "state": "done", "hint": "Soon"}])

    assert "Ann &lt;b&gt;" in facts
    assert '<a href="/change/">Change<span class="hidden-visually"> Name</span></a>' in facts
    assert facts.count("<a ") == 1
    assert steps.count('aria-current="step"') == 1
    assert steps.index("Details") > steps.index('aria-current="step"')
    assert '<a href="/w/">Write</a>' in tasks
    assert "Soon" in tasks
