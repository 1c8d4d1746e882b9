"""Start the kernel: ``python -m gitquest_kernel -f connection.json``."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # The notebook's folder is first on the path here; a student's random.py must not replace Python's.
    if sys.path[0] in {"", str(Path.cwd())}:
        del sys.path[0]

    from ipykernel.kernelapp import IPKernelApp

    from gitquest_kernel.kernel import GitQuestKernel

    IPKernelApp.launch_instance(kernel_class=GitQuestKernel)
