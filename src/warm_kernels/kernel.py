"""What a process forked from the warm one does to become a kernel of its own."""

import importlib.util
import locale
import os
import random
import signal
import sys
import time
from dataclasses import dataclass

from warm_kernels import processes, protocol
from warm_kernels.protocol import Launch


@dataclass(frozen=True)
class Birth:
    """A child just forked, all signals still blocked: what it is to be, and from whom it comes.

    `streams` are the descriptors of its standard input, output and error, `mask` the signals that
    the warm process blocks otherwise, `imported` the variables that imports have set.
    """

    launch: Launch
    streams: list[int]
    mask: set[int]
    imported: dict[str, str]
    parent: int


def become(birth: Birth) -> None:
    """Runs the kernel until it ends. To be called at the bottom of the stack: what a program does
    at its end (atexit, finalizers) follows when this returns."""
    os.setsid()
    processes.die_with(birth.parent)
    _take_signals(birth.mask)
    _take_streams(birth.streams)
    _take_surroundings(birth.launch, birth.imported)
    _take_randomness()
    _, arguments = protocol.split(birth.launch.argv)
    _run(birth.launch.argv, arguments)


def _take_signals(mask: set[int]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _take_streams(streams: list[int]) -> None:
    for target, descriptor in enumerate(streams):
        os.dup2(descriptor, target)
        os.close(descriptor)


def _take_surroundings(launch: Launch, imported: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(imported | launch.env)
    time.tzset()
    locale.setlocale(locale.LC_CTYPE, "")
    os.umask(launch.umask)
    os.chdir(launch.cwd)


def _take_randomness() -> None:
    """Python seeds `random` anew in a fork, OpenSSL itself; numpy's global generator does not."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def _run(argv: list[str], arguments: list[str]) -> None:
    from ipykernel.kernelapp import IPKernelApp

    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin if launcher else argv[0], *arguments]
    sys.orig_argv = argv
    # 1: there is a parent, and no thread need watch it; the lease and the signal at its death do.
    app = IPKernelApp.instance(parent_handle=1)
    app.initialize(arguments)
    app.start()
