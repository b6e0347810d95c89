"""datapackage.json: Frictionless Data Package 2.0, which describes the edition's CSV files.

Source: https://datapackage.org/standard/data-package/ and its table schema.
"""

import json
from pathlib import Path

from vardlaget.pipeline.attachments import formats
from vardlaget.pipeline.attachments.about import MEANINGS, Edition
from vardlaget.pipeline.attachments.csv_files import INDICATOR_COLUMNS, safe
from vardlaget.pipeline.attachments.tables import Table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Type, title and description of each column of indicators.csv.
INDICATOR_FIELDS = {
    "publication": ("string", "Publikation", "Rapporten som siffran står i"),
    "indicator": ("string", "Indikator", "Indikatorns namn i katalogen"),
    "region": ("string", "Region", "Regionens kod; 00 är riket"),
    "unit": ("string", "Enhet", "Enheten inom regionen; tomt för hela regionen"),
    "span": ("string", "Tidsspann", "Vad perioden omfattar: month, ytd, year …"),
    "period": ("string", "Period", "Månad (ÅÅÅÅ-MM) eller år som siffran gäller"),
    "scenario": ("string", "Scenario", "Utfall, budget, prognos eller skillnad"),
    "basis": ("string", "Mätbas", "Väntande (waiting) eller genomförda (completed)"),
    "exclusions": ("string", "Undantag", "Vilka patienter som inte räknas"),
    "breakdown": ("string", "Uppdelning", "Kön, specialitet med mera, som namn=värde"),
    "numerator": ("number", "Täljare", "Antalet som andelen avser"),
    "denominator": ("number", "Nämnare", "Antalet som andelen är av"),
    "value": ("number", "Värde", "Siffran; andelar i procent, pengar i kronor, tider i sekunder"),
    "text": ("string", "Text", "Siffran som läsaren ser den"),
    "status": ("string", "Status", "Om siffran är rapporterad, saknas, är syntetisk med mera"),
    "source": ("string", "Källa", "Dokumentet eller filen, eller hur siffran har beräknats"),
    "synthetic": ("boolean", "Syntetisk", "Om siffran är syntetisk, också där den är skyddad (x)"),
}


def write(path: Path, edition: Edition, tables: list[Table]) -> Path:
    text = json.dumps(described(edition, tables), ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def described(edition: Edition, tables: list[Table]) -> dict:
    """The data package. Its licence is not known here, so none is claimed."""
    package = {
        "$schema": PROFILE,
        "name": f"vardlaget-{edition.slug}-{edition.month}",
        "title": f"{', '.join(edition.publications.values())}: {edition.title}",
        "description": "Tecken där en siffra saknas: "
        + "; ".join(f"{symbol} {meaning.lower()}" for symbol, meaning in MEANINGS.items())
        + ". En text som ett kalkylprogram kunde ta för en formel har en apostrof framför sig.",
        "created": edition.built.isoformat().replace("+00:00", "Z"),
        "version": f"{edition.month}",
        "resources": [_indicators(), *map(_resource, tables)],
    }
    if edition.sources:
        package["sources"] = [{"title": source} for source in edition.sources]
    return package


def _csv(name: str, path: str, title: str, fields: list[dict]) -> dict:
    schema = {"fields": fields, "missingValues": ["", *MEANINGS]}
    return {
        "name": name,
        "path": path,
        "title": title,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _indicators() -> dict:
    keys = ("type", "title", "description")
    fields = [
        {"name": name} | dict(zip(keys, INDICATOR_FIELDS[name], strict=True))
        for name in INDICATOR_COLUMNS
    ]
    return _csv("indicators", "indicators.csv", "Alla publicerade siffror", fields)


def _resource(table: Table) -> dict:
    shown = formats.of_columns(table)
    fields = []
    for number, column in enumerate(table.columns):
        field = {"name": safe(column), "type": _type(table.column(number)), "title": column}
        if shown[number] is not None:
            field["description"] = _described(shown[number])
        fields.append(field)
    return _csv(table.name, table.path, table.title, fields)


def _type(values: list) -> str:
    told = [value for value in values if value not in (None, "", *MEANINGS)]
    if not told or not all(formats.is_number(value) for value in told):
        return "string"
    return "integer" if all(float(value).is_integer() for value in told) else "number"


def _described(shown: formats.Shown) -> str:
    unit = shown.code.split('"')[1].strip() if '"' in shown.code else ""
    if shown.divisor > 1:
        return "Tid i sekunder"
    return f"Tal i enheten {unit}" if unit else "Tal"
