"""A QR code as an inline picture."""

from __future__ import annotations

import segno


def qr_data_uri(address: str) -> str:
    """Return an SVG QR code of an address as a `data:` URI for an `img` element.

    Args:
        address: An absolute web address; medium error correction survives a crease in the paper.
    """
    return str(segno.make(address, error="m", micro=False).svg_data_uri(border=0, dark="#26211b"))
