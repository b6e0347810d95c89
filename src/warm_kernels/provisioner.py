"""The kernel provisioner, and a kernel manager that uses it without being registered."""

import asyncio
import contextlib
import os
import subprocess
import uuid
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client import AsyncKernelManager
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.localinterfaces import localhost
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from traitlets import List, Unicode

from warm_kernels import processes, protocol
from warm_kernels.client import ForkedKernel, WarmProcessGone
from warm_kernels.protocol import Launch, Refused

NAME = "warm-provisioner"
_ENTRY_POINT = EntryPoint(NAME, "warm_kernels:WarmProvisioner", KernelProvisionerFactory.GROUP_NAME)
_KILL_SECONDS = 5
_STREAMS = ("stdin", "stdout", "stderr")


class WarmProvisioner(LocalProvisioner):
    """Has the warm process that the environment names fork the kernel; else starts it plainly.

    Either way the kernel is reached through sockets in a private folder, not through TCP ports,
    unless its manager has chosen a connection file, a transport or an address of its own.
    """

    preload = List(Unicode(), help="What the warm process imports; see warm_kernels.serve.").tag(
        config=True
    )
    folder: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self._take_private_sockets()
        try:
            return await super().pre_launch(**kwargs)
        except BaseException:
            processes.remove_folder(self.folder)
            raise

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        try:
            self.process = await self._forked(cmd, self._scrub_kwargs(kwargs))
            if self.process is None:
                return await super().launch_kernel(cmd, **kwargs)
        except BaseException:
            processes.remove_folder(self.folder)
            raise
        # The child makes itself the leader of a group before it takes any signal.
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    async def wait(self) -> int | None:
        if isinstance(self.process, ForkedKernel):
            await self.process.ended()
        return await super().wait()

    async def kill(self, restart: bool = False) -> None:
        await super().kill(restart)
        if isinstance(self.process, ForkedKernel):
            # The manager looks every 100 ms whether it is dead: now it is when it first looks.
            with contextlib.suppress(asyncio.TimeoutError):
                await self.process.ended(_KILL_SECONDS)

    async def cleanup(self, restart: bool = False) -> None:
        if isinstance(self.process, ForkedKernel):
            self.process.close()
            self.process = None
        await super().cleanup(restart)
        if not restart:
            processes.remove_folder(self.folder)

    def _take_private_sockets(self) -> None:
        """TCP ports are chosen before the kernel binds them: of kernels started side by side some
        get another's. A path of one's own has no such race, and nobody else can connect."""
        manager = self.parent
        if os.name != "posix" or manager is None:
            return
        if self.folder is None:
            chosen = manager.connection_file or manager.ip != localhost()
            if manager.transport != "tcp" or chosen:
                return
        elif os.path.isdir(self.folder):
            return  # a restart: the sockets stay where they are
        self.folder = processes.private_folder()
        manager.transport = "ipc"
        manager.ip = os.path.join(self.folder, "k")
        manager.connection_file = os.path.join(self.folder, "kernel.json")

    async def _forked(self, cmd: list[str], kwargs: dict[str, Any]) -> ForkedKernel | None:
        """The kernel from the warm process; None where it has to start plainly."""
        address = os.environ.get(protocol.ADDRESS)
        if not address or not processes.supported():
            return None
        try:
            launch, streams = launch_of(cmd, kwargs, self.folder)
            with contextlib.ExitStack() as opened:
                numbers = descriptors(streams, opened)
                return await ForkedKernel.start(address, launch, numbers)
        except Refused as reason:
            self.log.info("The kernel starts plainly: %s", reason)
        except WarmProcessGone as error:
            self.log.warning("Kernels start plainly from now on: %s", error)
            os.environ.pop(protocol.ADDRESS, None)
        except (OSError, TimeoutError) as error:
            self.log.warning("The kernel starts plainly: %r", error)
        return None


class WarmKernelManager(AsyncKernelManager):
    """A kernel manager whose kernels come by WarmProvisioner, whatever their kernelspec says.

    For programs that name the class (`kernel_manager_class` of nbclient and papermill): neither
    the kernelspec nor the entry point is needed.
    """

    def __init__(self, **kwargs: Any) -> None:
        # A kernelspec that names a provisioner nobody knows is not found at all.
        KernelProvisionerFactory.provisioners.setdefault(NAME, _ENTRY_POINT)
        super().__init__(**kwargs)
        self.kernel_id = self.kernel_id or str(uuid.uuid4())
        self.provisioner = WarmProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )


def preload_of(spec: KernelSpec) -> list[str]:
    """What a kernelspec asks to be preloaded: `metadata.kernel_provisioner.config.preload`."""
    stanza = spec.metadata.get("kernel_provisioner", {})
    return list(stanza.get("config", {}).get("preload", []))


def launch_of(
    cmd: list[str], kwargs: dict[str, Any], folder: str | None
) -> tuple[Launch, dict[str, Any]]:
    """The launch that Popen's arguments describe, and its standard streams as they were given.

    Raises Refused for what a fork cannot do.
    """
    rest = dict(kwargs)
    streams = {name: rest.pop(name, None) for name in _STREAMS}
    env, cwd = dict(rest.pop("env", None) or os.environ), str(rest.pop("cwd", None) or os.getcwd())
    unknown = sorted(name for name, value in rest.items() if value)
    if unknown:
        raise Refused(f"started with {', '.join(unknown)}")
    if subprocess.PIPE in streams.values():
        raise Refused("a standard stream is a pipe to its driver")
    if not os.path.isdir(cwd):
        raise Refused(f"no folder {cwd}")
    env["JPY_PARENT_PID"] = str(os.getpid())
    argv = [os.path.expanduser(part) for part in cmd]
    return Launch(argv, os.path.abspath(cwd), env, processes.umask(), folder), streams


def descriptors(streams: dict[str, Any], opened: contextlib.ExitStack) -> list[int]:
    """Descriptors of standard input, output and error, as Popen understands what is given.

    No input given: none comes. No output or error given: the driver's own.
    """
    null = os.open(os.devnull, os.O_RDWR)
    opened.callback(os.close, null)
    found = []
    for number, name in enumerate(_STREAMS):
        given = streams[name]
        if given == subprocess.DEVNULL or (given is None and number == 0):
            found.append(null)
        elif given == subprocess.STDOUT:
            found.append(found[1])
        else:
            number = number if given is None else given
            found.append(number if isinstance(number, int) else number.fileno())
    return found
