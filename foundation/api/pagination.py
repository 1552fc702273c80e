"""Pages of lists: by cursor, so that rows written meanwhile neither repeat nor disappear."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

MAX_PAGE_SIZE = 200


class CursorPages(CursorPagination):
    """Fifty rows a page unless asked otherwise by `limit`, and never more than two hundred."""

    page_size = 50
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "limit"
    page_size_query_description = "How many rows to return, at most 200."
    ordering = "-id"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        """Give one page; a cursor that we did not make is answered with 404, not with an error of ours."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, TypeError, ValidationError, DataError):
            raise NotFound(_("Invalid cursor.")) from None
