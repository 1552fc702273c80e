"""Make a PDF/A-3a file from WeasyPrint claim and meet PDF/UA-1 as well.

# Note [Two standards in one file]

WeasyPrint writes either variant, not both. The file starts as PDF/A-3a, which is right except for what UA-1 asks
beyond it: header cells that say what they head, and the claim itself. The claim is a property that PDF/A does
not know, so its extension schema has to be described in the same `rdf:RDF`; a second one is ignored by
validators, which is why WeasyPrint's own way of adding metadata does not do.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pikepdf
from pikepdf import Name

PRINT_FLAG = 4
END_OF_RDF = b"</rdf:RDF>"


@cache
def _pdfua_claim() -> bytes:
    """The descriptions inside the shipped `rdf:RDF`, without the element around them."""
    source = (Path(__file__).parent / "pdfua_extension.rdf").read_bytes()
    return source.split(b'#">', 1)[1].rsplit(END_OF_RDF, 1)[0]


def finish_pdf(content: bytes) -> bytes:
    """Turn a PDF/A-3a file into one that is PDF/UA-1 too, with the same bytes for the same input.

    Args:
        content: The file as WeasyPrint wrote it with `pdf_variant="pdf/a-3a"`.

    Returns:
        The finished file.

    Source: ISO 19005-3 (PDF/A-3) 6.6.2.3.1; ISO 14289-1 (PDF/UA-1) 5, 7.5 and 7.18.
    """
    finished = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        _scope_header_cells(pdf.Root.StructTreeRoot, in_head=False)
        for page in pdf.pages:
            for annotation in page.get("/Annots", []):
                annotation.F = int(annotation.get("/F", 0)) | PRINT_FLAG
        _list_attachments_once(pdf)
        metadata = pdf.Root.Metadata.read_bytes()
        end = metadata.rindex(END_OF_RDF)
        pdf.Root.Metadata.write(metadata[:end] + _pdfua_claim() + metadata[end:])
        pdf.save(finished, deterministic_id=True)
    return finished.getvalue()


def _scope_header_cells(element: pikepdf.Object, *, in_head: bool) -> None:
    """Say of every header cell whether it heads a column (in a table head) or a row."""
    if not isinstance(element, pikepdf.Dictionary):
        return
    kind = element.get("/S")
    if kind == "/TH":
        attributes = element.get("/A", pikepdf.Dictionary(O=Name.Table))
        attributes.Scope = Name.Column if in_head else Name.Row
        element.A = attributes
    inside = element.get("/K")
    children = [inside] if isinstance(inside, pikepdf.Dictionary) else inside
    if isinstance(children, pikepdf.Array | list):
        for child in children:
            _scope_header_cells(child, in_head=in_head or kind == "/THead")


def _list_attachments_once(pdf: pikepdf.Pdf) -> None:
    """Drop the doubles that WeasyPrint leaves in the catalogue's list of attached files."""
    if "/AF" not in pdf.Root:
        return
    by_object = {attachment.objgen: attachment for attachment in pdf.Root.AF}
    pdf.Root.AF = pikepdf.Array(by_object.values())
