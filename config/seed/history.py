"""The demo's past, day by day: applications paid, one offer allotted, one failed and paid back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.conf import settings

from config.demo_people import RESIDENT
from config.seed.books import keep_books, say_year_end
from config.seed.journals import write_journals
from config.seed.offers import SEED, actor_of, closing, found_society, opening, publish_offer
from config.seed.outcome_ending import EndedContract
from config.seed.outcome_nights import NightsContract
from config.seed.outcomes import Outcomes
from config.seed.people import give_particulars, make_applicant, make_users
from config.seed.places import BRACKENPORT, FALLOWMERE, HARROWDALE, HISTORY_DAYS, OFFERS, WHEATSHEAF, DemoOffer
from config.seed.recorded import record_money
from config.seed.standin import PracticeTill
from core.periods import legal_day, start_of_day
from foundation import audit
from payments.models import ProviderAccount
from payments.operations import refresh_payment
from people import operations as people_operations
from people.models import Organisation, Particulars, Person, User
from shares import operations
from shares.models import Application, ConsentWording, ShareOffer

DONE = "demo.seeded"
DAYS_AFTER_CLOSE = 4
# What the society adds to its card account, so that every payment can go back although the fees are gone.
FLOAT_PENCE = 20_000
ROSA_BUYS = {HARROWDALE.slug: 500, BRACKENPORT.slug: 200}
Applicant = tuple[User, Person, Particulars]


@dataclass
class History:
    """What is done on which instant; `tell` runs it in order with the stand-in's clock moving along."""

    now: datetime
    till: PracticeTill
    users: dict[str, User] = field(default_factory=dict)
    offers: dict[str, ShareOffer] = field(default_factory=dict)
    deeds: list[tuple[datetime, Callable[[datetime], object]]] = field(default_factory=list)

    def tell(self, say: Callable[[str], None]) -> None:
        """Make the whole past of the demo.

        Args:
            say: Is told how far it is.
        """
        self.till.turn("webhooks/mode", mode="dropped")
        begin = self.now - timedelta(days=HISTORY_DAYS)
        self.users = make_users(at=begin)
        for number, place in enumerate(OFFERS):
            organisation = found_society(place, users=self.users, till=self.till, at=begin)
            self.deeds.append((opening(place, legal_day(self.now)), self._publication(place, organisation)))
            self._plan_applications(place, first=number * 3)
            self._plan_outcome(place)
        for done, (at, deed) in enumerate(sorted(self.deeds, key=lambda item: item[0])):
            self._move_clock_to(at)
            deed(at)
            if done % 10 == 0:
                say(f"{done} of {len(self.deeds)}")
        self._move_clock_to(self.now)
        self.till.turn("webhooks/mode", mode="normal")
        self._begin_half_an_application()
        kept = [self.offers[place.slug].organisation for place in (WHEATSHEAF, FALLOWMERE)]
        shop = self.offers[FALLOWMERE.slug].organisation
        say_year_end(organisation=shop, users=self.users, at=self.now)
        keep_books(organisations=kept, users=self.users, today=legal_day(self.now), at=self.now)
        pub = Organisation.objects.get(slug=WHEATSHEAF.slug)
        write_journals(organisation=pub, users=self.users, today=legal_day(self.now), at=self.now)
        record_money(organisation=pub, users=self.users, today=legal_day(self.now), at=self.now)
        Outcomes(users=self.users, now=self.now).tell(say)
        EndedContract(users=self.users, now=self.now).tell()
        NightsContract(users=self.users, now=self.now).tell()
        audit.record(actor=SEED.ref, action=DONE, at=self.now)

    def _publication(self, place: DemoOffer, organisation: Organisation) -> Callable[[datetime], object]:
        def deed(_at: datetime) -> None:
            self.offers[place.slug] = publish_offer(place, organisation, users=self.users, today=legal_day(self.now))

        return deed

    def _plan_applications(self, place: DemoOffer, *, first: int) -> None:
        opens = opening(place, legal_day(self.now))
        days = min(place.opened_days_ago - 1, place.open_for_days - 3)
        for index, pounds in enumerate(place.amounts):
            # Many come in the first days, then it ebbs, as offers do.
            share = (index + 1) ** 2 * days * 24 // len(place.amounts) ** 2
            day = legal_day(opens + timedelta(hours=max(1, share - 1)))
            # People buy between breakfast and bedtime; on the first day not before the offer opens.
            hour = 10 + index * 5 % 12 if day == legal_day(opens) else 8 + index * 5 % 14
            at = start_of_day(day) + timedelta(hours=hour, minutes=index * 7 % 55)
            self.deeds.append((at, self._application(place, number=first + index, pounds=pounds)))

    def _application(self, place: DemoOffer, *, number: int, pounds: int) -> Callable[[datetime], object]:
        def deed(at: datetime) -> None:
            applicant = self._applicant(place, number=number, pounds=pounds, at=at)
            self._pay(self._fill_in(place, applicant, pounds=pounds, at=at), at=at)

        return deed

    def _applicant(self, place: DemoOffer, *, number: int, pounds: int, at: datetime) -> Applicant:
        if ROSA_BUYS.get(place.slug) == pounds:
            user = self.users[RESIDENT.email]
            person = people_operations.give_person(user=user)
            name = f"{RESIDENT.given_name} {RESIDENT.family_name}"
            return user, person, give_particulars(person, name, 0, place="Thistlewick", postcode="HG3 9ZZ", at=at)
        return make_applicant(number, place=place.place, postcode=f"{place.outcode} 9ZZ", at=at)

    def _fill_in(self, place: DemoOffer, applicant: Applicant, *, pounds: int, at: datetime) -> Application:
        user, person, particulars = applicant
        actor = actor_of(user)
        application = operations.start_application(
            offer=self.offers[place.slug], user=user, actor=actor, at=at
        ).application
        operations.set_number_of_shares(
            application=application, number_of_shares=pounds // place.price, actor=actor, at=at
        )
        operations.give_particulars(application=application, person=person, particulars=particulars, actor=actor, at=at)
        wordings = [wording.pk for wording in ConsentWording.objects.in_force(legal_day(at))]
        operations.give_consents(application=application, wording_ids=wordings, actor=actor, at=at)
        return application

    def _pay(self, application: Application, *, at: datetime) -> None:
        page = operations.pay_application(
            application=application,
            success_url=f"{settings.PUBLIC_BASE_URL}/applications/{application.public_id}/paid/",
            cancel_url=f"{settings.PUBLIC_BASE_URL}/applications/{application.public_id}/",
            actor=SEED,
            at=at,
        )
        session = PurePosixPath(urlsplit(page).path).name
        self.till.turn(f"checkout/{session}/pay")
        application.refresh_from_db()
        assert application.payment_id is not None
        refresh_payment(payment_id=application.payment_id, at=at)

    def _plan_outcome(self, place: DemoOffer) -> None:
        if place.outcome == "open":
            return
        over = closing(place, legal_day(self.now))
        deed = self._allot if place.outcome == "allotted" else self._fail
        self.deeds.append((over, lambda at: operations.close_offer(offer=self.offers[place.slug], actor=SEED, at=at)))
        self.deeds.append((over + timedelta(days=DAYS_AFTER_CLOSE), lambda at: deed(place, at)))

    def _allot(self, place: DemoOffer, at: datetime) -> None:
        offer = operations.succeed_offer(offer=self.offers[place.slug], actor=SEED, at=at)
        operations.allot_shares(
            offer=offer,
            minute_reference="Board 2026/07, item 3",
            board_on=legal_day(at),
            allotted_on=legal_day(at),
            actor=SEED,
            at=at,
        )

    def _fail(self, place: DemoOffer, at: datetime) -> None:
        self.till.turn(f"accounts/{self._account(place)}/float", amount=FLOAT_PENCE)
        operations.fail_offer(
            offer=self.offers[place.slug],
            reason="The minimum was not reached.",
            is_contingency=False,
            actor=SEED,
            at=at,
        )

    def _account(self, place: DemoOffer) -> str:
        return ProviderAccount.objects.get(organisation=self.offers[place.slug].organisation).account_id

    def _begin_half_an_application(self) -> None:
        """Leave Rosa an application that she began yesterday and has not finished."""
        user = self.users[RESIDENT.email]
        actor = actor_of(user)
        application = operations.start_application(
            offer=self.offers[FALLOWMERE.slug], user=user, actor=actor, at=self.now
        ).application
        operations.set_number_of_shares(application=application, number_of_shares=4, actor=actor, at=self.now)

    def _move_clock_to(self, at: datetime) -> None:
        told = self.till.turn("clock", seconds=0)
        ahead = int(at.timestamp()) - int(told["now"])
        if ahead > 0:
            self.till.turn("clock", seconds=ahead)
