"""Acts on users, persons, organisations, roles and keys."""

from people.operations.accounts import make_user, seed_second_factor, set_staff
from people.operations.keys import (
    IssuedKey,
    UnknownScope,
    issue_key,
    note_key_used,
    revoke_key,
)
from people.operations.organisations import (
    RoleHeldAlready,
    RoleNotHeld,
    RoleStartsLater,
    appoint_officer,
    end_role,
    found_organisation,
)
from people.operations.persons import (
    PersonErased,
    UnknownPurpose,
    give_person,
    merge_person,
    record_particulars,
)
from people.operations.privacy import Erasure, OfficerCannotBeErased, erase_person, export_person

__all__ = [
    "Erasure",
    "IssuedKey",
    "OfficerCannotBeErased",
    "PersonErased",
    "RoleHeldAlready",
    "RoleNotHeld",
    "RoleStartsLater",
    "UnknownPurpose",
    "UnknownScope",
    "appoint_officer",
    "end_role",
    "erase_person",
    "export_person",
    "found_organisation",
    "give_person",
    "issue_key",
    "make_user",
    "merge_person",
    "note_key_used",
    "record_particulars",
    "revoke_key",
    "seed_second_factor",
    "set_staff",
]
