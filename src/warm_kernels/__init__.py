"""Jupyter kernels forked from a warm process, under stock papermill and nbclient.

A kernel spends its first seconds on imports that are the same for each notebook. Here one process
imports them once and forks a child for each kernel: a fresh process and namespace for every
notebook, ready in a few tenths of a second, with the libraries' memory shared.

    import papermill
    import warm_kernels

    with warm_kernels.serve(["pandas", "altair"]):
        papermill.execute_notebook("a.ipynb", "out/a.ipynb", kernel_name="my-kernel")

where `my-kernel` is an ipykernel whose kernel.json says

    "metadata": {"kernel_provisioner": {"provisioner_name": "warm-provisioner"}}

Where no warm process serves (none was started, it died, or the system is not Linux), a kernel
starts plainly, as by jupyter_client's own provisioner. docs/warm_kernels.md tells the rest.
"""

from warm_kernels.host import serve
from warm_kernels.processes import supported
from warm_kernels.protocol import ADDRESS
from warm_kernels.provisioner import NAME, WarmKernelManager, WarmProvisioner, preload_of

__all__ = [
    "ADDRESS",
    "NAME",
    "WarmKernelManager",
    "WarmProvisioner",
    "preload_of",
    "serve",
    "supported",
]
