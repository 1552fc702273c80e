"""What a person is given when they ask what the treasury keeps on them."""

from __future__ import annotations

from typing import Any

from treasury.models import ManualJournal


def export_journals(person: str) -> dict[str, Any]:
    """Give the journals that a person wrote some of; what others wrote of them is found by the society.

    Args:
        person: Public id of the person.
    """
    rows = ManualJournal.objects.written_by(person).prefetch_related("lines", "attachments__file")
    return {
        "manual_journals": [
            {
                "id": row.public_id,
                "state": row.state,
                "date": row.effective_on,
                "narration": row.narration,
                "created_at": row.created_at,
                "lines": [line.text for line in row.lines.all() if line.text],
                "files": [one.file.name for one in row.attachments.all()],
            }
            for row in rows
        ]
    }
