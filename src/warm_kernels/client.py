"""A driver's hold on a kernel that the warm process has forked for it."""

import asyncio
import contextlib
import os
import select
import signal
import socket

from warm_kernels import protocol
from warm_kernels.protocol import Launch, Refused

# The first launch may wait for everything that is preloaded.
START_SECONDS = 60


class WarmProcessGone(OSError):
    """The warm process has ended, or ends before it has forked."""


class ForkedKernel:
    """What `subprocess.Popen` is for a child: `pid`, `poll`, `wait`, `send_signal`, `kill`.

    The process id stays the kernel's own until `close`. A kernel whose hold is closed, or whose
    driver dies, is killed with its whole process group.
    """

    stdin = stdout = stderr = None

    def __init__(self, lease: socket.socket, pid: int, pidfd: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._lease: socket.socket | None = lease
        self._pidfd = pidfd

    @classmethod
    async def start(cls, address: str, launch: Launch, streams: list[int]) -> "ForkedKernel":
        """Asks the warm process for a kernel; `streams`: descriptors for its input, output, error.

        Raises Refused, WarmProcessGone, TimeoutError (no answer in START_SECONDS) or OSError.
        """
        lease = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with _closing(os.pidfd_open(os.getpid())) as driver:
                try:
                    lease.connect(address)
                    protocol.send(lease, launch, [driver, *streams])
                except (ConnectionError, FileNotFoundError) as error:
                    raise WarmProcessGone(f"no warm process at {address}") from error
            lease.setblocking(False)
            await readable(lease.fileno(), START_SECONDS)
            return cls(lease, *_answer(lease))
        except BaseException:
            lease.close()
            raise

    def poll(self) -> int | None:
        """The exit code (negative: the signal) of a kernel that has ended, else None."""
        if self.returncode is None and self._lease is not None:
            try:
                message, _ = protocol.receive(self._lease)
            except BlockingIOError:
                return None
            except OSError:
                message = {}
            if "exit" not in message:
                # The warm process is gone, and its kernels are killed as it goes.
                self.send_signal(signal.SIGKILL)
            self.returncode = message.get("exit", -signal.SIGKILL)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits for the kernel's end and lets go of it."""
        if self.poll() is None:
            select.select([self._lease], [], [], timeout)
        if self.poll() is not None:
            self.close()
        return self.returncode

    async def ended(self, timeout: float | None = None) -> None:
        """Waits for the kernel's end, without a poll. Raises TimeoutError."""
        if self.poll() is None:
            await readable(self._lease.fileno(), timeout)

    def send_signal(self, number: int) -> None:
        if self.returncode is None and self._lease is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Lets go of the kernel, which ends with everything in its process group."""
        if self._lease is None:
            return
        with contextlib.suppress(OSError):
            protocol.send(self._lease, {"release": True})
        self._lease.close()
        os.close(self._pidfd)
        self._lease = None


def _answer(lease: socket.socket) -> tuple[int, int]:
    """The kernel's process id and pidfd."""
    try:
        message, descriptors = protocol.receive(lease)
    except ConnectionError as error:
        raise WarmProcessGone("the warm process ended before it served") from error
    if "refused" in message:
        raise Refused(message["refused"])
    if "pid" not in message:
        raise WarmProcessGone("the warm process ended before it served")
    return message["pid"], descriptors[0]


async def readable(descriptor: int, timeout: float | None) -> None:
    """Waits until there is something to read. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    # A copy: the loop keeps one reader for a descriptor, and there may be several waiting.
    with _closing(os.dup(descriptor)) as own:
        come = asyncio.Event()
        loop.add_reader(own, come.set)
        try:
            await asyncio.wait_for(come.wait(), timeout)
        finally:
            loop.remove_reader(own)


@contextlib.contextmanager
def _closing(descriptor: int):
    try:
        yield descriptor
    finally:
        os.close(descriptor)
