"""The warm process: it imports, then forks a child for each kernel that is asked for.

    python -m warm_kernels.server LISTENER HOST MODULE…

LISTENER is the descriptor of a listening socket, HOST the process that started this one: when it
dies, this one ends, and with it every kernel. `MODULE.*` stands for each module of a package.
"""

import contextlib
import gc
import importlib
import os
import pkgutil
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import ModuleType

from warm_kernels import kernel, processes, protocol
from warm_kernels.protocol import Launch, Refused

# What every kernel imports in its first tenths of a second, some of it late.
KERNEL_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.heartbeat",
    "ipykernel.control",
    "ipykernel.subshell_manager",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "comm",
    "debugpy",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
)


@dataclass(eq=False)
class Lease:
    """A kernel and the driver it is for. An ended kernel stays a zombie until it is released, so
    that its process id means nobody else while the driver may still signal it."""

    connection: socket.socket
    driver: int
    pid: int
    pidfd: int
    folder: str | None
    ended: bool = False
    released: bool = False
    orderly: bool = False


class Server:
    """Waits for launches, ends of kernels and deaths of drivers, in one thread."""

    def __init__(self, listener: socket.socket, host: int) -> None:
        self.started_with = dict(os.environ)
        self.selector = selectors.DefaultSelector()
        self.folder = os.path.dirname(listener.getsockname())
        self.leases: set[Lease] = set()
        self.stopped = False
        listener.setblocking(False)
        self._watch(listener, partial(self._accept, listener))
        self._watch(host, self._stop)

    def run(self) -> kernel.Birth | None:
        """Serves until the host is gone; in a child, returns what it is to become."""
        while not self.stopped:
            for key, _ in self.selector.select():
                # An earlier event of the same batch may have ended what this one is about.
                if self.selector.get_map().get(key.fileobj) is key and (born := key.data()):
                    self._close_descriptors()
                    return born
        return None

    def close(self) -> None:
        """Kills every kernel and leaves neither process nor folder behind."""
        for lease in list(self.leases):
            self._release(lease, orderly=False)
        for lease in list(self.leases):
            self._reap(lease)
        self._close_descriptors()
        processes.remove_folder(self.folder)

    def _watch(self, file: int | socket.socket, then: Callable) -> None:
        self.selector.register(file, selectors.EVENT_READ, then)

    def _drop(self, file: int | socket.socket) -> None:
        self.selector.unregister(file)
        _close(file)

    def _close_descriptors(self) -> None:
        """Without unregistering: a child shares the interest list of epoll with its parent."""
        files = [key.fileobj for key in self.selector.get_map().values()]
        self.selector.close()
        for file in files:
            _close(file)

    def _stop(self) -> None:
        self.stopped = True

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            connection.setblocking(False)
            self._watch(connection, partial(self._launch, connection))

    def _launch(self, connection: socket.socket) -> kernel.Birth | None:
        """Forks a kernel for what a connection says first, or refuses."""
        try:
            message, descriptors = protocol.receive(connection)
            launch, (driver, *streams) = Launch(**message), descriptors
        except (OSError, TypeError, ValueError):
            self._drop(connection)
            return None
        try:
            check(launch, self.started_with)
            born = fork(launch, streams, self._set_by_imports())
        except (Refused, OSError) as problem:
            self._refuse(connection, str(problem), descriptors)
            return None
        if isinstance(born, kernel.Birth):
            os.close(driver)
            return born
        for descriptor in streams:
            os.close(descriptor)
        self._lease(connection, driver, born, launch)
        return None

    def _set_by_imports(self) -> dict[str, str]:
        return {n: value for n, value in os.environ.items() if n not in self.started_with}

    def _refuse(self, connection: socket.socket, reason: str, descriptors: list[int]) -> None:
        with contextlib.suppress(OSError):
            protocol.send(connection, {"refused": reason})
        for descriptor in descriptors:
            os.close(descriptor)
        self._drop(connection)

    def _lease(self, connection: socket.socket, driver: int, pid: int, launch: Launch) -> None:
        lease = Lease(connection, driver, pid, os.pidfd_open(pid), launch.folder)
        self.leases.add(lease)
        self.selector.modify(connection, selectors.EVENT_READ, partial(self._hear, lease))
        self._watch(driver, partial(self._release, lease, orderly=False))
        self._watch(lease.pidfd, partial(self._ended, lease))
        with contextlib.suppress(OSError):
            protocol.send(connection, {"pid": pid}, [lease.pidfd])

    def _hear(self, lease: Lease) -> None:
        try:
            message, _ = protocol.receive(lease.connection)
        except OSError:
            message = {}
        self._release(lease, orderly="release" in message)

    def _ended(self, lease: Lease) -> None:
        self._drop(lease.pidfd)
        lease.ended = True
        if lease.released:
            self._reap(lease)
            return
        result = os.waitid(os.P_PID, lease.pid, os.WEXITED | os.WNOWAIT)
        code = result.si_status if result.si_code == os.CLD_EXITED else -result.si_status
        with contextlib.suppress(OSError):
            protocol.send(lease.connection, {"exit": code})

    def _release(self, lease: Lease, orderly: bool) -> None:
        """Ends what is left of the kernel and of what it started."""
        if lease.released:
            return
        lease.released, lease.orderly = True, orderly
        self._drop(lease.connection)
        self._drop(lease.driver)
        # The process itself too: one just forked does not lead its group yet.
        for kill in (os.kill, os.killpg):
            with contextlib.suppress(ProcessLookupError):
                kill(lease.pid, signal.SIGKILL)
        if lease.ended:
            self._reap(lease)

    def _reap(self, lease: Lease) -> None:
        os.waitpid(lease.pid, 0)
        self.leases.discard(lease)
        if not lease.orderly:
            processes.remove_folder(lease.folder)


