"""Processes that do a share of a command's work, and end when it ends."""

import os
import signal
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread


def end_with_main_process() -> None:
    """For a pool's worker: ends at Ctrl-C and when its main process is killed.

    Workers would outlive the one and go on at the other; these end at once, and what they have
    started, such as kernels, with them.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_await_end_of_main_process, daemon=True).start()


def _await_end_of_main_process() -> None:
    wait([parent_process().sentinel])
    os._exit(1)
