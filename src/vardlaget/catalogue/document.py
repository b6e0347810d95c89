"""The catalogue as a page of documentation: `python -m vardlaget.catalogue.document`."""

from vardlaget.catalogue.indicators import CATALOGUE, Indicator, load_indicators

TITLE = """# Indicators

Made from `src/vardlaget/catalogue/indicators.yml` by `make docs`; do not edit by hand.
Definitions are in Swedish, as they are published.
"""


def page() -> str:
    """The whole page as Markdown: one section an indicator, in the catalogue's order."""
    return TITLE + "".join(f"\n{_section(entry)}" for entry in load_indicators(CATALOGUE))


def _section(entry: Indicator) -> str:
    facts = {
        "Unit": f"{entry.unit}, at most {entry.decimals} decimals",
        "Terms": ", ".join(f"`{term}`" for term in entry.terms),
        "Numerator": entry.numerator,
        "Denominator": entry.denominator,
        "Basis": ", ".join(entry.basis),
        "Exclusions": entry.exclusions,
        "Better": entry.direction,
        "Lag": f"{entry.lag_months} months" if entry.lag_months else None,
        "Source": f"{entry.source} (confidence: {entry.confidence})",
    }
    lines = [f"- {name}: {value}" for name, value in facts.items() if value]
    lines += [f"- Series break {b.from_}: {b.reason}" for b in entry.breaks]
    head = f"## `{entry.id}`\n\n**{entry.name.sv}** ({entry.name.en}). {entry.definition.strip()}\n"
    return head + "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
