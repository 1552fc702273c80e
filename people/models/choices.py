"""The words that people, organisations and roles may take."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do for an organisation.

    A director sits on the committee; the secretary keeps the register and the offers; the treasurer keeps the
    books. One person may hold several.
    """

    SECRETARY = "secretary", _("Secretary")
    TREASURER = "treasurer", _("Treasurer")
    DIRECTOR = "director", _("Director")


class OrganisationKind(models.TextChoices):
    """What an organisation is in law; what it does in a contract is a role there, not a kind."""

    COMMUNITY_BENEFIT_SOCIETY = "community_benefit_society", _("Community benefit society")
    CO_OPERATIVE_SOCIETY = "co_operative_society", _("Co-operative society")
    COMPANY = "company", _("Company")
    CHARITY = "charity", _("Charity")
    PUBLIC_BODY = "public_body", _("Public body")
    FUND = "fund", _("Fund")
    OTHER = "other", _("Other")


class EmailPurpose(models.TextChoices):
    """What a member gave an e-mail address for: the register has to say it.

    Source: Co-operative and Community Benefit Societies Act 2014 s.30 (electronic address and the purposes for
    which it was notified).
    """

    NOTICES = "notices", _("Notices of meetings and votes")
    STATEMENTS = "statements", _("Statements and certificates")
    NEWS = "news", _("News from the society")


class Scope(models.TextChoices):
    """What an API key may be allowed to do; a view names the scope that it needs."""

    JOBS_READ = "jobs:read", _("Follow the progress of long tasks")
    ME_READ = "me:read", _("See who the key belongs to and their roles")
    OFFERS_READ = "offers:read", _("Read share offers")
    OFFERS_WRITE = "offers:write", _("Change share offers")
    APPLICATIONS_READ = "applications:read", _("Read applications for shares")
    APPLICATIONS_WRITE = "applications:write", _("Make and pay applications for shares")
    DOCUMENTS_READ = "documents:read", _("Read certificates and other documents")
    HOLDINGS_READ = "holdings:read", _("Read shareholdings and certificates")
    REGISTER_READ = "register:read", _("Read the register of members")
    PAYMENTS_READ = "payments:read", _("Read payments and refunds")
    PAYMENTS_WRITE = "payments:write", _("Record money that came or went, for a second person to approve")
    BOOKS_READ = "books:read", _("Read the books and take exports")
    BOOKS_WRITE = "books:write", _("Post to the books")
    CONTRACTS_READ = "contracts:read", _("Read outcome contracts, results and claims")
    CONTRACTS_WRITE = "contracts:write", _("Write the terms and parties of outcome contracts")
    CLAIMS_WRITE = "claims:write", _("Record people and results, and claim for them")
