"""Share certificates a second with one and two worker processes, beside a bare WeasyPrint loop on the same pages."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from bench import world
from config.embedded.postgres import ROOT
from documents import operations as document_operations
from documents.exports.qr import qr_data_uri
from documents.models import Document
from documents.operations.rendering import verify_address
from foundation import registries
from foundation.clock import now
from foundation.models import OutboxMessage, OutboxState
from shares import operations
from shares.models import RegisterEntry, ShareOffer
from shares.queries.applications import CERTIFICATE
from tests.factories import shares as make
from tests.soak.servers import Servers

MEMBERS = 40
BATCHES = 3
PATIENCE_SECONDS = 240
_batches = count(1)


def measure(servers: Servers, tell: Callable[[str], None]) -> dict[str, Any]:
    """Make the same certificates again and again; the first batch of each worker warms it up."""
    offer = _allotted_offer(servers)
    pages = servers.folder / "pages.json"
    pages.write_text(json.dumps(_pages(offer)))
    rates: dict[str, float] = {}
    for processes in (1, 2):
        tell(f"  bare loop, {processes} process(es)")
        rates[f"bare_{processes}"] = _bare(pages, servers, processes)
        tell(f"  worker, {processes} process(es)")
        rates[f"worker_{processes}"] = _worker(offer, servers, processes)
    return {
        "yardstick": "WeasyPrint in a loop on the same pages: fonts set up once, tagged; nothing stored or mailed",
        "certificates_a_batch": MEMBERS,
        "batches": BATCHES,
        "a_second": {name: round(rate, 1) for name, rate in rates.items()},
        "worker_1_to_bare_1": round(rates["worker_1"] / rates["bare_1"], 2),
        "worker_2_to_bare_2": round(rates["worker_2"] / rates["bare_2"], 2),
        "worker_2_to_worker_1": round(rates["worker_2"] / rates["worker_1"], 2),
        "bare_2_to_bare_1": round(rates["bare_2"] / rates["bare_1"], 2),
    }


def _allotted_offer(servers: Servers) -> ShareOffer:
    offer = world.make_offer(servers, paid=MEMBERS)
    operations.close_offer(offer=offer, reason="The target is reached", actor=make.SECRETARY, at=now())
    make.allot(offer, at=now())
    # The act promised certificates; here they are made when they are timed.
    OutboxMessage.objects.exclude(state=OutboxState.DONE).update(state=OutboxState.DONE, done_at=now())
    return make.reread_offer(offer)


def _issue(offer: ShareOffer) -> tuple[str, list[Document]]:
    """A new edition of every certificate, under a batch of its own."""
    at, batch = now(), f"bench-{next(_batches)}"
    subjects = list(
        RegisterEntry.objects.filter(batch__offer=offer).order_by("number").values_list("public_id", flat=True)
    )
    for document in Document.objects.filter(kind=CERTIFICATE, subject__in=subjects, cancellation=None):
        document_operations.cancel_document(document=document, actor=make.SECRETARY, reason="again", at=at)
    issued = document_operations.issue_documents(
        kind=CERTIFICATE,
        organisation=offer.organisation,
        subjects=subjects,
        actor=make.SECRETARY,
        at=at,
        issued_on=at.date(),
        batch=batch,
    )
    return batch, issued


def _pages(offer: ShareOffer) -> list[str]:
    """The HTML of every certificate, as the room of documents fills it in."""
    kind = registries.DOCUMENT_KINDS.get(CERTIFICATE)
    pages = []
    for document in _issue(offer)[1]:
        address = verify_address(document)
        context = {
            **kind.context(document.subject),
            "document": document,
            "organisation": offer.organisation,
            "verify_url": address,
            "qr": qr_data_uri(address),
        }
        pages.append(render_to_string(kind.template, context))
    return pages


def _bare(pages: Path, servers: Servers, processes: int) -> float:
    """The sum of what so many loops make a second, at the same time."""
    loops = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.bare_loop", str(pages), str(BATCHES)],
            cwd=ROOT,
            env=servers.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    return sum(float(loop.communicate(timeout=PATIENCE_SECONDS)[0].split()[-1]) for loop in loops)


def _worker(offer: ShareOffer, servers: Servers, processes: int) -> float:
    """Certificates a second from the promise to the last file, by a Celery worker with so many processes."""
    servers.start_worker(processes=processes)
    try:
        _make_batch(offer)
        return BATCHES * MEMBERS / sum(_make_batch(offer) for _ in range(BATCHES))
    finally:
        servers.stop_web()


def _make_batch(offer: ShareOffer) -> float:
    """How long one batch takes, in seconds."""
    batch, _ = _issue(offer)
    began = time.perf_counter()
    document_operations.render_later(batch=batch, organisation=offer.organisation, actor=make.SECRETARY, at=now())
    _wait(lambda: Document.objects.in_batch(batch).filter(file=None).exists())
    took = time.perf_counter() - began
    # The mails with the certificates follow; they are not to run into the next batch.
    _wait(lambda: OutboxMessage.objects.exclude(state=OutboxState.DONE).exists())
    return took


def _wait(is_waiting: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while is_waiting():
        if time.monotonic() > until:
            raise RuntimeError("The worker does not get on.")
        time.sleep(0.03)
