"""What a file is, judged by its content."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/svg+xml": ".svg",
    "text/csv": ".csv",
    "text/plain": ".txt",
}
# Shown in the browser on request; everything else is always downloaded.
INLINE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/svg+xml"})

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_TEXT_TYPES = frozenset({"text/csv", "text/plain"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_SVG = "{http://www.w3.org/2000/svg}"
# What can run, load or replace the page; "style" may load from elsewhere.
_FORBIDDEN_ELEMENTS = frozenset({"script", "foreignObject", "iframe", "object", "embed", "style", "handler", "set"})
_LINK_ATTRIBUTES = frozenset({"href", "{http://www.w3.org/1999/xlink}href", "src"})


def find_media_type(content: bytes, said: str) -> str | None:
    """Tell the media type of some content, or None when we keep no such thing.

    Args:
        content: The whole content.
        said: What the sender says; it only decides between CSV and plain text, which look alike.
    """
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    text = _as_text(content)
    if text is None:
        return None
    head = text.lstrip("\ufeff").lstrip()
    if head.startswith("<"):
        return "image/svg+xml" if is_harmless_svg(text) else None
    return said if said in _TEXT_TYPES else "text/plain"


def is_harmless_svg(text: str) -> bool:
    """Tell whether text is an SVG picture that can neither run nor load anything."""
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE) or "<?xml-stylesheet" in text:
        return False
    try:
        root = ElementTree.fromstring(text.encode())  # noqa: S314  entities are refused above
    except (ElementTree.ParseError, ValueError, LookupError):
        return False
    return root.tag == f"{_SVG}svg" and all(_is_harmless_element(element) for element in root.iter())


def _is_harmless_element(element: ElementTree.Element) -> bool:
    if not isinstance(element.tag, str) or not element.tag.startswith(_SVG):
        return False
    if element.tag.removeprefix(_SVG) in _FORBIDDEN_ELEMENTS:
        return False
    return all(_is_harmless_attribute(name, value) for name, value in element.attrib.items())


def _is_harmless_attribute(name: str, value: str) -> bool:
    """No event handlers; links only within the picture or to a picture inside it."""
    plain = name.rpartition("}")[2].lower()
    if plain.startswith("on"):
        return False
    if name in _LINK_ATTRIBUTES:
        return value.startswith("#") or re.match(r"data:image/(png|jpeg);base64,", value) is not None
    compact = re.sub(r"\s+", "", value).lower()
    return "javascript:" not in compact and not re.search(r"url\((?!['\"]?#)", compact)


def _as_text(content: bytes) -> str | None:
    """The content as UTF-8 text without control characters, or None."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text
