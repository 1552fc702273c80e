"""What leaves the room as bytes: paged documents as archival, accessible PDF."""
