"""The documents and files that a publication's figures come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from vardlaget.accounts import CORRECTION
from vardlaget.catalogue import Agreement, Indicators
from vardlaget.catalogue.agreements import PopulationKey
from vardlaget.present import citations
from vardlaget.present.figures import NOTHING, Published
from vardlaget.present.glossary import defined
from vardlaget.present.sentences import plain
from vardlaget.report import Report

# In a cell's record: its text is made anew for each publication, of the figures that it shows.
MARK = "documents"


@dataclass(frozen=True)
class Documents(Published):
    """A cell of sources, of which a publication gets those of its figures.

    `by_indicator`: the documents behind what is computed of an indicator.
    """

    by_indicator: dict[str, list[str]] = field(default_factory=dict)

    def payload(self) -> dict:
        return super().payload() | {MARK: self.by_indicator}


def behind(report: Report, when: Iterable[str]) -> dict[str, list[str]]:
    """By indicator, the documents of the region's and the country's figures in these periods; of
    population and grants, those of the tables that these are computed with."""
    rows = report.data[report.data["period"].isin([*when])]
    rows = rows[~rows["scenario"].str.startswith(CORRECTION)]
    groups = rows.groupby("indicator")["source"]
    found = {str(id_): citations.documents(sources.unique()) for id_, sources in groups}
    agreed = [a for a in report.agreements if a.year == report.month.year]
    found["population"] = citations.documents(_populations(report, agreed))
    sources = citations.documents(source for agreement in agreed for source in agreement.sources)
    grants = [entry.id for entry in report.indicators if entry.subject == "grants"]
    return found | {id_: [*found.get(id_, []), *sources] for id_ in grants}


def _populations(report: Report, agreed: list[Agreement]) -> list[str]:
    """The sources of the region's newest population, and of those that divide the year's grants."""
    newest = report.population()
    dates = {
        part.key.date
        for agreement in agreed
        for part in agreement.parts
        if isinstance(part.key, PopulationKey)
    }
    rows = report.populations
    keys = rows[(rows["region"] == report.region.code) & rows["date"].isin(dates)]
    return [*([] if newest is None else [newest["source"]]), *keys["source"]]


def text(
    figures: Iterable[Mapping], by_indicator: Mapping[str, list[str]], indicators: Indicators
) -> str:
    """The documents of these figures (indicator, source) as a list, in order.

    Behind what is computed stand those of its indicator and of the terms in its definition.
    """
    shown = {(figure["indicator"], figure["source"] or "") for figure in figures}
    computed = {id_ for id_, source in shown if source.startswith(citations.COMPUTED)}
    behind_them = (by_indicator.get(entry.id, []) for entry in defined(computed, indicators))
    return listed(chain(citations.documents(source for _, source in shown), *behind_them))


def listed(documents: Iterable[str]) -> str:
    return "\n".join(f"- {plain(each)}" for each in sorted(set(documents))) or NOTHING
