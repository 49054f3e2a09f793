"""Runs the notebook on stdin in a Deno kernel, to the first error, and writes it with its outputs to stdout.

    python3 execute.py DENO SECONDS < in.ipynb > out.ipynb

DENO is the program, SECONDS what a cell may take. The kernel works in the current folder. Needs Debian's python3-nbclient.
"""

import sys
import traceback
from queue import Empty

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

# The kernel publishes some outputs after it has said that it is idle: a cell ends after this silence, seconds.
SILENCE = 0.15

deno, seconds = sys.argv[1:]


class DenoKernel(AsyncKernelManager):
    """A kernel of that Deno, whether or not Jupyter knows it."""

    @property
    def kernel_spec(self):
        return KernelSpec(argv=[deno, "jupyter", "--kernel", "--conn", "{connection_file}"])


def note_cell(cell, cell_index):
    global running
    running = cell


async def collect_late_outputs(cell, cell_index, execute_reply):
    """Wait until the kernel has answered another request, which a busy machine delays too, and has then been silent."""
    request, answered = client.kc.kernel_info(), False
    while True:
        try:
            message = await client.kc.get_iopub_msg(timeout=SILENCE)
        except Empty:
            if answered:
                return
            continue
        parent = message["parent_header"].get("msg_id")
        if message["msg_type"] == "status":
            answered = answered or parent == request
        elif parent == execute_reply["parent_header"]["msg_id"]:
            client.process_message(message, cell, cell_index)


notebook, running = nbformat.read(sys.stdin, as_version=4), None
client = NotebookClient(
    notebook,
    kernel_name="deno",
    kernel_manager_class=DenoKernel,
    shutdown_kernel="immediate",
    timeout=int(seconds),
    raise_on_iopub_timeout=True,
    on_cell_start=note_cell,
    on_cell_executed=collect_late_outputs,
)
try:
    client.execute()
except CellExecutionError:
    pass  # The kernel has written it into the cell.
except Exception as error:  # The kernel ended, was too slow, or wrote one long message into another.
    if running is None:
        raise
    name, value = type(error).__name__, str(error).partition("\n")[0]
    running.outputs.append(
        nbformat.v4.new_output("error", ename=name, evalue=value, traceback=traceback.format_exception(error))
    )
nbformat.write(notebook, sys.stdout)
