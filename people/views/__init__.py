"""Pages of people and groups, and the mixins that the pages of other rooms build on."""

from people.views.mixins import OfficerPageMixin, RecentAuthenticationMixin, SignedInMixin

__all__ = ["OfficerPageMixin", "RecentAuthenticationMixin", "SignedInMixin"]
