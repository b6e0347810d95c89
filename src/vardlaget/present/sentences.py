"""Sentences made from figures: each number in them is a figure, written as its text in words."""

from collections.abc import Sequence

import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.periods import during
from vardlaget.present.escape import for_markdown
from vardlaget.present.figures import Published, statement
from vardlaget.present.numbers import in_words


class Paragraph:
    """A paragraph under construction; it remembers the figures whose numbers it shows."""

    def __init__(self, indicators: Indicators):
        self._indicators = indicators
        self._parts: list[str] = []
        self._figures: list[pd.Series] = []
        self._last_period = ""

    def number(self, figure: pd.Series, unit: bool = True) -> str:
        """A figure's number for use in `say`, in words, as Markdown; it counts as shown.

        Without its unit where the sentence has named it already.
        """
        text = in_words(figure["text"], self._indicators[figure["indicator"]].unit)
        text = text if unit else figure["text"]
        self._figures.append(figure.copy())
        self._figures[-1]["text"] = text
        return for_markdown_number(text)

    def when(self, span: str, period: str) -> str:
        """When a sentence's fact was, to begin it with; empty where the last sentence said it."""
        same, self._last_period = self._last_period == period, period
        return "" if same else capitalised(during(span, period))

    def say(self, sentence: str) -> "Paragraph":
        self._parts.append(sentence)
        return self

    def published(self, otherwise: str = "") -> Published:
        """The paragraph, or `otherwise` where nothing was said."""
        figures = pd.DataFrame(self._figures) if self._figures else None
        return statement(" ".join(self._parts) or otherwise, figures)


def for_markdown_number(text: str) -> str:
    """A number's text keeps its no-break spaces."""
    return text.replace("..", "\\.\\.")


def listed(words: Sequence[str], conjunction: str = "och") -> str:
    """`a`, `a och b`, `a, b och c`."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def plain(text: str) -> str:
    """A name from the data, as it may stand in a sentence."""
    return for_markdown(text)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


NUMBER_WORDS = [
    "noll",
    "en",
    "två",
    "tre",
    "fyra",
    "fem",
    "sex",
    "sju",
    "åtta",
    "nio",
    "tio",
    "elva",
    "tolv",
]


def count_word(count: int) -> str:
    """A small count as a word: `tre`; from thirteen on as digits."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
