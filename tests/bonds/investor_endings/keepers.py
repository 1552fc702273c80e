"""Pages of a contract whose holder is acted for by its treasurer, who keeps the investors' side."""

from __future__ import annotations

from tests.bonds.claim_pages.conftest import Room
from tests.people.support import make_officer, sign_in


class Keepers(Room):
    """The holder's treasurer acts; of other parties any officer."""

    def as_(self, code):
        if code not in self.users:
            role = "treasurer" if code == "holder" else "secretary"
            self.users[code] = make_officer(
                self.world.parties[code].organisation, email=f"{code}@example.org", role=role
            )
        if code not in self.clients:
            self.clients[code] = sign_in(self.users[code])
        return self.clients[code]
