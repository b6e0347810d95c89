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
TITLES = {
    "region-arbetad-tid": "Region Gotland 2024-02 arbetad tid",
    "region-produktion-vardcentraler": "Region Gotland 2024-02 vårdcentraler",
    "region-resultatrakning": "Region Gotland 2024-02 resultaträkning",
    "region-sjukfranvaro": "Region Gotland 2024-02 sjukfrånvaro",
    "skr-bup": "behandling, januari 2024",
    "skr-specialiserad-vard": "väntande första besök, januari 2024",
    "skr-specialiserad-vard-specialiteter": "Region Gotland genomförda operationer januari 2024",
    "skr-telefontillganglighet": "telefon 2024-01",
}
OTHER_TITLES = ["Region Gotland 2024-02", "januari februari 2024 Region Gotland Region Skåne", ""]
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
# Cells that are often right, so that what lies behind the first checks is reached.
CELLS = {
    "Månad": ["2024-01", "feb 2024", "2024-01-31 00:00:00", "januari"],
    "Mått": ["Inkommande remisser", "Medelväntetid 1177", "available_beds", "Blått"],
    "Sjukhus": ["Visby lasarett", "Alla"],
    "Region": ["Region Gotland", "Alla regioner", "Region Gotlnad", "Visby", "Källa: x"],
    "Specialitet": ["Alla", "Ortopedi"],
}
NUMBERS = ["", "0", "1", "12,5", "69 %", "0,69", "1 000", "-3", "..", "–", "x", "<5", "14:58"]


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
    first = ["Rad"] if definition.lines or names[0] not in CELLS else []
    names = draw(st.sampled_from([[*first, *names], names[: asked + 2]]))
    pools = {**CELLS, "Rad": [*labels(definition.lines), *CELLS["Region"], "- Visby"]}
    wild = ANY if draw(st.integers(0, 3)) == 0 else st.nothing()
    row = st.tuples(*(st.sampled_from(pools.get(name, NUMBERS)) | wild for name in names))
    rows = [list(cells) for cells in draw(st.lists(row, min_size=1, max_size=6))]
    rows += draw(st.sampled_from([[], [names, rows[0]], [[*rows[0], "1"]], [rows[0][:2]]]))
    usual = TITLES.get(definition.id, OTHER_TITLES[0])
    title = draw(st.sampled_from([usual, usual, usual, *OTHER_TITLES]))
    return Sheet("prov.csv", "", [[title], names, *rows])


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
