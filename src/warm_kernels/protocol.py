"""What a driver and the warm process say to each other.

One connection (AF_UNIX, SOCK_SEQPACKET: a message arrives whole or not at all) is the lease of one
kernel. Messages are JSON objects.

    driver → warm process   a Launch, with four descriptors: a pidfd of the driver, and the kernel's
                            standard input, output and error
    warm process → driver   {"pid": 4711} with a pidfd of the kernel, or {"refused": "reason"}
    warm process → driver   {"exit": code}, when the kernel has ended; negative: the signal
    driver → warm process   {"release": true}: nobody asks about the kernel any more

A connection that closes without a release means that the driver is gone: the kernel is killed and
the launch's folder removed. A connection that closes without an exit code means that the warm
process is gone.
"""

import json
import os
import socket
from array import array
from collections.abc import Mapping
from dataclasses import asdict, dataclass

# The environment variable that names the warm process's socket.
ADDRESS = "WARM_KERNELS_ADDRESS"
# A launch carries a whole environment; the kernel's limit on one message is about 200 KiB.
MESSAGE_BYTES = 1 << 18
DESCRIPTORS = 4
# What an interpreter reads only as it starts: a process that runs already cannot take it on.
START_VARIABLES = ("PYTHON", "LD_", "LC_", "LANG")
LAUNCHERS = ("ipykernel_launcher", "ipykernel")


class Refused(Exception):
    """The warm process cannot stand in for this launch; the message says why."""


@dataclass(frozen=True)
class Launch:
    """A kernel as it is to be: command, working directory, environment, umask.

    `folder` is removed with the kernel if its driver dies; None: there is none.
    """

    argv: list[str]
    cwd: str
    env: dict[str, str]
    umask: int
    folder: str | None = None


def encode(message: Launch | dict) -> bytes:
    return json.dumps(asdict(message) if isinstance(message, Launch) else message).encode()


def decode(data: bytes) -> dict:
    return json.loads(data) if data else {}


def send(connection: socket.socket, message: Launch | dict, descriptors: list[int] = ()) -> None:
    """Sends one message. Raises OSError (EMSGSIZE for one that is too long)."""
    socket.send_fds(connection, [encode(message)], list(descriptors))


def receive(connection: socket.socket) -> tuple[dict, list[int]]:
    """One message and its descriptors; an empty one where the other end has closed.

    Raises OSError (BlockingIOError where nothing has come).
    """
    # Not socket.recv_fds: it drops its flags in Python 3.11, and children would inherit.
    received = array("i")
    data, ancillary, flags, _ = connection.recvmsg(
        MESSAGE_BYTES, socket.CMSG_SPACE(DESCRIPTORS * received.itemsize), socket.MSG_CMSG_CLOEXEC
    )
    for _, _, part in ancillary:
        received.frombytes(part[: len(part) - len(part) % received.itemsize])
    descriptors = list(received)
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for descriptor in descriptors:
            os.close(descriptor)
        raise OSError("a message was cut off")
    return decode(data), descriptors


def split(argv: list[str]) -> tuple[list[str], list[str]] | None:
    """A command's interpreter with its options, and the kernel's arguments; None if no ipykernel.

    `["python", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "x.json"]` gives
    `["python", "-Xfrozen_modules=off"]` and `["-f", "x.json"]`.
    """
    if "-m" not in argv:
        return None
    at = argv.index("-m")
    if argv[at + 1 : at + 2] and argv[at + 1] in LAUNCHERS:
        return argv[:at], argv[at + 2 :]
    return None


def start_variables(env: Mapping[str, str]) -> dict[str, str]:
    """Those variables that an interpreter reads only as it starts."""
    return {name: value for name, value in env.items() if name.startswith(START_VARIABLES)}
