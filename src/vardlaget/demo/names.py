"""Health centres, hospitals and specialties of the synthetic country. The units are made up."""

import numpy as np

from vardlaget.demo.setting import Setting
from vardlaget.periods import Month

# The unit that opens (the regions' codes, months before the last) and the one that closes.
OPENED = {"23": 1, "06": 5}
CLOSED = {"19": 8, "22": 4}

SPECIALTIES = (
    "Allmän kirurgi",
    "Ortopedi",
    "Ögonsjukvård",
    "Öron-, näs- och halssjukvård",
    "Urologi",
    "Gynekologi",
    "Kardiologi",
    "Neurologi",
    "Hudsjukvård",
    "Reumatologi",
    "Lungsjukvård",
    "Mag- och tarmsjukvård",
    "Endokrinologi",
    "Njurmedicin",
    "Allergisjukvård",
    "Smärtvård",
    "Allmänpsykiatri",
    "Handkirurgi",
    "Plastikkirurgi",
    "Kärlkirurgi",
)
# Parts of the first visits and of the treatments, in the order of SPECIALTIES.
FIRST_VISITS = np.array(
    [11, 14, 13, 11, 6, 8, 6, 4, 7, 3, 3, 4, 2.5, 1.5, 1.5, 1, 3, 1.5, 1, 1], dtype="float64"
)
TREATMENTS = np.array(
    [16, 21, 24, 8, 7, 8, 3, 0, 2, 0, 0, 2, 0, 0, 0, 1, 0, 4, 3, 2], dtype="float64"
)
# How much longer (as logits, shorter) the waits are than in all specialties together.
SLOWNESS = np.array(
    (
        -0.1,
        0.25,
        0.3,
        0.15,
        0.1,
        -0.15,
        -0.2,
        0.3,
        0.05,
        0.1,
        -0.2,
        0.2,
        0.15,
        -0.25,
        0.25,
        0.45,
        0.35,
        -0.1,
        0.3,
        -0.2,
    )
)

WARDS = ("Medicin", "Kirurgi", "Ortopedi", "Geriatrik", "Kvinnosjukvård", "Barnsjukvård")
WARD_PARTS = np.array([0.36, 0.2, 0.14, 0.14, 0.09, 0.07])
PSYCHIATRY = "Allmänpsykiatri"

_CENTRES = (
    "Almlunden",
    "Björkbacken",
    "Citronlunden",
    "Dungen",
    "Enbusken",
    "Furutorp",
    "Granlunden",
    "Hasselängen",
    "Idegransvägen",
    "Järnekstorget",
    "Kastanjeparken",
    "Lönnvallen",
    "Mistelgården",
    "Näckrosen",
    "Olvonet",
    "Pilträdet",
    "Rönnhöjden",
    "Slånbäret",
    "Timjansgatan",
    "Ullkamsvägen",
    "Videkroken",
    "Ängsullen",
    "Åkerbäret",
    "Örtagården",
    "Bergsslingan",
    "Trädgårdsmästaren",
)
_CALLED = dict.fromkeys(("08", "21", "22", "23", "24", "25"), "Hälsocentralen")
_UNIVERSITY = ("01", "03", "05", "12", "14", "18", "24")
_HOSPITALS = (
    "Länssjukhuset",
    "Norra sjukhuset",
    "Södra sjukhuset",
    "Västra sjukhuset",
    "Östra sjukhuset",
    "Kustens närsjukhus",
    "Skogens närsjukhus",
)
_OWN_HOSPITALS = {"23": ("Östersunds sjukhus", "Fjällens närsjukhus")}
PRIVATE_CLINIC = "Specialistkliniken Citadellet (privat)"


def health_centres(setting: Setting, code: str, real: list[str]) -> list[str]:
    """A region's health centres: `real` ones, and made-up ones up to 10–25."""
    place = setting.codes.index(code)
    count = int(np.clip(round(setting.population[place] / 25_000) + 6, 10, 25))
    order = setting.rng("centres", code).permutation(len(_CENTRES))
    called = _CALLED.get(code, "Vårdcentralen")
    made = [f"{called} {_CENTRES[i]}" for i in sorted(order[: max(count - len(real), 6)])]
    return [*real, *made]


def hospitals(setting: Setting, code: str) -> list[str]:
    """A region's two to seven hospitals."""
    if code in _OWN_HOSPITALS:
        return list(_OWN_HOSPITALS[code])
    population = setting.population[setting.codes.index(code)]
    count = int(np.clip(round(population / 160_000) + 1, 2, 7))
    first = "Universitetssjukhuset" if code in _UNIVERSITY else _HOSPITALS[0]
    return [first, *_HOSPITALS[1:count]]


def hospital_parts(count: int) -> np.ndarray:
    """How a region's care is divided between so many hospitals."""
    parts = 0.55 ** np.arange(count) + 0.08
    return parts / parts.sum()


def is_open(setting: Setting, code: str, unit: int, count: int) -> np.ndarray:
    """For each month of `setting.months` whether the unit at place `unit` of `count` is open.

    The last unit of a region is the one that opens late, and the last but one that closes.
    """
    opened = setting.last.minus(OPENED[code]) if unit == count - 1 and code in OPENED else None
    closed = setting.last.minus(CLOSED[code]) if unit == count - 2 and code in CLOSED else None
    return np.array([_within(month, opened, closed) for month in setting.months])


def _within(month: Month, opened: Month | None, closed: Month | None) -> bool:
    return (opened is None or month >= opened) and (closed is None or month < closed)
