"""What an entry comes from has words and a page: a payment, a refund, an allotment; else its reference."""

import pytest
from django.urls import reverse

from foundation.owners import find_source
from ledger.models import Entry
from payments.models import Refund
from shares import operations
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


def test_payments_refunds_and_allotments():
    offer = make.open_offer()
    make.paid(offer, 200)
    left = make.paid(offer, 20)
    operations.cancel_application(application=left, actor=make.actor_of(left.user), at=make.NOW)
    refund = Refund.objects.get()
    batch = make.allot(operations.succeed_offer(offer=make.closed_offer(offer), actor=make.SECRETARY, at=make.AFTER))
    slug = offer.organisation.slug

    found = {source.partition("_")[0]: find_source(source) for source in Entry.objects.values_list("source", flat=True)}

    assert (found["pay"].label, found["pay"].url) == ("Card payment", reverse("payments:overview", args=[slug]))
    assert find_source(refund.public_id).url == reverse("payments:refunds", args=[slug])
    assert find_source(batch.public_id).url == reverse("shares:offer", args=[slug, offer.slug])
    assert batch.minute_reference in find_source(batch.public_id).label
    assert find_source(left.public_id).label != left.public_id
    assert (find_source("odd_1").label, find_source("mjn_none").label) == ("odd_1", "mjn_none")
