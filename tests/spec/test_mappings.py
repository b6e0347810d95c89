"""Exports as regions and SKR print them: a file in, the observations that it must give out.

The files in exports/ are the printed tables of README.md's sources, with their numbers as printed.
"""

import math
import re
from datetime import date

import pandas as pd
import pytest
from xlsxwriter import Workbook

from conftest import ROOT
from reading import read_parts
from vardlaget import project
from vardlaget.observations import KEY, NUMBERS

EXPORTS = ROOT / "tests" / "spec" / "exports"
# A printed table, its mapping, and what the source of its rows in data/published says.
PRINTED = [
    ("produktion", "region-produktion", "Sammanställning produktion, rad"),
    (
        "produktion_vardcentraler",
        "region-produktion-vardcentraler",
        "Sammanställning produktion – privata och regiondrivna vårdcentraler, rad",
    ),
    ("resultatrakning", "region-resultatrakning", "Förenklad resultaträkning, rad"),
    ("arbetad_tid", "region-arbetad-tid", "Arbetad tid, rad"),
    ("sjukfranvaro", "region-sjukfranvaro", "Sjukfrånvaro % (ack), rad"),
    ("medicinsk_bedomning", "skr-medicinsk-bedomning", "tabellen Medicinsk bedömning"),
    ("telefontillganglighet", "skr-telefontillganglighet", "tabellen Telefontillgänglighet"),
]


