"""PDF files as small as their content allows."""

from pathlib import Path

import pikepdf


def pack(path: Path) -> None:
    """Packs the objects of a PDF file, its tags for screen readers above all, in place.

    The same file always gives the same bytes. Raises pikepdf.PdfError for what is no PDF.
    """
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.save(
            path, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True
        )
