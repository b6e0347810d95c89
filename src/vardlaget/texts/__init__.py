"""What an analyst writes for a month: comments, activities, a calendar, and the figures in them.

The files lie in reports/comments/<month>/<region slug>/ and are described in docs/comments.md.
"""

from vardlaget.texts.reading import Texts, load_texts, read_texts

__all__ = ["Texts", "load_texts", "read_texts"]
