"""The command line: parse, call, print."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

import vardlaget
from vardlaget import project
from vardlaget.errors import InputError, VardlagetError

HELP = """Monthly health-care reports for Swedish regions, from data files to HTML and PDF.

Drop the month's files into data/raw, then:

  vardlaget build --region 23 --month 2024-02

makes public/2024-02/jamtland-harjedalen/ with vardgaranti.html, vardgaranti.pdf, tables/*.csv,
indicators.csv and manifest.json, and lists it in public/index.html. A region is a code (23), a
name or a slug (jamtland-harjedalen). --publication NAME builds one of reports/*.qmd, --engine
auto|quarto|embedded chooses the renderer (auto: Quarto where it is found), --data DIR reads that
folder in place of data/raw, --out DIR writes there in place of public. Exit codes: 0 done, 1 a
notebook or the rendering failed, 2 wrong input. Documentation: docs/.
"""

app = typer.Typer(help=HELP, add_completion=False, no_args_is_help=True, rich_markup_mode=None)
console = Console(stderr=True)


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(vardlaget.__version__)
        raise typer.Exit


@app.command()
def build(
    month: Annotated[str, typer.Option(help="Month, as 2024-02.")],
    region: Annotated[str | None, typer.Option(help="Region: code, name or slug.")] = None,
    all_regions: Annotated[
        bool, typer.Option("--all-regions", help="Every region with figures for the month.")
    ] = False,
    publication: Annotated[
        str | None, typer.Option(help="One of reports/*.qmd; all if left out.")
    ] = None,
    engine: Annotated[str, typer.Option(help="auto, quarto or embedded.")] = "auto",
    data: Annotated[Path | None, typer.Option(help="Folder read in place of data/raw.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder written in place of public.")] = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Do every step again, changed or not.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why figures are revised; readers are told.")] = "",
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="The revision is a scheduled one.")
    ] = False,
    cluster: Annotated[
        str | None, typer.Option(help="Dask scheduler (tcp://…) whose workers build, or local.")
    ] = None,
    share: Annotated[
        str | None, typer.Option(help="URL by way of which files go to and from the cluster.")
    ] = None,
    work: Annotated[Path | None, typer.Option(help="Folder written in place of build.")] = None,
) -> None:
    """Build a region's edition of a month: HTML, PDF, tables, indicators.csv."""
    # Imported here: the libraries take seconds to load, and --help should not.
    from vardlaget.pipeline.whole import Whole

    if (region is None) != all_regions:
        raise InputError("Give either --region REGION or --all-regions.")
    place = project.find(data=data, out=out, work=work)
    whole = Whole(place, (region or "all", month, publication or "all"), engine)
    made = [] if afresh else whole.editions()
    if made:
        console.print("Nothing has changed since these were built; --afresh builds them again.")
        for path in [*made, place.out / "index.html"]:
            typer.echo(_shown(path))
        return
    from vardlaget.check_command import summary
    from vardlaget.pipeline.build import build as build_editions
    from vardlaget.publishing.ledger import Note

    begun = whole.begin()
    with _progress() as progress:
        task = progress.add_task("starting")
        built = build_editions(
            place,
            region,
            month,
            publication,
            engine,
            progress=lambda step: progress.update(task, description=step),
            afresh=afresh,
            note=Note(reason, scheduled),
            cluster=cluster,
            share=share,
        )
    begun.done(built.folders)
    for reason, steps in built.reasons.items():
        console.print(_told(reason, steps), markup=False, highlight=False, soft_wrap=True)
    for each in built.left_out:
        console.print(f"Left out: {each.name} has no figures to publish for {month}.")
    for name in built.passed_over:
        told = "passed over: it is about real figures where these are synthetic, or the reverse"
        console.print(f"{name}: {told} (docs/comments.md).", soft_wrap=True)
    for _, words in sorted(built.typed_figures, reverse=True):
        console.print(words, markup=False, highlight=False, soft_wrap=True)
    if any(finding.kind != "warning" for finding in built.reading.findings):
        console.print(f"{summary(built.reading)} See: vardlaget check", soft_wrap=True)
    console.print(f"Rendered with {built.engine.name} ({built.engine.version}).")
    for path in [*built.files, built.front_page]:
        typer.echo(_shown(path))


@app.command()
def review(
    month: Annotated[str, typer.Option(help="Month, as 2024-02.")],
    region: Annotated[str, typer.Option(help="Region: code, name or slug.")],
    out: Annotated[Path | None, typer.Option(help="Folder of editions, if not public.")] = None,
) -> None:
    """Make a reviewer's packet of an edition: PDF, differences, checks, hashes."""
    from vardlaget.publishing.review import review as reviewed

    typer.echo(_shown(reviewed(project.find(out=out), region, month)))


@app.command()
def approve(
    month: Annotated[str, typer.Option(help="Month, as 2024-02.")],
    region: Annotated[str, typer.Option(help="Region: code, name or slug.")],
    role: Annotated[str, typer.Option("--as", help="The role that approves; it is published.")],
    name: Annotated[str, typer.Option(help="Who approves; it is published if given.")] = "",
    data: Annotated[Path | None, typer.Option(help="Folder read in place of data/raw.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of editions, if not public.")] = None,
) -> None:
    """Approve an edition as it was reviewed; its pages then bear the status it has reached."""
    from vardlaget.publishing.sign_off import approve as approved

    with _progress() as progress:
        task = progress.add_task("starting")
        done = approved(
            project.find(data=data, out=out),
            region,
            month,
            role,
            name,
            progress=lambda step: progress.update(task, description=step),
        )
    typer.echo(f"Approved as {done.approval.role}: content {done.approval.content[:16]}")
    typer.echo(f"Status: {done.status} ({done.demands})")


@app.command()
def publish(
    to: Annotated[Path, typer.Option(help="The folder of the published site.")],
    month: Annotated[str | None, typer.Option(help="Only this month, as 2024-02.")] = None,
    region: Annotated[str | None, typer.Option(help="Only this region.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of editions, if not public.")] = None,
) -> None:
    """Put the editions that have the approvals demanded into a folder, in one step."""
    from vardlaget.publishing.publish import publish as published

    done = published(project.find(out=out), to, month, region)
    for reason in done.left_out:
        console.print(f"Left out: {reason}", markup=False, highlight=False, soft_wrap=True)
    for folder in done.editions:
        typer.echo(_shown(done.site / folder))
    console.print(f"{done.files} files arrived as they were sent.")


@app.command()
def verify(
    edition: Annotated[Path, typer.Argument(help="An edition's folder, or a published site.")],
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build it once more and compare every byte.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="Folder read in place of data/raw.")] = None,
) -> None:
    """Check an edition's files against its manifest, and rebuild it from its inputs."""
    from vardlaget.publishing import verify_command

    with _progress() as progress:
        task = progress.add_task("reading")
        told = verify_command.verify(
            edition,
            partial(project.find, data=data) if rebuild else None,
            progress=lambda step: progress.update(task, description=step),
        )
    typer.echo("\n".join(told.lines))
    if not told.good:
        raise typer.Exit(1)


@app.command()
def trace(
    edition: Annotated[Path, typer.Argument(help="An edition's folder.")],
    figure: Annotated[
        list[str], typer.Argument(help="treatment_90d basis=waiting, or a text: '48 %'.")
    ],
    data: Annotated[Path | None, typer.Option(help="Folder read in place of data/raw.")] = None,
) -> None:
    """Print a published figure's way: text, formula, observations, file, row, hash."""
    from vardlaget.publishing import trace_command

    place = project.find(data=data)
    typer.echo(trace_command.text(place, edition, " ".join(figure)), nl=False)


@app.command()
def preview(
    month: Annotated[str, typer.Option(help="Month, as 2024-02.")],
    region: Annotated[str, typer.Option(help="Region: code, name or slug.")],
    publication: Annotated[
        str | None, typer.Option(help="One of reports/*.qmd; all if left out.")
    ] = None,
    engine: Annotated[str, typer.Option(help="auto, quarto or embedded.")] = "auto",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8765,
    data: Annotated[Path | None, typer.Option(help="Folder read in place of data/raw.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of editions, if not public.")] = None,
) -> None:
    """Serve an edition on this machine; rebuild and reload it when a file is saved."""
    from vardlaget.preview_command import preview as previewed

    place = project.find(data=data, out=out)
    tell = partial(console.print, markup=False, highlight=False, soft_wrap=True)
    previewed(place, region, month, publication, engine, port, tell)


@app.command()
def check(
    data: Annotated[Path | None, typer.Option(help="Folder read in place of data/raw.")] = None,
) -> None:
    """Read all data files and print what was read, set aside, or looks odd."""
    from vardlaget.check_command import check as checked

    result = checked(project.find(data=data))
    typer.echo(result.text, nl=False)
    if not result.usable:
        raise typer.Exit(2)


@app.command()
def fetch(
    source: Annotated[str, typer.Argument(help="kolada or scb.")],
    years: Annotated[
        str | None, typer.Option(help="As 2019-2024; the last five if left out.")
    ] = None,
    kpi: Annotated[
        list[str] | None, typer.Option(help="A key figure of Kolada; may be given again.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder used in place of data/raw.")] = None,
    url: Annotated[str | None, typer.Option(help="Another address of the API.")] = None,
) -> None:
    """Fetch open figures (Kolada, SCB) into the data folder as dated snapshots."""
    from vardlaget.fetch_command import fetch as fetched

    with _progress() as progress:
        task = progress.add_task("fetching")
        told = fetched(
            project.find(data=data),
            source,
            years,
            kpi or [],
            url,
            progress=lambda step: progress.update(task, description=step),
        )
    for line in told:
        typer.echo(line)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder to write the input into.")],
    months: Annotated[int, typer.Option(min=1, max=240, help="How many months.")] = 48,
    region: Annotated[
        str, typer.Option("--regions", help="'all', or regions separated by commas.")
    ] = "all",
    records: Annotated[int, typer.Option(min=0, help="Rows of a record-level waiting list.")] = 0,
    seed: Annotated[int, typer.Option(help="Another number gives another country.")] = 1,
    last: Annotated[str, typer.Option(help="The last month, as 2024-02.")] = "2024-02",
) -> None:
    """Make a whole country of plausible, synthetic input in the real formats."""
    from vardlaget.catalogue import load_regions
    from vardlaget.demo import make
    from vardlaget.periods import Month

    place = project.find()
    known = load_regions(place.reference / "regions.csv")
    chosen = list(known) if region == "all" else [known[name] for name in region.split(",")]
    for path in make(place, out, months, chosen, records, seed, Month.parse(last)):
        typer.echo(_shown(path))


@app.command()
def grants(
    agreement: Annotated[str, typer.Option(help="An agreement's id, as tillganglighet-2024.")],
    region: Annotated[str | None, typer.Option(help="Region; all 21 if left out.")] = None,
    month: Annotated[
        str | None, typer.Option(help="The last month that is judged, as 2024-02.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder read in place of data/raw.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """Print what an agreement on state grants gives, by part, month, measure and region."""
    from vardlaget.grants_command import listing

    made = listing(project.find(data=data), agreement, region, month, form)
    typer.echo(made.text, nl=False)
    for line in made.unverified:
        console.print(f"Ej verifierat: {line}.", markup=False, highlight=False, soft_wrap=True)


@app.command("new-month")
def new_month(
    region: Annotated[str, typer.Option(help="Region: code, name or slug.")],
    month: Annotated[str, typer.Option(help="Month, as 2024-02.")],
) -> None:
    """Lay out a new month's comment files, with last month's beside them."""
    from vardlaget.new_month_command import lay_out

    for path in lay_out(project.find(), region, month):
        typer.echo(_shown(path))


@app.command()
def regions() -> None:
    """List the regions: code, slug, name."""
    from vardlaget.catalogue import load_regions

    for region in load_regions(project.find().reference / "regions.csv"):
        typer.echo(f"{region.code}  {region.slug:<20}{region.name}")


@app.command()
def engines() -> None:
    """Say which render engine a build would take, and its version."""
    from vardlaget.pipeline import render

    engine = render.choose("auto")
    typer.echo(f"{engine.name}: {engine.version}")


def _told(reason: str, steps: list[str]) -> str:
    """Why steps ran: `targets.csv changed: grants.ipynb 23 2024-02` or how many they were."""
    named = ", ".join(steps) if len(steps) <= 4 else f"{len(steps)} steps"
    return f"{reason[0].upper()}{reason[1:]}: {named}."


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console
    )


def _shown(path: Path) -> str:
    """A path as short as it can be copied from the terminal."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def main() -> None:
    """Runs the command; an error that the user can act on is one message, not a traceback."""
    try:
        app(standalone_mode=True)
    except VardlagetError as error:
        console.print("[bold red]Error:[/] ", end="")
        console.print(str(error), markup=False, highlight=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        console.print("Stopped; the earlier edition is as it was.")
        sys.exit(130)
