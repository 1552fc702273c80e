"""`expand[]`: ids replaced by the objects they name, up to four levels deep."""

from typing import Any

from standin.errors import invalid
from standin.models import (
    Account,
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Customer,
    Dispute,
    PaymentIntent,
    Refund,
    StripeObject,
    TopUp,
)
from standin.shapes import show, show_list
from standin.shapes.checkout import show_line_items

DEEPEST = 4

# What may be expanded in which object; the rest is refused, as Stripe refuses it.
EXPANDABLE = {
    "checkout.session": {"customer", "payment_intent"},
    "payment_intent": {"customer", "latest_charge"},
    "charge": {"balance_transaction", "customer", "payment_intent"},
    "refund": {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
    "dispute": {"charge", "payment_intent"},
    "balance_transaction": {"source"},
    "topup": {"balance_transaction"},
}
MODELS: tuple[type[StripeObject], ...] = (
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Customer,
    Dispute,
    PaymentIntent,
    Refund,
    TopUp,
)
_BY_PREFIX = {model.prefix: model for model in MODELS}


def expand(shown: dict[str, Any], paths: list[str], *, account: Account) -> None:
    """Expand a reply in place.

    Args:
        shown: the reply.
        paths: such as `payment_intent.latest_charge`, or `data.charge` in a list.
        account: whose objects may be shown.

    Raises:
        StripeError: a path is too deep or names something that cannot be expanded.
    """
    for path in paths:
        keys = path.split(".")
        if len([key for key in keys if key != "data"]) > DEEPEST:
            message = f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}"
            raise invalid(message, param="expand")
        _expand_path(shown, keys, path=path, account=account)


def _expand_path(shown: dict[str, Any], keys: list[str], *, path: str, account: Account) -> None:
    key, rest = keys[0], keys[1:]
    if shown.get("object") == "list" and key == "data":
        for item in shown["data"]:
            _expand_path(item, rest, path=path, account=account) if rest else None
        return
    _add_included(shown, key, account=account)
    value = shown.get(key)
    is_included = isinstance(value, dict) and value.get("object") == "list"
    if not is_included and key not in EXPANDABLE.get(str(shown.get("object")), ()):
        message = f"This property cannot be expanded ({path}). You may want to try the object that holds it instead."
        raise invalid(message, param="expand")
    if isinstance(value, str):
        value = _find_shown(value, account=account)
        shown[key] = value
    if rest and isinstance(value, dict):
        _expand_path(value, rest, path=path, account=account)


def _add_included(shown: dict[str, Any], key: str, *, account: Account) -> None:
    """Add what Stripe shows only when asked: the lines of a session, the refunds of a charge."""
    if shown.get("object") == "checkout.session" and key == "line_items" and key not in shown:
        session = CheckoutSession.objects.get(account=account, id=shown["id"])
        url = f"/v1/checkout/sessions/{session.id}/line_items"
        shown[key] = show_list(show_line_items(session), url=url, has_more=False)
    if shown.get("object") == "charge" and key == "refunds" and key not in shown:
        refunds = [show(refund) for refund in Refund.objects.filter(account=account, charge__id=shown["id"])[:10]]
        shown[key] = show_list(refunds, url=f"/v1/charges/{shown['id']}/refunds", has_more=False)


def _find_shown(object_id: str, *, account: Account) -> dict[str, Any]:
    model = _BY_PREFIX[object_id.rsplit("_", 1)[0]]
    return show(model.objects.get(account=account, id=object_id))
