"""Charts of sick leave: two years side by side, twelve months rolling."""

import altair as alt
import pandas as pd

ROW = 48
HEIGHT = 210


def two_years(frame: pd.DataFrame, look: dict, target: tuple[float, str] | None) -> alt.LayerChart:
    """A line between two years' values a group, each with its mark; the target as a rule.

    `frame`: label, year, value and text, a row a group and year. `target`: its value and words.
    """
    colours = look["colours"]
    years = sorted(frame["year"].unique())
    high = max(frame["value"].max(), target[0] if target else 0)
    base = alt.Chart(frame, height=ROW * frame["label"].nunique()).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        tooltip=[
            alt.Tooltip("label:N", title="Grupp"),
            alt.Tooltip("year:N", title="År"),
            alt.Tooltip("text:N", title="Sjukfrånvaro"),
        ],
    )
    x = alt.X(
        "value:Q",
        title="Sjukfrånvaro, andel av ordinarie arbetstid",
        scale=alt.Scale(domain=[0, high * 1.15]),
        axis=alt.Axis(labelExpr="datum.label + ' %'", tickCount=6, domain=False),
    )
    line = base.mark_line(color=colours["rule"], strokeWidth=3).encode(
        x=x, detail=alt.Detail("label:N")
    )
    shapes, inks = ["circle", "diamond"][-len(years) :], [colours["other"], colours["own"]]
    marks = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=x,
        shape=alt.Shape("year:N", title=None, scale=alt.Scale(domain=years, range=shapes)),
        color=alt.Color(
            "year:N", title=None, scale=alt.Scale(domain=years, range=inks[-len(years) :])
        ),
    )
    texts = [
        base.transform_filter(alt.datum.year == year)
        .mark_text(dy=dy, fontWeight=600, color=colours[ink])
        .encode(x=alt.X("value:Q"), text=alt.Text("text:N"))
        for year, dy, ink in zip(years[::-1], (-13, 14), ("ink", "muted"), strict=False)
    ]
    layers = [line, marks, *texts]
    if target is not None:
        goal = _named(target).encode(x=alt.X("value:Q"))
        layers.insert(0, goal.mark_rule(color=colours["accent"], strokeWidth=2))
        # Above the marks' texts, which would cover it on a narrow screen.
        words = goal.mark_text(baseline="bottom", dy=-2, color=colours["accent"], fontWeight=600)
        layers.append(words.encode(y=alt.YValue(0), text=alt.Text("words:N")))
    return alt.layer(*layers)


def rolling(frame: pd.DataFrame, look: dict, target: tuple[float, str] | None) -> alt.LayerChart:
    """R12 by month, the newest value as text, the target as a rule.

    `frame`: month (as shown, in order), value, text and label (text at the point, or empty).
    """
    colours = look["colours"]
    ends = [*frame["value"], *([] if target is None else [target[0]])]
    room = max(0.3 * (max(ends) - min(ends)), 0.4)
    scale = alt.Scale(domain=[max(0, min(ends) - room), max(ends) + room], nice=False, zero=False)
    base = alt.Chart(frame, height=HEIGHT).encode(
        x=alt.X(
            "month:O",
            sort=None,
            title=None,
            axis=alt.Axis(
                values=frame["month"].tolist()[::-3][::-1],
                labelAngle=0,
                grid=False,
                labelFlush=True,
            ),
        ),
        y=alt.Y(
            "value:Q",
            title="Sjukfrånvaro, R12",
            scale=scale,
            axis=alt.Axis(labelExpr="datum.label + ' %'", tickCount=5, domain=False),
        ),
        tooltip=[alt.Tooltip("month:O", title="Till och med"), alt.Tooltip("text:N", title="R12")],
    )
    layers = [
        base.mark_line(color=colours["own"], strokeWidth=2),
        base.mark_point(color=colours["own"], filled=True, size=55, opacity=1),
        base.mark_text(dy=-13, fontWeight=600).encode(text=alt.Text("label:N")),
    ]
    return alt.layer(*layers, *_goal(target, colours))


def months(frame: pd.DataFrame, look: dict, target: tuple[float, str] | None) -> alt.LayerChart:
    """What is accumulated since January, month by month: this year beside last year.

    `frame`: month (1–12), name (of the month), year, value, text and label (text at the point).
    """
    colours = look["colours"]
    years = sorted(frame["year"].unique())
    ends = [*frame["value"], *([] if target is None else [target[0]])]
    room = max(0.25 * (max(ends) - min(ends)), 0.4)
    scale = alt.Scale(domain=[max(0, min(ends) - room), max(ends) + room], nice=False, zero=False)
    names = frame.drop_duplicates("month").sort_values("month")["name"].tolist()
    base = alt.Chart(frame, height=HEIGHT).encode(
        x=alt.X("name:O", sort=names, title=None, axis=alt.Axis(labelAngle=0, grid=False)),
        y=alt.Y(
            "value:Q",
            title="Sjukfrånvaro hittills i år",
            scale=scale,
            axis=alt.Axis(labelExpr="datum.label + ' %'", tickCount=5, domain=False),
        ),
        tooltip=[
            alt.Tooltip("name:O", title="Till och med"),
            alt.Tooltip("year:N", title="År"),
            alt.Tooltip("text:N", title="Sjukfrånvaro"),
        ],
    )
    ink = alt.Color(
        "year:N",
        title=None,
        scale=alt.Scale(domain=years, range=[colours["other"], colours["own"]][-len(years) :]),
    )
    shape = alt.Shape(
        "year:N",
        title=None,
        scale=alt.Scale(domain=years, range=["circle", "diamond"][-len(years) :]),
    )
    layers = [
        base.mark_line(strokeWidth=2).encode(color=ink),
        base.mark_point(filled=True, size=60, opacity=1).encode(color=ink, shape=shape),
        base.transform_filter("datum.label != ''")
        .mark_text(dy=-13, fontWeight=600)
        .encode(text=alt.Text("label:N")),
    ]
    return alt.layer(*layers, *_goal(target, colours))


def _named(target: tuple[float, str]) -> alt.Chart:
    return alt.Chart(pd.DataFrame([target], columns=["value", "words"]))


def _goal(target: tuple[float, str] | None, colours: dict) -> list[alt.Chart]:
    """The target as a line across the chart."""
    if target is None:
        return []
    goal = _named(target).encode(y=alt.Y("value:Q"))
    words = goal.mark_text(align="left", dx=2, dy=-7, color=colours["accent"], fontWeight=600)
    rule = goal.mark_rule(color=colours["accent"], strokeWidth=1.5)
    return [rule, words.encode(x=alt.XValue(0), text=alt.Text("words:N"))]