@pytest.fixture
def read(tmp_path):
    """Reads a text as a file of the data folder: the kind, its observations, its part."""

    def as_file(text, name="fil.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        [part] = read_parts(path, project.find(ROOT, data=tmp_path))
        return part

    return as_file


def figures(part, *columns):
    """The chosen columns and the numbers of a part, as tuples; a number that is not there is ''."""
    frame = part.frame[[*columns, *NUMBERS]].astype(object)
    rows = frame.where(frame.notna(), "").itertuples(index=False)
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(("name", "mapping", "cited"), PRINTED)
def test_a_printed_table_gives_the_published_observations(name, mapping, cited, published, read):
    part = read((EXPORTS / f"{name}.csv").read_text(encoding="utf-8"))
    assert part.account, part.findings
    assert part.account.kind == mapping
    assert part.account.read == part.account.used
    assert not part.findings
    expected = published[published["source"].str.contains(re.escape(cited))]
    # Changes and deviations are computed, and so left alone in the table.
    expected = expected[~expected["indicator"].str.endswith("_change")]
    expected = expected[~expected["scenario"].str.contains("vs_")]
    columns = [*KEY, *NUMBERS, "status"]
    pd.testing.assert_frame_equal(ordered(part.frame, columns), ordered(expected, columns))


def ordered(frame, columns):
    return frame[columns].sort_values(list(KEY), ignore_index=True)


def test_an_observation_cites_its_mapping_file_and_row(read):
    part = read((EXPORTS / "sjukfranvaro.csv").read_text(encoding="utf-8"))
    assert part.frame["source"].iloc[0] == (
        "Regionens månadsrapport, Sjukfrånvaro % (ack), data:fil.csv, rad 5"
    )


def test_months_lag_except_in_the_annual_report(read):
    table = (EXPORTS / "arbetad_tid.csv").read_text(encoding="utf-8")
    periods = set(read(table.replace("2023-02", "2023-12")).frame["period"])
    assert periods == {"2023-12", "2022-12"}


SPECIALISED = """\
{measure} januari 2024
Region;Andel;Antal;Antal inom gräns;PvV;Svarsfrekvens
Alla regioner;70,0 %;1 000;700;50;98 %
Region Jämtland Härjedalen;67 %;300;201;–;92 %
Östersunds sjukhus;67 %;300;201;12;
"""


@pytest.mark.parametrize(
    ("measure", "indicator", "chosen", "basis"),
    [
        (
            "Väntande till första besök,",
            "first_visit_90d",
            "first_visit_patient_chosen",
            "waiting",
        ),
        (
            "Genomförda operationer/åtgärder,",
            "treatment_90d",
            "treatment_patient_chosen",
            "completed",
        ),
    ],
)
def test_specialised_care(read, measure, indicator, chosen, basis):
    part = read(SPECIALISED.format(measure=measure))
    assert part.account.kind == "skr-specialiserad-vard"
    assert set(part.frame["basis"]) == {basis}
    response = "response_rate.specialised_care"
    hospital = "Östersunds sjukhus"
    assert figures(part, "indicator", "region", "unit", "status") == [
        (indicator, "00", "", "reported", 700, 1000, 70),
        (chosen, "00", "", "reported", "", "", 50),
        (response, "00", "", "reported", "", "", 98),
        (indicator, "23", "", "reported", 201, 300, 67),
        (chosen, "23", "", "suppressed", "", "", ""),
        (response, "23", "", "reported", "", "", 92),
        (indicator, "23", hospital, "reported", 201, 300, 67),
        (chosen, "23", hospital, "reported", "", "", 12),
        (response, "23", hospital, "missing", "", "", ""),
    ]


def test_specialised_care_by_specialty(read):
    part = read(
        "Region Jämtland Härjedalen\nGenomförda operationer/åtgärder, jan 2024\n"
        "Specialitet;Andel;Antal;Antal inom gräns\nSamtliga;48 %;100;48\nOrtopedi;;50;24\n"
    )
    assert part.account.kind == "skr-specialiserad-vard-specialiteter"
    assert figures(part, "indicator", "region", "specialty") == [
        ("treatment_90d", "23", "", 48, 100, 48),
        ("treatment_90d", "23", "Ortopedi", 24, 50, 48),
    ]


def test_child_psychiatry_recomputes_the_printed_shares(read):
    """The rows of vantetider.se's page BUP i detalj."""
    part = read(
        "BUP första besök, 2024-01\n"
        "Region;Genomförda;Genomförda exkl PvV ≥31;Inom 30 dagar;PvV ≥31;Andel\n"
        "Alla regioner;3 914;3 504;2 463;410;70 %\nRegion Jämtland Härjedalen;75;73;20;2;27 %\n"
    )
    chosen = "cap_first_visit_patient_chosen_31d"
    assert part.account.kind == "skr-bup"
    assert figures(part, "indicator", "region", "basis") == [
        ("cap_first_visit_30d", "00", "completed", 2463, 3504, 70),
        (chosen, "00", "completed", "", "", 410),
        ("cap_first_visit_30d", "23", "completed", 20, 73, 27),
        (chosen, "23", "completed", "", "", 2),
    ]


def test_beds_give_occupancy_from_bed_days(read):
    part = read(
        "Region Västernorrland\n"
        "Sjukhus;Specialitet;Vårdform;Månad;Disponibla vårdplatser;Belagda vårdplatser;"
        "Överbeläggningar;Disponibla vårdplatsdygn;Belagda vårdplatsdygn\n"
        "Alla sjukhus;Alla;Totalt;jan 2024;310,5;300,1;4,2;9 625;9 303\n"
        "Sundsvalls sjukhus;Medicin;Somatik;2024-01;60;61,5;..;1 860;1 906\n"
    )
    assert part.account.kind == "vardplatser"
    keys = ("indicator", "unit", "specialty", "care_type", "status")
    found = figures(part, *keys)
    unit = ("Sundsvalls sjukhus", "Medicin", "somatic")
    assert [row[:-1] for row in found] == [
        ("available_beds", "", "", "", "reported", "", ""),
        ("occupied_beds", "", "", "", "reported", "", ""),
        ("overcrowding", "", "", "", "reported", "", ""),
        ("bed_occupancy", "", "", "", "reported", 9303, 9625),
        ("available_beds", *unit, "reported", "", ""),
        ("occupied_beds", *unit, "reported", "", ""),
        ("overcrowding", *unit, "missing", "", ""),
        ("bed_occupancy", *unit, "reported", 1906, 1860),
    ]
    values = [310.5, 300.1, 4.2, 100 * 9303 / 9625, 60, 61.5, math.nan, 100 * 1906 / 1860]
    assert list(part.frame["value"]) == pytest.approx(values, nan_ok=True)


def test_months_as_columns(read):
    part = read(
        "Region Västmanland\nMått;jan 2024;2024-02;mars 2024\n"
        "Inkommande remisser;5 100;4 980;\nMedelväntetid 1177;14:58;x;\n"
    )
    assert part.account.kind == "region-manadsserier"
    assert figures(part, "indicator", "region", "period", "status") == [
        ("referrals_received", "19", "2024-01", "reported", "", "", 5100),
        ("referrals_received", "19", "2024-02", "reported", "", "", 4980),
        ("helpline_1177_wait", "19", "2024-01", "reported", "", "", 898),
        ("helpline_1177_wait", "19", "2024-02", "suppressed", "", "", ""),
    ]


def test_the_selection_in_a_title_is_not_read_as_the_whole(read):
    table = (EXPORTS / "medicinsk_bedomning.csv").read_text(encoding="utf-8")
    chosen = "Kön: Kvinnor Yrkesgrupp: Alla yrken Besöksform: Alla kontaktformer Ägarform: Privat\n"
    frame = read(chosen + table).frame
    assert set(frame["ownership"]) == {"private"}
    assert set(frame["sex"]) == {"women"}
    assert set(frame["profession"]) == {""}
    refused = read("Ägarform: Kooperativ\n" + table).findings
    assert [finding.kind for finding in refused] == ["refused"]
    assert "'Kooperativ', which is none of 'Alla ägarformer'" in refused[0].reason


def test_shares_that_a_spreadsheet_stores_as_fractions(read):
    part = read(
        "Medicinsk bedömning januari 2024\n"
        "Region;0 dagar (antal);0 dagar (andel);0-3 dagar (antal);0-3 dagar (andel)\n"
        "Region Jämtland Härjedalen;743;0,51;996;0,69\n"
    )
    assert list(part.frame["value"]) == [51, 69]
    assert [finding.code for finding in part.findings] == ["read_as_fractions"] * 2


def test_a_workbook_with_dates_as_headers_and_a_share_shown_in_per_cent(tmp_path):
    with Workbook(tmp_path / "bok.xlsx") as book:
        day, percent = book.add_format({"num_format": "mmm yy"}), book.add_format({"num_format": 9})
        beds = book.add_worksheet("Serier")
        beds.write("A1", "Region Västmanland")
        beds.write_row("A2", ["Mått", date(2024, 1, 1), date(2024, 2, 1)], day)
        beds.write_row("A3", ["Inkommande remisser", 5100, 4980])
        care = book.add_worksheet("Medicinsk bedömning jan 2024")
        care.write_row("A1", ["Region", "0 dagar\n(antal)", "0 dagar (andel)"])
        care.write_row("D1", ["0–3 dagar (antal)", "0–3 dagar (andel)"])
        care.write_row("A2", ["Region Jämtland Härjedalen", 743, 0.51, 996, 0.69], percent)
    months, share = read_parts(tmp_path / "bok.xlsx", project.find(ROOT, data=tmp_path))
    assert figures(months, "region", "period") == [
        ("19", "2024-01", "", "", 5100),
        ("19", "2024-02", "", "", 4980),
    ]
    assert figures(share, "region", "period") == [
        ("23", "2024-01", 743, "", 51),
        ("23", "2024-01", 996, "", 69),
    ]
    assert (
        share.frame["source"]
        .iloc[0]
        .endswith("data:bok.xlsx, blad 'Medicinsk bedömning jan 2024', rad 2")
    )
