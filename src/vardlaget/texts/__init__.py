"""What an analyst writes for a month: comments, activities, a calendar, and the figures in them.

The files lie in reports/comments/<month>/<region slug>/ and are described in docs/comments.md.
"""

from vardlaget.texts.reading import Texts, is_about_synthetic, load_texts, read_texts

__all__ = ["Texts", "is_about_synthetic", "load_texts", "read_texts"]
