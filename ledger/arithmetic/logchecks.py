"""Whether the lines of a log fit together: their order, their hashes, their chain and their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ledger.arithmetic.content import (
    EntryContent,
    TransferContent,
    UnknownHashVersion,
    compute_hashes,
    compute_narration_digest,
    compute_seal_hash,
)
from ledger.arithmetic.logs import Facts

#: What may come after what; a line belongs to the first stage at or after the present one that has its type.
_STAGES: Final = (
    frozenset({"header"}),
    frozenset({"book"}),
    frozenset({"account"}),
    frozenset({"account_closure"}),
    frozenset({"entry", "period", "period_balance"}),
    frozenset({"hold"}),
    frozenset({"soft_close"}),
    frozenset({"balance"}),
    frozenset({"anchor"}),
    frozenset({"end"}),
)
_ONCE: Final = frozenset({"header", "book", "soft_close", "end"})
_COUNTED: Final = {
    "accounts": "account",
    "entries": "entry",
    "transfers": "transfer",
    "periods": "period",
    "holds": "hold",
    "balances": "balance",
    "anchors": "anchor",
}


class LogCheck:
    """Takes the lines of a log one by one and says what is wrong with each. Holds no more than the accounts."""

    def __init__(self) -> None:
        """Before the first line."""
        self.seq = 0
        self.head = ""
        self._stage = -1
        self._slug = ""
        self._currencies: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._sealing_is_over = False

    @property
    def is_whole(self) -> bool:
        """Whether the last line has been seen."""
        return self._stage == len(_STAGES) - 1

    def check(self, facts: Facts) -> Iterator[str]:
        """Go through what is wrong with the next line.

        Args:
            facts: As `ledger.arithmetic.logs.read_line` gives them.
        """
        kind = facts["type"]
        yield from self._in_order(kind)
        self._counts[kind] += 1
        check = getattr(self, f"_check_{kind}", None)
        if check is not None:
            yield from check(facts)

    def _in_order(self, kind: str) -> Iterator[str]:
        stage = next(number for number, kinds in enumerate(_STAGES) if kind in kinds)
        if stage < self._stage or (kind in _ONCE and self._counts[kind]):
            yield f"a line of the type {kind} has no place here"
        elif any(not self._counts[first] for first in ("header", "book")[:stage]):
            yield "the log does not begin with its header and its book"
        self._stage = max(stage, self._stage)

    def _check_book(self, facts: Facts) -> Iterator[str]:
        self._slug = facts["slug"]
        yield from ()

    def _check_account(self, facts: Facts) -> Iterator[str]:
        if facts["code"] in self._currencies:
            yield f"account {facts['code']} is there twice"
        if not facts["is_control"] and not facts["owner_floor"] is facts["owner_ceiling"] is None:
            yield f"account {facts['code']} has no owners whose part could have a limit"
        self._currencies[facts["code"]] = facts["currency"]

    def _check_account_closure(self, facts: Facts) -> Iterator[str]:
        yield from self._known(facts["account"])

    def _check_entry(self, facts: Facts) -> Iterator[str]:
        self._counts["transfer"] += len(facts["lines"])
        for line in facts["lines"]:
            yield from self._check_transfer(line)
        try:
            fingerprint, content_hash = compute_hashes(content_of(self._slug, facts), version=facts["hash_version"])
        except UnknownHashVersion:
            fingerprint, content_hash = facts["fingerprint"], ""
        if content_hash != facts["content_hash"]:
            yield "the entry or its transfers are not what was hashed"
        if fingerprint != facts["fingerprint"]:
            yield "the fingerprint is not that of the entry"
        if not _words_hold(facts):
            yield "the narration is not what was hashed"
        yield from self._check_link(facts)

    def _check_link(self, facts: Facts) -> Iterator[str]:
        seal = facts["seal"]
        if seal is None:
            self._sealing_is_over = True
            return
        if self._sealing_is_over:
            yield "a sealed entry comes after one that is not sealed"
        expected = compute_seal_hash(
            book=self._slug, seq=self.seq + 1, previous=self.head, content_hash=facts["content_hash"]
        )
        if seal["seq"] != self.seq + 1:
            yield f"entry no. {self.seq + 1} is missing, this one is no. {seal['seq']}"
        elif (seal["previous_hash"], seal["hash"]) != (self.head, expected):
            yield f"no. {seal['seq']} does not follow from the entry and the seal before"
        self.seq, self.head = seal["seq"], seal["hash"]

    def _check_transfer(self, line: Mapping[str, Any]) -> Iterator[str]:
        for side in ("debit", "credit"):
            yield from self._known(line[side])
            if self._currencies.get(line[side], line["currency"]) != line["currency"]:
                yield f"account {line[side]} is not kept in {line['currency']}"
        if (line["debit"], line["debit_owner"]) == (line["credit"], line["credit_owner"]):
            yield "a transfer moves money from a side to itself"

    def _check_period(self, facts: Facts) -> Iterator[str]:
        if (facts["head_seq"], facts["head_hash"]) != (self.seq, self.head):
            yield "the period was not closed at this place of the chain"
        if self._sealing_is_over:
            yield "a period is closed after an entry that is not sealed"

    def _check_period_balance(self, facts: Facts) -> Iterator[str]:
        if not self._counts["period"]:
            yield "a closed balance comes before its period"
        yield from self._known(facts["account"])

    def _check_hold(self, facts: Facts) -> Iterator[str]:
        yield from self._check_transfer(facts)
        end = facts["end"]
        if end is not None and (end["how"] == "posted") != bool(end["entry"] and end["amount"]):
            yield "a hold ends by an entry and an amount exactly when it was posted"

    def _check_balance(self, facts: Facts) -> Iterator[str]:
        yield from self._known(facts["account"])

    def _check_end(self, facts: Facts) -> Iterator[str]:
        for name, kind in _COUNTED.items():
            if facts[name] != self._counts[kind]:
                yield f"{facts[name]} {name} were written, {self._counts[kind]} are here"
        if (facts["head_seq"], facts["head_hash"]) != (self.seq, self.head):
            yield "the chain does not end where it should"

    def _known(self, code: str) -> Iterator[str]:
        if code not in self._currencies:
            yield f"the book has no account {code}"


def transfers_of(facts: Facts) -> list[TransferContent]:
    """Give the transfers of an entry's line as they are hashed."""
    return [TransferContent(**line) for line in facts["lines"]]


def content_of(slug: str, facts: Facts) -> EntryContent:
    """Give the entry of a line as it is hashed."""
    return EntryContent(
        book=slug,
        public_id=facts["public_id"],
        key=facts["key"],
        kind=facts["kind"],
        effective_on=facts["effective_on"],
        recorded_at=facts["recorded_at"],
        actor=facts["actor"],
        source=facts["source"],
        reason=facts["reason"],
        batch=facts["batch"],
        authority=facts["authority"],
        reverses=facts["reverses"],
        narration_digest=facts["narration_digest"],
        transfers=transfers_of(facts),
    )


def _words_hold(facts: Facts) -> bool:
    words = facts["narration"]
    if words is None:
        return not facts["narration_digest"]
    if words["erased_at"] is not None:
        return not words["text"] and not words["salt"] and bool(facts["narration_digest"])
    return bool(words["text"]) and (
        compute_narration_digest(words["text"], salt=words["salt"]) == facts["narration_digest"]
    )
