"""Text files: cut, in other encodings, swapped, misspelt, and cells that are no figures."""

from odd_files.cases import (
    FIVE,
    HEAD,
    Case,
    Figure,
    Told,
    aside,
    missing,
    refused,
    warning,
)

GOOD = "available_beds,23,@,2024-01,5"
PHONE = "phone_same_day,23,@,2024-01"
COUNTS = "indicator,region,unit,period,numerator,denominator,value"
UNKNOWN_INDICATOR = (aside("unknown_indicator", "no such indicator"),)
NOT_A_NUMBER = (aside("not_a_number", "not a number"),)
NOT_A_PERIOD = (aside("not_a_period", "not a period"),)


def lines(file: str, *rows: str, end: str = "\n") -> str:
    """The rows as lines, the file's name in the place of `@`."""
    return "".join(row.replace("@", file) + end for row in rows)


def table(
    file: str,
    *rows: str,
    told: tuple[Told, ...] = (),
    figures: tuple[Figure, ...] = (FIVE,),
    used: int = 1,
    aside: int = 0,
    encoding: str = "utf-8",
) -> Case:
    """A header and rows that are given as they stand in the file."""
    content = lines(file, *rows).encode(encoding)
    return Case(file, content, told, figures, used, aside)


def second(file: str, row: str, *told: Told, head: str = HEAD) -> Case:
    """A good row, and one that is set aside."""
    good = GOOD.replace(",5", ",,,5") if head == COUNTS else GOOD
    return table(file, head, good, row, told=told, aside=1)


def nothing(file: str, content: str | bytes, says: str) -> Case:
    """A file that cannot be used."""
    data = content if isinstance(content, bytes) else content.encode()
    return Case(file, data, refused(says))


def read(file: str, *rows: str, figures: tuple[Figure, ...], **more) -> Case:
    """A file of which every row is used."""
    return table(file, *rows, figures=figures, used=len(figures), **more)


def chopped(case: Case, cut: int) -> Case:
    """A case without its last bytes."""
    return Case(case.file, case.content[:-cut], case.told, case.figures, case.used, case.aside)


CUT_ROW = aside("cut_row", "ends in the middle of this row")
CUT = (
    nothing("cut-in-quote.csv", f'{HEAD}\n{GOOD}\navailable_beds,23,"Ny', "line 3"),
    chopped(
        read(
            "cut-in-number.csv",
            HEAD,
            GOOD,
            "available_beds,23,@,2024-02,152",
            figures=(FIVE, Figure(15.0, "2024-02")),
            told=(warning("no_line_end", "may have lost its end"),),
        ),
        2,
    ),
    chopped(second("cut-in-row.csv", "available_beds,23,@", CUT_ROW), 1),
    chopped(second("cut-before-value.csv", "available_beds,23,@,2024-02,", CUT_ROW), 1),
    chopped(second("cut-in-character.csv", "available_beds,23,Hälsocentralen Å", CUT_ROW), 2),
    chopped(second("cut-in-last-character.csv", f"{GOOD}å", CUT_ROW), 2),
    nothing("cut-in-header.csv", "indicator,region,unit,per", "mean 'period'?"),
    nothing("cut-below-header.csv", "indicator,region,unit,period,value", "no rows below"),
    chopped(table("one-row.csv", HEAD, GOOD, told=(warning("no_line_end"),)), 1),
)


def encoded(file: str, encoding: str, region: str = "Jämtland Härjedalen") -> Case:
    unit = f"Åre {file}"
    rows = (HEAD, f"available_beds,{region},{unit},2024-01,5")
    return read(file, *rows, figures=(Figure(5.0, unit=unit),), encoding=encoding)


ENCODINGS = (
    encoded("utf-8-bom.csv", "utf-8-sig"),
    encoded("windows-1252.csv", "cp1252"),
    encoded("latin-1.csv", "latin-1"),
    nothing("utf-16.csv", f"{HEAD}\n{GOOD}\n".encode("utf-16"), "UTF-16"),
    nothing("utf-16-without-mark.csv", f"{HEAD}\n{GOOD}\n".encode("utf-16-be"), "NUL bytes"),
    nothing(
        "mixed-encodings.csv",
        f"{HEAD}\navailable_beds,23,Åre,2024-01,5\n".encode()
        + "available_beds,23,Östersund,2024-01,6\n".encode("cp1252"),
        "mixed encodings: UTF-8, but not in line 3",
    ),
    nothing("neither.csv", f"{HEAD}\n".encode() + b"available_beds,23,\x81\x8d,2024-01,5\n", "nei"),
    nothing("nul-bytes.csv", f"{HEAD}\n{GOOD}\0\n", "NUL bytes"),
    nothing("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not a text file"),
    nothing("compressed.csv", b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(range(200)), "not a text"),
    nothing(
        "old-excel.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an old Office file"
    ),
    nothing("two-marks.csv", "\ufeff\ufeff" + f"{HEAD}\n{GOOD}\n", "Did you mean 'indicator'?"),
)

