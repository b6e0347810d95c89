"""What the attachments say of the edition as a whole."""

from dataclasses import dataclass
from datetime import datetime

from vardlaget.periods import Month
from vardlaget.present import citations
from vardlaget.present.numbers import SYMBOLS

# What stands in a table where there is no number, and what it means.
MEANINGS = {
    SYMBOLS["missing"]: "Uppgift saknas eller är inte tillgänglig",
    SYMBOLS["not_applicable"]: "Uppgift kan inte förekomma",
    SYMBOLS["suppressed"]: "Uppgiften är skyddad (för få personer)",
    SYMBOLS["zero"]: "Inget att redovisa (noll)",
}


@dataclass(frozen=True)
class Edition:
    """A region's edition of a month; `sources` are the documents behind its figures."""

    region: str
    slug: str
    month: Month
    publications: dict[str, str]
    status: str
    built: datetime
    version: str
    sources: tuple[str, ...]

    @classmethod
    def of(cls, about: dict, cells: dict[str, list[dict]]) -> "Edition":
        """From the manifest's description and the records of the cells, by publication."""
        parameters = about["parameters"]
        figures = [f for payloads in cells.values() for p in payloads for f in p["figures"]]
        return cls(
            parameters["region_name"],
            parameters["slug"],
            Month.parse(parameters["month"]),
            {p["name"]: p["title"] for p in about["publications"]},
            parameters.get("status", ""),
            datetime.fromisoformat(about["built"]),
            about["package"]["version"],
            documents(figures),
        )

    @property
    def title(self) -> str:
        return f"{self.region}, {self.month.words}"


def documents(figures: list[dict]) -> tuple[str, ...]:
    """The documents that figures come from, without page and row; computed ones have none."""
    return tuple(sorted(citations.documents(f["source"] for f in figures if f.get("source"))))
