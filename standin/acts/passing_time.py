"""What time does by itself: sessions expire, money becomes available, waiting refunds are paid, slow cards finish."""

from django.db.models import QuerySet

from standin import clock
from standin.acts import checkout, refunds
from standin.models import Account, CheckoutSession
from standin.store import writing


def catch_up() -> None:
    """Do all that is due by now. Safe and cheap to repeat: it writes only when something may be due."""
    if not (_overdue_sessions() or refunds.find_slow_refunds() or refunds.find_waiting_refunds()):
        return
    with writing():
        for session in _overdue_sessions():
            checkout.expire_session(session)
        refunds.finish_slow_refunds()
        for account in Account.objects.filter(pk__in=refunds.find_waiting_refunds().values("account")):
            refunds.pay_waiting_refunds(account)


def _overdue_sessions() -> QuerySet[CheckoutSession]:
    return CheckoutSession.objects.filter(status="open", expires_at__lte=clock.now()).order_by("number")