SHAPES = (
    nothing("empty.csv", "", "empty"),
    nothing("only-header.csv", f"{HEAD}\n", "no rows below the header"),
    nothing("blank-lines.csv", "\n \n\r\n,,,\n", "empty"),
    nothing(
        "only-titles.csv", "Region Jämtland Härjedalen\n\nVårdplatser 2024\n", "not recognised"
    ),
    nothing("prose.txt", "Hej!\nHär kommer siffrorna, de är preliminära.\n", "not recognised"),
    table("titles-above.csv", "Vårdplatser", "", "Uttag 2024-02-01", HEAD, GOOD),
    table("excel-separator.csv", "sep=,", HEAD, GOOD),
    second("header-in-two-rows.csv", ",,,,antal", *UNKNOWN_INDICATOR),
    second("header-again.csv", HEAD, *UNKNOWN_INDICATOR),
    second("footnote.csv", "Källa: egen statistik", *UNKNOWN_INDICATOR),
    nothing("column-twice.csv", f"{HEAD},value\n{GOOD},6\n", "'value': the header has it twice"),
    nothing(
        "column-in-two-languages.csv", f"{HEAD},värde\n{GOOD},6\n", "'value': the header has it twi"
    ),
    nothing("misspelt.csv", f"{HEAD.replace('region', 'regoin')}\n{GOOD}\n", "mean 'region'?"),
    nothing("unknown-column.csv", f"{HEAD},färg\n{GOOD},röd\n", "'färg': unknown column"),
    nothing("column-lacking.csv", "indicator,region,value\navailable_beds,23,5\n", "lacks period"),
    nothing("unknown-table.csv", "namn;telefon\nAnna;070\n", "not recognised"),
    table(
        "swapped-columns.csv",
        HEAD.replace("period,value", "value,period"),
        GOOD,
        told=NOT_A_PERIOD,
        figures=(),
        used=0,
        aside=1,
    ),
    table(
        "swapped-region-and-indicator.csv",
        HEAD.replace("indicator,region", "region,indicator"),
        GOOD,
        told=UNKNOWN_INDICATOR,
        figures=(),
        used=0,
        aside=1,
    ),
    read(
        "swedish.csv",
        "Indikator;Region;Enhet;Månad;Värde",
        "available_beds;Region Jämtland Härjedalen;@;jan 2024;1 234,5",
        figures=(Figure(1234.5),),
    ),
    read("tabs.tsv", HEAD.replace(",", "\t"), GOOD.replace(",", "\t"), figures=(FIVE,)),
    read("tabs.txt", HEAD.replace(",", "\t"), GOOD.replace(",", "\t"), figures=(FIVE,)),
    Case("old-mac.csv", lines("old-mac.csv", HEAD, GOOD, end="\r").encode(), (), (FIVE,), 1),
    Case("windows.csv", lines("windows.csv", HEAD, GOOD, end="\r\n").encode(), (), (FIVE,), 1),
    read("spaces-around.csv", HEAD.replace(",", " , "), GOOD.replace(",", " ,\t"), figures=(FIVE,)),
    second("too-many-cells.csv", f"{GOOD},6", aside("too_many_cells", "6 cells where the header")),
    read(
        "short-row.csv",
        HEAD,
        GOOD,
        "available_beds,23,@,2024-02",
        figures=(FIVE, missing("2024-02")),
    ),
    nothing("quote-in-the-middle.csv", f'{HEAD}\n{GOOD}\na,23,"b"c,2024-01,5\n{GOOD}\n', "line 3"),
    nothing("lone-return.csv", f"{HEAD}\n{GOOD}\n{GOOD}\r7\n", "line 3: new-line character"),
    nothing("open-quote.csv", f'{HEAD}\n{GOOD}\navailable_beds,"23,@\n{GOOD}\n', "unexpected end"),
    nothing("very-long-cell.csv", f"{HEAD}\n{GOOD},{'a' * 140_000}\n", "field larger than"),
    nothing("ten-thousand-columns.csv", f"{HEAD},{','.join(map(str, range(10_000)))}\n", "unknown"),
    nothing(
        "one-row-of-100000-cells.csv",
        f"{HEAD}\n" + f"{GOOD}\n" * 1000 + "," * 100_000 + "6\n",
        "a row has 100,001 cells",
    ),
    read(
        "line-break-in-cell.csv",
        HEAD,
        'available_beds,23,"@\nVåning 2",2024-01,5',
        figures=(Figure(5.0, unit="line-break-in-cell.csv\nVåning 2"),),
    ),
    read(
        "long-unit.csv",
        HEAD,
        f"available_beds,23,{'å' * 30_000},2024-01,5",
        figures=(Figure(5.0, unit="å" * 30_000),),
    ),
    second(
        "long-region.csv", f"available_beds,{'å' * 30_000},@,2024-01,5", aside("unknown_region")
    ),
    table("twice.csv", HEAD, GOOD, GOOD, used=2, told=(warning("repeated", "counted once"),)),
    read("two-values.csv", HEAD, GOOD, GOOD.replace(",5", ",6"), figures=(FIVE, Figure(6.0))),
)
NUMBERS = (
    read(
        "thousands.csv",
        HEAD,
        *(
            f"available_beds,23,@,2024-0{n},1{space}234"
            for n, space in enumerate(" \u00a0\u202f\u2009", 1)
        ),
        figures=tuple(Figure(1234.0, f"2024-0{n}") for n in range(1, 5)),
    ),
    read(
        "per-cent.csv",
        HEAD.replace(",", ";"),
        PHONE.replace(",", ";") + ";88,5 %",
        figures=(Figure(88.5, indicator="phone_same_day"),),
    ),
    second("per-cent-of-beds.csv", f"{GOOD} %", aside("percent_sign", "no share")),
    read(
        "symbols.csv",
        HEAD,
        *(
            f"available_beds,23,@,2024-0{n},{s}"
            for n, s in enumerate(("–", "-", "..", ".", "x"), 1)
        ),
        figures=(
            Figure(0.0, "2024-01", status="zero"),
            Figure(0.0, "2024-02", status="zero"),
            missing("2024-03"),
            missing("2024-04", "not_applicable"),
            missing("2024-05", "suppressed"),
        ),
    ),
    read(
        "true-minus.csv",
        HEAD,
        "available_beds_change,23,@,2024-01,−5",
        figures=(Figure(-5.0, indicator="available_beds_change"),),
    ),
    second("dash-for-minus.csv", GOOD.replace(",5", ",–5"), *NOT_A_NUMBER),
    second("text-for-number.csv", GOOD.replace(",5", ",ca 5"), *NOT_A_NUMBER),
    second("two-numbers.csv", GOOD.replace(",5", ",12 5"), *NOT_A_NUMBER),
    second("comma-and-point.csv", GOOD.replace(",5", ',"1,234.5"'), *NOT_A_NUMBER),
    second("superscript.csv", GOOD.replace(",5", ",10⁹"), *NOT_A_NUMBER),
    second("other-digits.csv", GOOD.replace(",5", ",٥"), *NOT_A_NUMBER),
    second("formula.csv", GOOD.replace(",5", ",=1+1"), *NOT_A_NUMBER),
    second("command.csv", GOOD.replace(",5", ",=cmd|'/C calc'!A0"), *NOT_A_NUMBER),
    second("error-value.csv", GOOD.replace(",5", ",#DIV/0!"), *NOT_A_NUMBER),
    second("boolean.csv", GOOD.replace(",5", ",TRUE"), *NOT_A_NUMBER),
    second("quintillion.csv", GOOD.replace(",5", ",1 000 000 000 000 000 000"), *NOT_A_NUMBER),
    second("huge-exponent.csv", GOOD.replace(",5", ",1e300"), *NOT_A_NUMBER),
    second("infinite.csv", GOOD.replace(",5", ",inf"), *NOT_A_NUMBER),
    second("nan.csv", GOOD.replace(",5", ",NaN"), *NOT_A_NUMBER),
    second("negative-count.csv", GOOD.replace(",5", ",−5"), aside("negative", "below zero")),
    second("share-101.csv", f"{PHONE},101 %", aside("share_outside", "outside 0–100")),
    read(
        "share-of-one.csv",
        HEAD,
        f"{PHONE},0.69",
        f"{PHONE.replace('-01', '-02')},0.7",
        figures=(
            Figure(0.69, indicator="phone_same_day"),
            Figure(0.7, "2024-02", indicator="phone_same_day"),
        ),
        told=(warning("shares_of_one", "in per cent"),),
    ),
    second("numerator.csv", f"{PHONE},9,8,", aside("numerator_larger"), head=COUNTS),
    second("negative-numerator.csv", f"{PHONE},-9,8,", aside("negative_count"), head=COUNTS),
    second("five-of-zero.csv", f"{PHONE},5,0,", aside("numerator_larger"), head=COUNTS),
    second(
        "occupancy-of-no-beds.csv",
        "bed_occupancy,23,@,2024-01,5,0,",
        aside("denominator_zero"),
        head=COUNTS,
    ),
    read(
        "zero-of-zero.csv",
        COUNTS,
        f"{PHONE},0,0,",
        figures=(missing(status="zero", indicator="phone_same_day"),),
    ),
    second("refuted-share.csv", f"{PHONE},1,4,50", aside("share_refuted"), head=COUNTS),
    table(
        "value-despite-status.csv",
        f"{HEAD},status",
        f"{GOOD},reported",
        f"{PHONE},5,missing",
        told=(aside("value_despite_status"),),
        aside=1,
    ),
)

