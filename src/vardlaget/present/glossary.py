"""The glossary: the definitions of the indicators that a publication shows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vardlaget.catalogue import Indicator, Indicators
from vardlaget.catalogue.indicators import whole_of
from vardlaget.present.about_figures import BASES
from vardlaget.present.figures import NOTHING, Published
from vardlaget.present.sentences import capitalised, plain

CONFIDENCE = {"high": "hög", "medium": "medelgod", "low": "låg"}
DIRECTIONS = {
    "higher": "högre är bättre",
    "lower": "lägre är bättre",
    "interval": "bör ligga inom ett intervall",
}
# A to Ö: å, ä and ö come after z, in this order.
_ALPHABET = str.maketrans("åäö", "{|}")
# An indicator's exclusions in the catalogue where it has none.
NONE = "Inga"
# In a cell's record: its text is made anew for each publication, of what that one shows.
MARK = "glossary"


@dataclass(frozen=True)
class Glossary(Published):
    """A cell of definitions, of which a publication gets those of the indicators it shows."""

    def payload(self) -> dict:
        return super().payload() | {MARK: True}


def text(ids: Iterable[str], indicators: Indicators) -> str:
    """The definitions of these indicators and of the terms in them, as a list by name.

    Definitions that differ only in their numbers, such as days waited, are told once. What is not
    told: that there are no exclusions, and that neither more nor less is better.
    """
    alike: dict[tuple, list[Indicator]] = {}
    for entry in sorted(defined(ids, indicators), key=_by_name):
        same = re.sub(r"\d+(–\d+)?", "#", entry.definition), entry.unit
        alike.setdefault(same, []).append(entry)
    return "\n\n".join(_block(entries) for entries in alike.values()) or NOTHING


def defined(ids: Iterable[str], indicators: Indicators) -> list[Indicator]:
    """The indicators with those that their definitions use; a count under its share."""
    found: dict[str, Indicator] = {}
    left = [whole_of(id_) for id_ in ids]
    while left:
        entry = indicators[left.pop()]
        if entry.id not in found:
            found[entry.id] = entry
            left += entry.terms
    return list(found.values())


def _by_name(entry: Indicator) -> str:
    """Words as in Swedish, numbers by size: 31–60 days before 121–180."""
    name = re.sub(r"\d+", lambda digits: digits[0].zfill(6), entry.name.sv)
    return name.casefold().translate(_ALPHABET)


def _block(same: list[Indicator]) -> str:
    entry = same[0]
    names = "; ".join(each.name.sv for each in same)
    basis = " och ".join(BASES[basis] for basis in entry.basis)
    others = " De övriga är desamma med sina tal." if len(same) > 1 else ""
    details = [f"Mätbas: {basis}"] if basis else []
    details += [f"Undantag: {entry.exclusions}"] if entry.exclusions != NONE else []
    details += [capitalised(DIRECTIONS[entry.direction])] if entry.direction != "neutral" else []
    details += [f"Källa: {entry.source}", f"Tillförlitlighet: {CONFIDENCE[entry.confidence]}"]
    return f"{plain(names)}\n:   {plain(entry.definition)}{others} *{plain('. '.join(details))}.*"
