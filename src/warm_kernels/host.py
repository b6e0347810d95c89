"""Having a warm process for as long as one runs notebooks."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from warm_kernels import processes
from warm_kernels.protocol import ADDRESS

# The environment of the imports, not of the kernels. A fork loses libraries' own threads, and the
# warm process refuses to have any: BLAS and pyarrow's allocator are told to start none.
IMPORT_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
_STOP_SECONDS = 10
_WAITING_LAUNCHES = 128


@contextlib.contextmanager
def serve(
    preload: Iterable[str] = (),
    python: Sequence[str] = (sys.executable,),
    environment: Mapping[str, str] | None = None,
) -> Iterator[str | None]:
    """A warm process that serves this process and those it starts, until the block ends.

    `preload` names the modules it imports, `package.*` each module of a package; `python` is the
    interpreter with its options, as in the kernelspec; `environment` is the warm process's, by
    default this process's own: kernels have their drivers', and can still read that one in /proc.
    Does not wait for the imports: kernels that are asked for meanwhile do. Yields the address,
    which stands in os.environ[ADDRESS] too; None where kernels cannot be forked, and then start
    plainly.
    """
    if not processes.supported():
        yield None
        return
    folder = processes.private_folder()
    address = os.path.join(folder, "warm")
    before = os.environ.get(ADDRESS)
    try:
        process = _start(address, preload, python, environment)
        try:
            os.environ[ADDRESS] = address
            yield address
        finally:
            _restore(before)
            _stop(process)
    finally:
        processes.remove_folder(folder)


def _start(
    address: str,
    preload: Iterable[str],
    python: Sequence[str],
    environment: Mapping[str, str] | None,
) -> subprocess.Popen:
    """The listening socket is made here: drivers can connect at once, and wait in its queue."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(_WAITING_LAUNCHES)
        number = listener.fileno()
        return subprocess.Popen(
            [*python, "-m", "warm_kernels.server", str(number), str(os.getpid()), *preload],
            stdin=subprocess.DEVNULL,
            pass_fds=[number],
            env=dict(os.environ if environment is None else environment) | IMPORT_ENVIRONMENT,
            start_new_session=True,
        )


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(ADDRESS, None)
    else:
        os.environ[ADDRESS] = before