PERIODS = (
    read(
        "periods.csv",
        HEAD,
        *(
            f"available_beds,23,@,{period},{n}"
            for n, period in enumerate(
                ("jan 2024", "februari 2024", "202403", "2024-04-30", "maj-24", "2024 juni"), 1
            )
        ),
        figures=tuple(Figure(float(n), f"2024-0{n}") for n in range(1, 7)),
    ),
    second("month-13.csv", GOOD.replace("2024-01", "2024-13"), *NOT_A_PERIOD),
    second("year-0024.csv", GOOD.replace("2024-01", "0024-01"), *NOT_A_PERIOD),
    second("day-in-year-0024.csv", GOOD.replace("2024-01", "0024-01-31"), *NOT_A_PERIOD),
    second("february-1900.csv", GOOD.replace("2024-01", "1900-02-29"), *NOT_A_PERIOD),
    second("serial-number.csv", GOOD.replace("2024-01", "45323"), *NOT_A_PERIOD),
    second("american-date.csv", GOOD.replace("2024-01", "01/31/2024"), *NOT_A_PERIOD),
    second("no-period.csv", GOOD.replace("2024-01", ""), *NOT_A_PERIOD),
    table(
        "leap-day.csv",
        HEAD.replace("period", "span,period"),
        "available_beds,23,@,point,2024-02-29,5",
        "available_beds,23,@,point,2023-02-29,6",
        told=NOT_A_PERIOD,
        figures=(Figure(5.0, "2024-02-29"),),
        aside=1,
    ),
)

