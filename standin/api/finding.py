"""Finding objects of an account, and pages of them."""

from typing import Any, TypeVar

from standin.api.parameters import Parameters
from standin.errors import invalid, missing
from standin.models import Account, StripeObject
from standin.shapes import show, show_list

USUAL_PAGE = 10
LARGEST_PAGE = 100

Kind = TypeVar("Kind", bound=StripeObject)


def get_object(model: type[Kind], account: Account, object_id: str, *, param: str) -> Kind:
    """Return an object of this account.

    Raises:
        StripeError: 404 where there is none, or where it is another account's.
    """
    found = model.objects.filter(account=account, id=object_id).first()
    if found is None:
        raise missing(model.noun, object_id, param=param)
    return found


def list_objects(
    model: type[Kind], account: Account, parameters: Parameters, *, url: str, **filters: Any
) -> dict[str, Any]:
    """Return one page of an account's objects, newest first, by Stripe's cursors.

    Args:
        model: what to list.
        account: whose.
        parameters: `limit`, `starting_after`, `ending_before` and `created` are read from it.
        url: the path that the list names as its own.
        filters: field lookups; those with an empty value do not count.

    Raises:
        StripeError: a cursor names no object of this account, or both cursors are given.
    """
    limit = parameters.integer("limit", least=1, most=LARGEST_PAGE) or USUAL_PAGE
    after = parameters.text("starting_after")
    before = parameters.text("ending_before")
    if after and before:
        raise invalid("Only one of `starting_after` and `ending_before` can be given.", param="ending_before")
    wanted = {key: value for key, value in filters.items() if value}
    found = model.objects.filter(account=account, **wanted, **_created_filters(parameters))
    parameters.refuse_unknown()

    if before:
        newer = found.filter(number__gt=get_object(model, account, before, param="ending_before").number)
        page = list(newer.order_by("number")[: limit + 1])
        return show_list([show(item) for item in page[:limit][::-1]], url=url, has_more=len(page) > limit)
    if after:
        found = found.filter(number__lt=get_object(model, account, after, param="starting_after").number)
    page = list(found.order_by("-number")[: limit + 1])
    return show_list([show(item) for item in page[:limit]], url=url, has_more=len(page) > limit)


def _created_filters(parameters: Parameters) -> dict[str, int]:
    if not parameters.has("created"):
        return {}
    if parameters.is_group("created"):
        bounds = parameters.level("created")
        read = {key: bounds.integer(key) for key in ("gt", "gte", "lt", "lte")}
        return {f"created__{key}": value for key, value in read.items() if value is not None}
    return {"created": parameters.required_integer("created")}
