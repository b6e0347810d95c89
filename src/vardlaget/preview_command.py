"""`vardlaget preview`: an edition on loopback that is rebuilt, and reloads, when a file is saved.

It is made in a place of its own, `build/preview/`, always as a first edition: editions in place and
what is remembered of them stay as they are. What is served is that folder as it is. Only the copy
that goes to the browser gets the script that reloads it, and a Content-Security-Policy that lets
this script ask for news.
"""

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from vardlaget.catalogue import load_regions
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline import editions, inputs, locks
from vardlaget.project import Project

HOST = "127.0.0.1"
SCRIPT = "/.preview/reload.js"
EVENTS = "/.preview/events"
# Between two signs of life, by which a closed page is noticed.
SECONDS_OF_SILENCE = 5.0
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content="[^"]*)(")')
_CODE = """const own = new URL(document.currentScript.src).search.slice(1);
new EventSource("%s").onmessage = (news) => { if (news.data !== own) location.reload(); };
"""
_WAITING = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Utgåvan byggs</title></head>
<body><p>Sidan finns inte ännu. Den visas när utgåvan är byggd; fel står i terminalen.</p></body>
</html>
"""


class News:
    """Which version of the editions is served; pages wait for the next."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        # Higher than any earlier preview's, so that its pages reload too.
        self.version = time.time_ns()
        self.ended = False

    def publish(self) -> None:
        with self._changed:
            self.version += 1
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def wait(self, known: int) -> int:
        """The version, as soon as it is another than `known`, the end has come, or a while has
        passed."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.ended or self.version != known, timeout=SECONDS_OF_SILENCE
            )
            return self.version


class Handler(SimpleHTTPRequestHandler):
    """Serves the files below a folder to this machine alone."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments, news: News, **named) -> None:
        self.news = news
        super().__init__(*arguments, **named)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if not self._asked_here():
            self.send_error(HTTPStatus.FORBIDDEN, "Only for this machine")
        elif path == EVENTS:
            self._events()
        elif path == SCRIPT:
            self._send(_CODE % EVENTS, "text/javascript")
        elif path.endswith((".html", "/")):
            self._page()
        else:
            super().do_GET()

    def _asked_here(self) -> bool:
        """Another site's name that points to this machine would let its pages read editions."""
        return self.headers.get("Host", "").partition(":")[0] in (HOST, "localhost")

    def _page(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if file.is_file():
            text, status = file.read_text(encoding="utf-8"), HTTPStatus.OK
        else:
            text, status = _WAITING, HTTPStatus.NOT_FOUND
        self._send(with_reload(text, self.news.version), "text/html", status)

    def _send(self, text: str, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _events(self) -> None:
        """Server-Sent Events: the version, now and whenever there is a new one."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        version, told = self.news.version, 0
        try:
            while not self.news.ended:
                line = f"data: {version}\n\n" if version != told else ": \n\n"
                self.wfile.write(line.encode())
                told, version = version, self.news.wait(version)
        except OSError:
            pass  # the page is closed

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def list_directory(self, path):
        self.send_error(HTTPStatus.NOT_FOUND, "No such page")

    def log_message(self, *arguments: object) -> None:
        """Nothing: the terminal is for builds and their errors."""


class Server(ThreadingHTTPServer):
    """A server on a port of its own."""

    daemon_threads = True
    allow_reuse_address = False


def with_reload(page: str, version: int) -> str:
    """The page with the script that reloads it, and a policy that lets it connect."""
    page = _POLICY.sub(r"\1; connect-src 'self'\2", page, count=1)
    return page.replace("</head>", f'<script src="{SCRIPT}?{version}"></script>\n</head>', 1)


def preview(
    project: Project,
    region: str,
    month: str,
    publication: str | None,
    engine: str,
    port: int,
    tell: Callable[[str], None],
) -> None:
    """Builds, serves, and builds again whenever a source is saved, until it is interrupted.

    `port` 0 is any free one. `tell` gets each line for the terminal. A build that fails leaves
    the earlier page, which is served on. Raises InputError for a wrong region, month or port, and
    where another process previews the same.
    """
    place = load_regions(project.reference / "regions.csv")[region]
    when = Month.parse(month)
    folder = f"{when}/{place.slug}"
    work = project.build / "preview" / folder.replace("/", "-")
    options = {"--region": region, "--month": month, "--publication": publication}
    options |= {"--engine": engine}
    with locks.held(work, f"The preview of {place.name}, {when}"):
        _serve(project, work, folder, options, port, tell)


def _serve(
    project: Project,
    work: Path,
    folder: str,
    options: dict[str, str | None],
    port: int,
    tell: Callable[[str], None],
) -> None:
    """`work` is the preview's own place, `folder` the edition's in its public folder."""
    shown = work / "public"
    shown.mkdir(exist_ok=True)
    news = News()
    server = _server(port, partial(Handler, news=news, directory=str(shown)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kernels = Kernels()
    try:
        build = partial(_build, project, work, shown, options, kernels)
        saved = _saved(project)
        next(saved)  # from here on nothing that is saved is missed
        _announce(build(), news, shown / folder, _address(server, folder), tell)
        for changes in filter(None, saved):
            tell(f"Saved: {', '.join(_names(project, changes))}. Building …")
            if build():
                news.publish()
                tell("Built; the page reloads.")
            else:
                tell("Not built; the earlier page stays.")
    except KeyboardInterrupt:
        tell("Stopped.")
    finally:
        kernels.close()
        news.end()
        server.shutdown()
        server.server_close()


class Kernels(ExitStack):
    """The warm process that all builds' kernels are forked from."""

    _loaded: frozenset[tuple[Path, int]] = frozenset()

    def renew(self) -> None:
        """Starts the process, or another in its place where the package is no longer as it was."""
        from vardlaget.pipeline.notebooks import warm_process

        files = frozenset((p, p.stat().st_mtime_ns) for p in inputs.files(inputs.PACKAGE))
        if files != self._loaded:
            self.close()
            self.enter_context(warm_process())
            self._loaded = files


def _server(port: int, handler) -> Server:
    try:
        return Server((HOST, port), handler)
    except (OSError, OverflowError):
        raise InputError(f"--port {port}: taken or not allowed; 0 takes any free one.") from None


def _address(server: Server, folder: str) -> str:
    return f"http://{HOST}:{server.server_port}/{folder}/"


def _announce(built: bool, news: News, edition: Path, address: str, tell) -> None:
    if built:
        news.publish()
    for page in sorted(edition.glob("*.html")):
        tell(f"{address}{page.name}")
    if not built:
        tell(f"Not built yet; what is built will be at {address}")
    tell("Waiting for a saved notebook, report, comment, theme, setting or data file; Ctrl-C ends.")


def _build(
    project: Project, work: Path, shown: Path, options: dict[str, str | None], kernels: Kernels
) -> bool:
    """One build in a process of its own, which has read nothing before; its errors are shown.

    It is made beside what is shown and takes its place in one step. It follows no edition, and
    hides what a build would hide beside what has been published.
    """
    from vardlaget.disclosure.release import remember_as

    place = replace(project, work=work / "build", out=work / "next")
    shutil.rmtree(place.out, ignore_errors=True)
    remember_as(place, project)
    kernels.renew()
    options |= {"--data": str(place.data), "--out": str(place.out), "--work": str(place.build)}
    given = [part for name, value in options.items() if value for part in (name, value)]
    command = [sys.executable, "-c", "from vardlaget.cli import main; main()", "build", *given]
    done = subprocess.run(command, cwd=project.root, stdout=subprocess.DEVNULL)
    if done.returncode == 0:
        editions.put_in_place(place.out, shown)
    shutil.rmtree(place.out, ignore_errors=True)
    return done.returncode == 0


def _saved(project: Project) -> Iterator[set[tuple[Change, str]]]:
    """What was saved, and nothing at the beginning and now and then."""
    return watch(
        *_sources(project),
        watch_filter=Sources(),
        debounce=400,
        rust_timeout=300,
        yield_on_timeout=True,
    )


def _sources(project: Project) -> list[Path]:
    folders = (project.notebooks, project.reports, project.settings, project.root / "data")
    found = [path for path in (*folders, project.data) if path.is_dir()]
    return [*dict.fromkeys(found), project.root / "_quarto.yml"]


class Sources(DefaultFilter):
    """Saved sources, not what editors, Jupyter and Python keep beside them."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, ".ipynb_checkpoints")

    def __call__(self, change: Change, path: str) -> bool:
        return not Path(path).name.startswith((".", "~$")) and super().__call__(change, path)


def _names(project: Project, changes: Iterable[tuple[Change, str]]) -> list[str]:
    return sorted({project.named(Path(path)) for _, path in changes})
