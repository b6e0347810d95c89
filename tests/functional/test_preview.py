"""`vardlaget preview`: the real command on a free port, and its server alone."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path
from queue import Empty, Queue

import pytest

import small_project
from small_project import contents
from vardlaget.preview_command import EVENTS, HOST, SCRIPT, Handler, News, Server, with_reload
from vardlaget.publishing.ledger_text import HEADING

POLICY = "default-src 'none'; script-src 'self'"
PAGE = (
    f'<html><head><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    "<title>T</title>\n</head><body>å</body></html>"
)
PATIENCE = 300


@pytest.fixture
def served(tmp_path):
    """A server of a folder with one page, and its news."""
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    news = News()
    server = Server((HOST, 0), partial(Handler, news=news, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, news
    news.end()
    server.shutdown()
    server.server_close()
    thread.join()


def get(port, path, host=None):
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_only_the_served_copy_gets_script_and_policy(served, tmp_path):
    port, news = served
    status, text = get(port, "/a.html")
    assert status == 200
    assert f'<script src="{SCRIPT}?{news.version}"></script>' in text
    assert f"content=\"{POLICY}; connect-src 'self'\"" in text
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == PAGE
    assert text == with_reload(PAGE, news.version)
    assert EVENTS in get(port, f"{SCRIPT}?1")[1]


def test_what_is_not_built_or_not_for_others_is_not_served(served, tmp_path):
    port, _ = served
    status, text = get(port, "/empty/")
    assert status == 404
    assert SCRIPT in text
    assert get(port, "/a.html", host="evil.example")[0] == 403
    assert get(port, "/..%2f..%2fetc/passwd")[0] == 404
    assert get(port, "/empty")[0] in (301, 404)


def test_a_page_hears_of_the_next_version(served):
    port, news = served
    with urllib.request.urlopen(f"http://{HOST}:{port}{EVENTS}", timeout=30) as stream:
        assert stream.readline() == f"data: {news.version}\n".encode()
        news.publish()
        lines = [stream.readline() for _ in range(2)]
        assert f"data: {news.version}\n".encode() in lines


class Preview:
    """The command at work, and what it tells."""

    def __init__(self, folder: Path, *arguments: str):
        command = Path(sys.executable).with_name("vardlaget")
        self.process = subprocess.Popen(
            [command, "preview", *arguments, "--engine", "embedded", "--port", "0"],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.told: Queue[str] = Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stderr:
            self.told.put(line)

    def until(self, pattern: str) -> re.Match:
        """The first line told from now on that matches."""
        seen = []
        while True:
            try:
                seen.append(self.told.get(timeout=PATIENCE))
            except Empty:
                pytest.fail(f"'{pattern}' was not told, but: {''.join(seen)}")
            if found := re.search(pattern, seen[-1]):
                return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


@pytest.fixture
def preview():
    """Starts the command in a folder with arguments; stopped at the end at the latest."""
    started = []

    def start(folder, *arguments):
        started.append(Preview(folder, *arguments))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def read(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def test_a_saved_report_changes_the_page_and_a_wrong_one_does_not(preview, tmp_path):
    project = small_project.make(tmp_path / "project")
    preview = preview(project, "--region", "24", "--month", small_project.MONTH)
    address = preview.until(r"(http://\S+/prov\.html)")[1]
    preview.until("Waiting")
    first = read(address)
    assert SCRIPT in first
    events = urllib.request.urlopen(address.partition("/2024")[0] + EVENTS, timeout=PATIENCE)
    before = events.readline()

    report = project / "reports" / "prov.qmd"
    text = report.read_text(encoding="utf-8")
    report.write_text(f"{text}\n\nEn ny mening om läget.\n", encoding="utf-8")
    preview.until(r"Saved: reports/prov\.qmd")
    preview.until("Built; the page reloads")
    assert "En ny mening om läget." in read(address)
    lines = iter(events.readline, b"")
    assert next(line for line in lines if line.startswith(b"data:") and line != before)
    events.close()

    report.write_text(f"{text}\n\n{{{{< okänd x >}}}}\n", encoding="utf-8")
    preview.until(r"reports/prov\.qmd:\d+: .*okänd")
    preview.until("the earlier page stays")
    assert "En ny mening om läget." in read(address)

    assert preview.stop() == 0
    preview.until("Stopped")
    with pytest.raises(urllib.error.URLError):
        read(address)


def test_saving_leaves_editions_and_what_is_remembered_of_them_as_they_are(preview, tmp_path):
    project = small_project.make(tmp_path / "project")
    small_project.build(project)
    kept = {name: contents(project / name) for name in ("public", "build")}
    preview = preview(project, "--region", "24", "--month", small_project.MONTH)
    address = preview.until(r"(http://\S+/)prov\.html")[1]
    for share in (71, 72):
        small_project.put(project, share)
        preview.until(r"Saved: data/raw")
        preview.until("Built; the page reloads")
        page = read(f"{address}prov.html")
        assert re.search(rf"{share},0\sprocent", page)
        assert HEADING not in page
        assert json.loads(read(f"{address}manifest.json"))["edition"] == 1
    assert preview.stop() == 0
    assert contents(project / "public") == kept["public"]
    built = contents(project / "build")
    assert {name: built.get(name) for name in kept["build"]} == kept["build"]
    new = {name.partition("/")[0] for name in built.keys() - kept["build"].keys()}
    assert new == {"preview"}


def test_a_port_that_is_taken_is_told(project_copy, vardlaget):
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        done = vardlaget(
            *(project_copy, "preview", "--region", "23", "--month", "2024-02", "--port", port)
        )
    assert done.returncode == 2
    assert f"--port {port}" in done.stderr
