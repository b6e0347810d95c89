"""Whatever stands below an export's header, each row is used or set aside, and none is invented."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.errors import InputError
from vardlaget.observations import BASES, EXCLUSIONS, SPANS, STATUSES
from vardlaget.sources import canonical
from vardlaget.sources.canonical import Catalogue
from vardlaget.sources.mapping_models import Definition, Line
from vardlaget.sources.mappings import load_mappings
from vardlaget.sources.rows import Rows
from vardlaget.sources.tables import Sheet

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "data" / "reference"
CATALOGUE = Catalogue(load_indicators(), load_regions(REFERENCE / "regions.csv"))
MAPPINGS = {m.id: m for m in load_mappings([REFERENCE / "mappings"], CATALOGUE)}
SETTINGS = settings(max_examples=25, deadline=None)

# Titles under which the shipped mappings know their tables, and others that say too much or little.
TITLES = [
    "Region Gotland, januari 2024, väntande första besök, telefon, arbetad tid",
    "Region Gotland 2024-02 genomförda behandling operation resultaträkning sjukfrånvaro",
    "Region Gotland 2024-02 vårdcentraler",
    "Region Gotland 2024-02",
    "januari 2024 februari 2024 Region Gotland Region Skåne",
    "",
]
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
CELLS = st.sampled_from(
    ["", "0", "1", "12,5", "69 %", "0,69", "1 000", "-3", "..", "–", "x", "<5", "14:58", "2024-01"]
)
NAMES = [
    "Region Gotland",
    "Alla regioner",
    "Region Gotlnad",
    "Visby",
    "Alla",
    "Källa: x",
    "- Visby",
]


def labels(lines: tuple[Line, ...]) -> list[str]:
    return [text for line in lines for text in (*line.text, *labels(line.parts))]


def headers(definition: Definition) -> list[str]:
    """The columns that a mapping asks for, then those it may have."""
    asked = [names[0] for names in definition.recognise.columns]
    may = [column.header[0] for column in definition.columns if column.header]
    may += ["jan 2024", "2024-02"] if any(c.months for c in definition.columns) else []
    return list(dict.fromkeys([*asked, *may, *definition.left_alone, "Okänd"]))


@st.composite
def sheets(draw, definition: Definition):
    names = headers(definition)
    asked = len(definition.recognise.columns)
    names = [*names[:asked], *draw(st.permutations(names[asked:]))]
    names = draw(st.sampled_from([names, ["Rad", *names], names[: asked + 2]]))
    known = st.sampled_from([*labels(definition.lines), *NAMES])
    row = st.tuples(known | ANY, st.lists(CELLS | ANY, max_size=len(names)))
    rows = [[label, *cells] for label, cells in draw(st.lists(row, min_size=1, max_size=8))]
    rows += draw(st.sampled_from([[], [names, rows[0]]]))
    return Sheet("prov.csv", "", [[draw(st.sampled_from(TITLES))], names, *rows])


@pytest.mark.parametrize("id_", sorted(MAPPINGS))
@SETTINGS
@given(data=st.data())
def test_each_row_of_a_table_is_used_or_set_aside(id_, data):
    mapping = MAPPINGS[id_]
    sheet = data.draw(sheets(mapping.definition))
    mapping.lacking(sheet)
    with suppress(InputError):
        table = mapping.found_in(sheet)
        if table is not None:
            rows = Rows(table)
            frame = canonical.checked(mapping.translated(table, rows), rows, CATALOGUE)
            check(rows, frame, mapping.definition)


def check(rows, frame, definition):
    numbers = set(rows.table.rows)
    account = rows.account("prov")
    assert account.read == account.used + account.set_aside == len(numbers)
    assert set(rows.refused) <= numbers
    cited = {int(source.rsplit(" ", 1)[1]) for source in frame["source"]}
    used = numbers - set(rows.refused)
    # Only a heading is used and gives no figure.
    assert cited <= used if definition.lines else cited == used
    for column, allowed in (
        ("span", SPANS),
        ("basis", BASES),
        ("exclusions", EXCLUSIONS),
        ("status", STATUSES),
    ):
        assert frame[column].isin(allowed).all()
    assert frame["region"].isin([r.code for r in CATALOGUE.regions] + ["00"]).all()


KEYS = [*Definition.model_fields, *Line.model_fields, "header", "months", "column", "around"]
VALUES = st.recursive(
    st.sampled_from(["", "#1", "{month}", "(", "available_beds", "23", 2024, True, None]) | ANY,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


@SETTINGS
@given(content=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
def test_any_mapping_file_is_read_or_told_of(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mappings")
    base = {
        "id": "prov",
        "name": "Ett prov",
        "source": "Provet",
        "recognise": {"columns": ["Antal"]},
        "all": {"indicator": "available_beds", "region": "23", "period": "2024"},
        "columns": [{"header": "Antal"}],
    }
    (folder / "prov.yml").write_text(yaml.safe_dump(base | content), encoding="utf-8")
    told = ""
    try:
        load_mappings([folder], CATALOGUE)
    except InputError as error:
        told = str(error)
    assert not told or told.startswith(str(folder / "prov.yml"))
