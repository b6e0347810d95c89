"""Asking an open API for JSON: retries with back-off, time limits, errors that say what to do.

The client libraries for Kolada and PxWeb are not used. koladapy 1.0.1 goes on past a batch that
failed, does not retry on a server's error and keeps none of the answers; pxwebpy 0.6.0 sets no time
limit, answers from a cache unless told otherwise and drops the codes, statuses and notes.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from urllib3.exceptions import TimeoutError as NoAnswer
from urllib3.util import Retry

import vardlaget
from vardlaget.errors import InputError

# What may have passed when it is asked again.
PASSING = (429, 500, 502, 503, 504)
LATER = (
    "Check the network and the address, or fetch again later; snapshots already stored stay in use."
)

Progress = Callable[[str], None]


def silent(step: str) -> None:
    """Progress that is not shown."""


@dataclass(frozen=True)
class Manners:
    """How polite and how patient to be, in seconds.

    `interval` is the least time between two calls; `timeout` holds for connecting and for each part
    of an answer; `tries` is how often one call is made in all while the server is at fault, and
    `backoff` the wait before the third, doubled each time; `longest_wait` is how much of a server's
    Retry-After is obeyed.
    """

    interval: float
    timeout: float = 30
    tries: int = 5
    backoff: float = 1
    longest_wait: float = 60


class Client:
    """One API, named `name` in what is told."""

    def __init__(self, name: str, manners: Manners):
        self.name = name
        self.manners = manners
        self._next_call = 0.0
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"vardlaget/{vardlaget.__version__}"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_retry(manners)))

    def get(self, url: str) -> Any:
        """The JSON at an address. Raises InputError."""
        return self._ask("GET", url)

    def post(self, url: str, query: dict[str, Any]) -> Any:
        """The JSON that answers a query. Raises InputError."""
        return self._ask("POST", url, json=query)

    def _ask(self, method: str, url: str, **more: Any) -> Any:
        time.sleep(max(0.0, self._next_call - time.monotonic()))
        try:
            response = self._session.request(method, url, timeout=self.manners.timeout, **more)
        except requests.RequestException as error:
            raise InputError(f"{self.name}: {url}: {self._why(error)}. {LATER}") from None
        finally:
            self._next_call = time.monotonic() + self.manners.interval
        if not response.ok:
            raise InputError(f"{self.name}: {url}: {_refusal(response)}. {LATER}")
        return self._parsed(response, url)

    def _why(self, error: requests.RequestException) -> str:
        cause = error.args[0] if error.args else error
        cause = getattr(cause, "reason", None) or cause
        # urllib3 counts a refused connection and an unknown host among the time-outs.
        if isinstance(cause, NewConnectionError):
            return f"no connection ({str(cause).split(': ', 1)[-1]})"
        if isinstance(error, requests.Timeout) or isinstance(cause, NoAnswer):
            return f"no answer within {self.manners.timeout:g} seconds"
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            return "the answer was cut off"
        return f"no answer ({str(cause).rstrip('.')})"

    def _parsed(self, response: requests.Response, url: str) -> Any:
        try:
            return json.loads(response.content)
        except (ValueError, RecursionError):
            start = response.content[:60].decode("utf-8", "replace").strip()
            raise InputError(
                f"{self.name}: {url}: the answer is not whole JSON; it begins {start!r}. {LATER}"
            ) from None


def _retry(manners: Manners) -> Retry:
    return Retry(
        total=manners.tries - 1,
        connect=1,
        read=1,
        other=1,
        status_forcelist=PASSING,
        allowed_methods=None,
        backoff_factor=manners.backoff,
        retry_after_max=manners.longest_wait,
        raise_on_status=False,
    )


def _refusal(response: requests.Response) -> str:
    """`404 (Not Found)`, with what the server says about it where it says it in JSON."""
    told = f"the server answers {response.status_code} ({response.reason})"
    try:
        body = json.loads(response.content)
    except ValueError:
        return told
    said = (
        [body.get(key) for key in ("title", "detail", "message")] if isinstance(body, dict) else []
    )
    return ": ".join([told, *(str(text)[:200].rstrip(".") for text in said if text)])