def _close(file: int | socket.socket) -> None:
    os.close(file) if isinstance(file, int) else file.close()


def check(launch: Launch, started_with: Mapping[str, str]) -> None:
    """Raises Refused where a fork of this process would not be what a plain start gives.

    `started_with` is the environment that this process was started with.
    """
    command = protocol.split(launch.argv)
    mine = sys.orig_argv[: sys.orig_argv.index("-m")]
    if command is None or command[0] != mine:
        raise Refused(f"the kernel's command is not {' '.join(mine)} -m ipykernel_launcher")
    asked, have = (protocol.start_variables(env) for env in (launch.env, started_with))
    differing = sorted(name for name in asked | have if asked.get(name) != have.get(name))
    if differing:
        raise Refused(f"read only at a start, and different: {', '.join(differing)}")
    if processes.threads() != 1:
        raise Refused(f"the warm process has {processes.threads()} threads")


def fork(launch: Launch, streams: list[int], imported: dict[str, str]) -> int | kernel.Birth:
    """The child's process id; in the child, what it is to become, with all signals blocked.

    A signal that comes before the child has taken its own handlers waits for them.
    """
    parent, pid = os.getpid(), None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
    finally:
        if pid != 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return pid or kernel.Birth(launch, streams, mask, imported, parent)


def preload(names: Iterable[str]) -> None:
    """Imports the modules; `package.*` is the package and each module in it.

    One that cannot be imported is told, and left to the kernels to fail on. Raises SystemExit
    where one starts a thread: a fork of a process with threads may hang.
    """
    for name in names:
        package = _import(name.removesuffix(".*"))
        if name.endswith(".*") and package is not None:
            for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
                _import(module.name)


def _import(name: str) -> ModuleType | None:
    module = None
    try:
        module = importlib.import_module(name)
    except Exception as error:
        print(f"warm_kernels: {name} is not preloaded: {error!r}", file=sys.stderr)
    if processes.threads() != 1:
        raise SystemExit(f"warm_kernels: importing {name} starts a thread; kernels start plainly")
    return module


def main(arguments: list[str]) -> None:
    listener = socket.socket(fileno=int(arguments[0]))
    listener.set_inheritable(False)
    host, own = int(arguments[1]), os.getpid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if not sys.flags.safe_path:
        del sys.path[0]
    server = Server(listener, os.pidfd_open(host))
    try:
        if os.getppid() != host:
            return
        preload([*KERNEL_MODULES, *arguments[2:]])
        gc.collect()
        gc.freeze()
        born = server.run()
    finally:
        if os.getpid() == own:
            server.close()
    if born is not None:
        kernel.become(born)


if __name__ == "__main__":
    main(sys.argv[1:])
