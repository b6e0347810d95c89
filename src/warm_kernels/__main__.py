"""Runs a command with a warm process beside it.

python -m warm_kernels KERNEL COMMAND…

python -m warm_kernels my-kernel papermill a.ipynb out/a.ipynb
"""

import subprocess
import sys

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from warm_kernels import preload_of, protocol, serve


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    name, *command = arguments
    try:
        spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel as error:
        print(error, file=sys.stderr)
        return 2
    parts = protocol.split(spec.argv)
    if parts is None:
        print(f"{name} is not an ipykernel: {' '.join(spec.argv)}", file=sys.stderr)
        return 2
    (program, *options), _ = parts
    python = sys.executable if program in ("python", "python3") else program
    with serve(preload_of(spec), (python, *options)):
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
