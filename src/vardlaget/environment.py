"""The environment of notebooks: what a build tells them by it, and what they get of its own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

# Set while a build runs notebooks: cells then emit what reports embed, not what Jupyter shows.
IN_BUILD = "VARDLAGET_BUILD"
# The folder with what a region's notebooks read; without it they read the data files themselves.
STORE = "VARDLAGET_OBSERVATIONS"
# What that folder holds: see `store.cut`.
PARTS = ("own", "required", "compared", "findings")
# A file to which a notebook adds the name of each part of the store that it reads.
READ = "VARDLAGET_READ"
# The folder given by --data: a region's own agreements stand there.
DATA = "VARDLAGET_DATA"

# What a notebook gets of the environment that a build runs in, and no more: where programs and
# folders are, languages and time zone, how Python and Jupyter start. Passwords and tokens stay out.
KEPT = frozenset(
    name
    for names in (
        "PATH LD_LIBRARY_PATH DYLD_LIBRARY_PATH HOME TMPDIR TMP TEMP TZ LANG LANGUAGE",
        "JUPYTER_PATH JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_PLATFORM_DIRS",
        "JUPYTER_RUNTIME_DIR IPYTHONDIR XDG_CACHE_HOME XDG_RUNTIME_DIR",
        "WARM_KERNELS_ADDRESS VARDLAGET_WARM",
        "APPDATA COMSPEC LOCALAPPDATA PATHEXT PROGRAMDATA SYSTEMDRIVE SYSTEMROOT USERPROFILE",
        "WINDIR",
    )
    for name in names.split()
)
_KEPT_BEGINNINGS = ("LC_", "PYTHON", "OMP_", "OPENBLAS_", "MKL_")


def of_notebooks(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that notebooks get."""
    return {
        name: value
        for name, value in environment.items()
        if name.upper() in KEPT or name.upper().startswith(_KEPT_BEGINNINGS)
    }


@contextmanager
def only_for_notebooks(**told: str) -> Iterator[None]:
    """This process has the environment of a notebook, with what it is told, while the block lasts.

    What is removed from it meanwhile is removed for good.
    """
    before, given = dict(os.environ), of_notebooks(os.environ) | told
    _become(given)
    try:
        yield
    finally:
        _become({name: v for name, v in before.items() if name not in given or name in os.environ})


def _become(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
