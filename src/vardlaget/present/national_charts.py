"""Charts of all regions: a heat map by quarters, and a line of marks for each measure."""

import altair as alt
import pandas as pd

ROW, CELL = 48, 24
QUARTERS = ("Bästa fjärdedelen", "Näst bästa", "Näst sämsta", "Sämsta fjärdedelen")
UNRANKED = "Utan rangordning"


def quarters(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The cells of one measure: measure, value, text (without its unit), quarter.

    `rows`: as of `national.side_by_side`, with text. A region's quarter is that of its rank among
    those that have one; of fewer than four there are no quarters.
    """
    count = rows["rank"].notna().sum()
    places = [
        UNRANKED
        if pd.isna(rank) or count < len(QUARTERS)
        else QUARTERS[min(int(4 * (rank - 1) / count), 3)]
        for rank in rows["rank"]
    ]
    texts = [str(text).removesuffix("\u00a0%") for text in rows["text"]]
    return rows[["value"]].assign(measure=measure, text=texts, quarter=places)


def heat_map(cells: pd.DataFrame, look: dict) -> alt.LayerChart:
    """A cell for each region and measure with its number, coloured by the quarter it is in.

    `cells`: label, measure, value, text, quarter. Ranks stand in the tables beside it.
    """
    colours = look["colours"]
    measures = list(dict.fromkeys(cells["measure"]))
    names = ("own", "own_light", "accent_light", "accent", "blank")
    fills = [colours[name] for name in names]
    kinds = [*QUARTERS, UNRANKED]
    present = [kind for kind in kinds if (cells["quarter"] == kind).any()]
    rows = cells.assign(light=cells["quarter"].isin([QUARTERS[0], QUARTERS[3]]))
    base = alt.Chart(rows, height=CELL * rows["label"].nunique()).encode(
        x=alt.X(
            "measure:N",
            sort=measures,
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=-90,
                labelLimit=260,
                labelFontSize=12,
                domain=False,
                ticks=False,
                labelAlign="left",
                labelBaseline="middle",
            ),
        ),
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        tooltip=[
            alt.Tooltip("label:N", title="Region"),
            alt.Tooltip("measure:N", title="Mått"),
            alt.Tooltip("text:N", title="Värde"),
            alt.Tooltip("quarter:N", title="Läge"),
        ],
    )
    fill = base.mark_rect(stroke=look["page"]["paper"], strokeWidth=1).encode(
        color=alt.Color(
            "quarter:N",
            title=None,
            scale=alt.Scale(domain=present, range=[fills[kinds.index(kind)] for kind in present]),
            legend=alt.Legend(orient="bottom", columns=2),
        )
    )
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("text:N"),
        color=alt.condition("datum.light", alt.value(colours["on_own"]), alt.value(colours["ink"])),
    )
    return alt.layer(fill, text)


def strips(rows: pd.DataFrame, look: dict, axis: str, suffix: str) -> alt.LayerChart:
    """Every region as a mark on one line a measure; the country's mark, the ends by name.

    `rows`: label, name, kind (`Riket` or `Region`), end (`lowest`, `highest` or empty), value,
    text. `axis` is the axis' title, `suffix` stands after its numbers.
    """
    colours = look["colours"]
    base = alt.Chart(rows, height=ROW * rows["label"].nunique()).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        x=alt.X(
            "value:Q",
            title=axis,
            scale=alt.Scale(zero=False, nice=True, padding=40),
            axis=alt.Axis(labelExpr=f"datum.label + '{suffix}'", tickCount=5, domain=False),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Region"),
            alt.Tooltip("label:N", title="Mått"),
            alt.Tooltip("text:N", title="Värde"),
        ],
    )
    regions = base.transform_filter("datum.kind == 'Region'").mark_point(
        filled=True, shape="circle", size=60, color=colours["own"], opacity=0.65
    )
    country = base.transform_filter("datum.kind == 'Riket'").mark_point(
        filled=False, shape="stroke", size=280, angle=90, color=colours["ink"], strokeWidth=2.5
    )
    named = base.transform_filter("datum.kind == 'Riket'").mark_text(
        dy=20, color=colours["muted"], fontSize=11
    )
    ends = [
        base.transform_filter(alt.datum.end == end)
        .mark_text(align=align, dx=dx, dy=-13, fontSize=11, color=colours["own"])
        .encode(text=alt.Text("name:N"))
        for end, align, dx in (("lowest", "right", -2), ("highest", "left", 2))
    ]
    return alt.layer(regions, country, *ends, named.encode(text=alt.TextValue("Riket")))
