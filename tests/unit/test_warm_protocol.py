"""What drivers and the warm process say to each other, and what a fork cannot stand in for."""

import contextlib
import os
import socket
import subprocess
import sys

import pytest
from jupyter_client.kernelspec import KernelSpec

from warm_kernels import preload_of, protocol, server
from warm_kernels.protocol import Launch, Refused
from warm_kernels.provisioner import descriptors, launch_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")

# What the warm process takes for its own command: as if it had been started by `python -m`.
PYTHON = ["/usr/bin/python3", "-Xfrozen_modules=off"]
KERNEL = [*PYTHON, "-m", "ipykernel_launcher", "-f", "kernel.json"]


@pytest.fixture
def pair():
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    yield ends
    for end in ends:
        end.close()


@pytest.fixture
def started_alike(monkeypatch):
    """This process stands for the warm one."""
    monkeypatch.setattr(sys, "orig_argv", [*PYTHON, "-m", "warm_kernels.server"])
    monkeypatch.setattr("warm_kernels.processes.threads", lambda: 1)


def launch(argv=KERNEL, **env: str) -> Launch:
    return Launch(argv, "/", dict(os.environ) | env, 0o22)


@pytest.mark.parametrize(
    ("argv", "parts"),
    [
        (["python", "-m", "ipykernel_launcher", "-f", "x"], (["python"], ["-f", "x"])),
        (["python", "-I", "-m", "ipykernel", "-f", "x"], (["python", "-I"], ["-f", "x"])),
        (["R", "--slave", "-e", "IRkernel::main()"], None),
        (["python", "-m", "bash_kernel", "-f", "x"], None),
        (["python", "-m"], None),
        ([], None),
    ],
)
def test_a_command_is_split_into_interpreter_and_arguments(argv, parts):
    assert protocol.split(argv) == parts


def test_a_launch_arrives_whole_with_its_descriptors(pair):
    sent = Launch(KERNEL, "/tmp/å", {"A": "ö", "BYTES": "\udcff", "LONG": "x" * 100_000}, 0o77, "f")
    protocol.send(pair[0], sent, [0, 1, 2, 2])
    message, received = protocol.receive(pair[1])
    for descriptor in received:
        assert not os.get_inheritable(descriptor)
        os.close(descriptor)
    assert Launch(**message) == sent
    assert len(received) == 4


def test_a_closed_connection_is_an_empty_message(pair):
    pair[0].close()
    assert protocol.receive(pair[1]) == ({}, [])


def test_a_message_that_is_cut_off_is_an_error_and_leaves_no_descriptor(pair, monkeypatch):
    before = os.listdir("/proc/self/fd")
    monkeypatch.setattr(protocol, "MESSAGE_BYTES", 10)
    protocol.send(pair[0], launch(), [0, 1, 2])
    with pytest.raises(OSError, match="cut off"):
        protocol.receive(pair[1])
    assert os.listdir("/proc/self/fd") == before


def test_a_launch_like_the_warm_process_is_taken(started_alike):
    server.check(launch(IN_BUILD="1", HOME="/elsewhere"), os.environ)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (launch(["/usr/bin/python3", "-m", "ipykernel_launcher"]), "the kernel's command is not"),
        (launch(["R", "-e", "IRkernel::main()"]), "the kernel's command is not"),
        (launch(PYTHONPATH="/elsewhere"), "different: PYTHONPATH"),
        (launch(LD_PRELOAD="x.so", LC_ALL="C"), "different: LC_ALL, LD_PRELOAD"),
    ],
)
def test_what_only_a_start_can_give_is_refused(started_alike, asked, reason):
    with pytest.raises(Refused, match=reason):
        server.check(asked, os.environ)


def test_a_process_with_threads_does_not_fork(started_alike, monkeypatch):
    monkeypatch.setattr("warm_kernels.processes.threads", lambda: 2)
    with pytest.raises(Refused, match="2 threads"):
        server.check(launch(), os.environ)


def test_popens_arguments_become_a_launch(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    given = {"cwd": tmp_path, "env": {"A": "1"}, "stdout": 7, "independent": False}
    found, streams = launch_of(["~/python", "-m", "ipykernel"], given, "folder")
    assert found.argv[0] == str(tmp_path / "python")
    assert found.cwd == str(tmp_path)
    assert found.env == {"A": "1", "JPY_PARENT_PID": str(os.getpid())}
    assert found.folder == "folder"
    assert streams == {"stdin": None, "stdout": 7, "stderr": None}


def test_a_launch_takes_the_drivers_umask_without_changing_it():
    before = os.umask(0o27)
    try:
        found, _ = launch_of(KERNEL, {}, None)
        assert found.umask == 0o27
        assert os.umask(0o27) == 0o27
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"independent": True}, "started with independent"),
        ({"preexec_fn": print}, "started with preexec_fn"),
        ({"stdout": subprocess.PIPE}, "a standard stream is a pipe"),
        ({"cwd": "/no/such/folder"}, "no folder /no/such/folder"),
    ],
)
def test_what_a_fork_cannot_give_is_refused(given, reason):
    with pytest.raises(Refused, match=reason):
        launch_of(KERNEL, given, None)


def target(descriptor: int) -> str:
    return os.readlink(f"/proc/self/fd/{descriptor}")


def test_standard_streams_are_understood_as_popen_does(tmp_path):
    with (tmp_path / "log").open("w") as log, contextlib.ExitStack() as opened:
        given = {"stdin": None, "stdout": log, "stderr": subprocess.STDOUT}
        found = [target(number) for number in descriptors(given, opened)]
        assert found == ["/dev/null", log.name, log.name]
        given = {"stdin": log.fileno(), "stdout": subprocess.DEVNULL, "stderr": None}
        found = [target(number) for number in descriptors(given, opened)]
        assert found == [log.name, "/dev/null", target(2)]


def test_a_kernelspec_names_what_is_preloaded():
    stanza = {"provisioner_name": "warm-provisioner", "config": {"preload": ["pandas", "a.*"]}}
    assert preload_of(KernelSpec(metadata={"kernel_provisioner": stanza})) == ["pandas", "a.*"]
    assert preload_of(KernelSpec()) == []
