"""The regions, by any of their names."""

import pytest

from vardlaget.catalogue import load_populations, load_regions
from vardlaget.errors import InputError

NAMES = [
    ("23", "23"),
    ("0023", "23"),
    ("jamtland-harjedalen", "23"),
    ("Region Jämtland Härjedalen", "23"),
    ("Jämtland/Härjedalen", "23"),
    ("JÄMTLAND HÄRJEDALEN", "23"),
    ("RJH", "23"),
    ("Jämtlands län", "23"),
    ("Ja\u0308mtland", "23"),  # decomposed, as from a Mac
    (" 23 ", "23"),
    ("Region Västmanland", "19"),
    ("Vastmanland", "19"),
    ("Sörmland", "04"),
    ("Södermanland", "04"),
    ("Södermanlands län", "04"),
    ("VGR", "14"),
    ("Västra Götalandsregionen", "14"),
    ("Västra Götaland", "14"),
    ("Region Jönköpings län", "06"),
    ("Jönköping", "06"),
    ("Örebro län", "18"),
    ("Riket", "00"),
    ("Alla regioner", "00"),
    ("0000", "00"),
]


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_a_region_is_found_by_any_of_its_names(name, code, regions):
    assert regions[name].code == code


@pytest.mark.parametrize("name", ["Småland", "02", "23.0", "1", "", " ", "region", "län"])
def test_an_unknown_name_is_an_error_that_lists_the_regions(name, regions):
    with pytest.raises(InputError, match=r"no such region\. Give a code, name or slug.*25 norr"):
        regions[name]
    assert regions.get(name) is None


def test_there_are_21_regions_in_code_order(regions):
    codes = [region.code for region in regions]
    assert codes == sorted(codes)
    assert len(codes) == len(set(codes)) == 21
    assert not {"00", "02", "11", "15", "16"} & set(codes)


@pytest.mark.parametrize("field", ["code", "name", "short_name", "slug", "kolada_id"])
def test_each_field_finds_its_own_region(field, regions):
    for region in regions:
        assert regions[getattr(region, field)] is region


HEADER = "code,name,short_name,slug,aliases,kolada_id\n"


def test_a_name_of_two_regions_is_an_error(tmp_path):
    path = tmp_path / "regions.csv"
    rows = "23,Region Ett,Ett,ett,Samma,0023\n24,Region Två,Två,tva,samma län,0024\n"
    path.write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(InputError, match="'samma' names both Region Ett and Region Två"):
        load_regions(path)


def test_populations_add_up_to_the_country(root):
    frame = load_populations(root / "data" / "reference" / "populations.csv")
    total = frame[frame["age_group"] == "total"]
    complete = [rows for _, rows in total.groupby("date") if len(rows) == 22]
    assert len(complete) >= 5
    for rows in complete:
        by_region = rows.set_index("region")["population"]
        assert by_region.drop("00").sum() == by_region["00"]


def test_a_population_that_stands_twice_is_an_error(tmp_path):
    path = tmp_path / "populations.csv"
    row = "23,2023-11-01,total,132466,SCB,high\n"
    path.write_text("region,date,age_group,population,source,confidence\n" + row + row)
    with pytest.raises(InputError, match="region 23, 2023-11-01, total occurs twice"):
        load_populations(path)
