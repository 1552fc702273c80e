"""Manual journals: written by a treasurer, let in by a second person where the limit asks for one."""

from treasury.operations.journals.deciding import (
    APPROVAL_KIND,
    ENTRY_KIND,
    approve_journal,
    post_journal,
    refuse_journal,
    submit_journal,
)
from treasury.operations.journals.drafting import change_draft, withdraw_journal, write_draft
from treasury.operations.journals.errors import (
    JournalChanged,
    JournalUnreadable,
    JournalUnsound,
    JournalWrongState,
    LimitUnusable,
    NotReversible,
    NoWords,
    ReversalUnderWay,
    SecondPersonNeeded,
    TooManyFiles,
    WhyMissing,
)
from treasury.operations.journals.files import MAX_FILE_BYTES, MAX_FILES, attach_file, detach_file, read_attachment
from treasury.operations.journals.limits import set_limit
from treasury.operations.journals.privacy import erase_journals, erase_words, merge_journals
from treasury.operations.journals.reversing import reverse_due_journals, reverse_journal

__all__ = [
    "APPROVAL_KIND",
    "ENTRY_KIND",
    "MAX_FILES",
    "MAX_FILE_BYTES",
    "JournalChanged",
    "JournalUnreadable",
    "JournalUnsound",
    "JournalWrongState",
    "LimitUnusable",
    "NoWords",
    "NotReversible",
    "ReversalUnderWay",
    "SecondPersonNeeded",
    "TooManyFiles",
    "WhyMissing",
    "approve_journal",
    "attach_file",
    "change_draft",
    "detach_file",
    "erase_journals",
    "erase_words",
    "merge_journals",
    "post_journal",
    "read_attachment",
    "refuse_journal",
    "reverse_due_journals",
    "reverse_journal",
    "set_limit",
    "submit_journal",
    "withdraw_journal",
    "write_draft",
]
