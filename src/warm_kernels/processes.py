"""The few things asked of the operating system that Python has no call for."""

import ctypes
import os
import shutil
import signal
import sys
import tempfile

_PR_SET_PDEATHSIG = 1
# A socket's path has at most 107 bytes; ours adds about 20 to its folder's.
_LONGEST_FOLDER = 80


def supported() -> bool:
    """Whether kernels can be forked here: Linux, with pidfd (5.3, Python built with it).

    macOS can fork, but its system libraries may not be used in the child.
    """
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def die_with(parent: int) -> None:
    """The calling process is killed as soon as its parent ends; at once if it has already.

    The parent is to be single-threaded: the signal comes when the thread that forked ends.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def threads() -> int:
    """The threads of the calling process, those of libraries too."""
    return len(os.listdir("/proc/self/task"))


def umask() -> int:
    """The calling process's umask, read without changing it (threads share it)."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("Umask:"))
    return int(line.split()[1], 8)


def private_folder() -> str:
    """A new folder for sockets that its owner alone can enter."""
    usual = tempfile.gettempdir()
    return tempfile.mkdtemp(prefix="wk-", dir=usual if len(usual) <= _LONGEST_FOLDER else "/tmp")


def remove_folder(folder: str | None) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