TEXTS = (
    *(
        read(
            f"unit-{n}.csv",
            HEAD,
            f'available_beds,23,"{unit}",2024-01,5',
            figures=(Figure(5.0, unit=unit),),
        )
        for n, unit in enumerate(
            (
                "<script>alert(1)</script>",
                "**Åre** [länk](javascript:x) | `kod`",
                "=HYPERLINK('http://x')",
                "+sum(A1)",
                "{{< include /etc/passwd >}}",
                "\x01\x02\x1b[31mröd",
                "𝔄̈ re \u202e\u200b\ufffd",
                "NaN",
                "None",
            ),
            1,
        )
    ),
    table("name with spaces.csv", HEAD, GOOD),
    table("åäö.csv", HEAD, GOOD),
    table("line\nbreak.csv", HEAD, GOOD.replace("@", '"@"')),
    table("-rf.csv", HEAD, GOOD),
    table("=1+1.csv", HEAD, GOOD),
    second(f"{'lång' * 40}.csv", GOOD.replace("23", "99"), aside("unknown_region")),
    table("UPPER.CSV", HEAD, GOOD),
    nothing("letter.docx", "brev", "not a kind of file that is read"),
    nothing("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not a kind of file that is read"),
    nothing("no-suffix", HEAD, "not a kind of file that is read"),
)

CASES = (*CUT, *ENCODINGS, *SHAPES, *NUMBERS, *PERIODS, *TEXTS)
