"""How does a kernel start, and how is it driven? Forked from the warm process, or as an ordinary program.

Both talk over sockets in a private folder where the platform has them (no ports), are stopped without waiting, and
send no more of one cell's output than a report can hold.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from traitlets import Any as Anything
from traitlets import Integer
from traitlets.config import Config

from analysis.reports.running.cuts import cut_output
from analysis.reports.running.forks import warm_process
from analysis.reports.running.prelude import PICTURES

__all__ = ["Kernel", "KernelManager", "WarmKernelManager", "transport"]


def transport(scratch: Path) -> Config:
    """Choose how kernels are spoken to.

    Parameters
    ----------
    scratch : pathlib.Path
        A private folder with a short path.

    Returns
    -------
    traitlets.config.Config
        Sockets in the folder; where the platform has none, encrypted local ports.

    Examples
    --------
    >>> transport(Path("k")).KernelManager.ip in ("k/s", "127.0.0.1")
    True
    """
    config = Config()
    if os.name == "posix":
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = str(scratch / "s")
    else:
        config.KernelManager.transport_encryption = "auto"
        config.KernelManager.ip = "127.0.0.1"
    config.KernelManager.connection_file = str(scratch / "kernel.json")
    return config


class KernelManager(AsyncKernelManager):
    """An ordinary kernel, stopped at once: a report's kernel has nothing to save."""

    exit_code: int | None = None

    def end(self) -> None:
        """Leave no process, also where starting it was interrupted: what it writes would outlive its folder."""
        process = getattr(self.provisioner, "process", None)
        if process is not None:
            process.kill()
            process.wait()

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        if self.has_kernel:
            await self.provisioner.send_signal(signal.SIGKILL)
            await asyncio.to_thread(self.provisioner.process.wait, 10)
        await self._async_cleanup_resources(restart=restart)

    shutdown_kernel = _async_shutdown_kernel

    async def _async_is_alive(self) -> bool:
        alive = await super()._async_is_alive()
        if not alive and self.has_kernel:
            self.exit_code = self.provisioner.process.returncode
        return alive

    is_alive = _async_is_alive


class _Forked(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Fork the warm process in the place of running a command."""
        self.process = self.parent.warm.fork(
            "analysis.reports.running.warm:kernel",
            *cmd[cmd.index("-f") :],
            environment=kwargs["env"],
            folder=Path(kwargs["cwd"]),
            modules=self.parent.modules,
        )
        self.pid, self.pgid = self.process.pid, None
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Let the warm process pass the signal on: it knows whether the process is still there."""
        if self.process is not None:
            self.process.send_signal(signum)


class WarmKernelManager(KernelManager):
    """A kernel forked from the warm process."""

    modules = Anything(())

    async def _async_pre_start_kernel(self, **kw: Any) -> Any:
        self.warm = warm_process(self.modules)
        self.provisioner = _Forked(kernel_id="report", kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**kw)

    pre_start_kernel = _async_pre_start_kernel


class Kernel(NotebookClient):
    """A notebook's client that is ready without waiting, and keeps what one cell shows within bounds."""

    most = Integer(1_000_000, help="characters one cell may print")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken: Counter[tuple[int, bool]] = Counter()
        self.dropped: Counter[int] = Counter()

    async def async_start_new_kernel_client(self) -> Any:
        """Connect, and return as soon as the kernel answers on both channels."""
        self.kc = self.km.client()
        self.kc.start_channels()
        self.kc.allow_stdin = False
        try:
            await self._answered()
        except Exception:
            await self._async_cleanup_kernel()
            raise
        return self.kc

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    async def _answered(self) -> None:
        end = monotonic() + self.startup_timeout
        while monotonic() < end:
            self.kc.kernel_info()
            try:
                await self.kc.shell_channel.get_msg(timeout=1)
                await self.kc.iopub_channel.get_msg(timeout=0.2)
                return
            except Empty:
                if not await self.km._async_is_alive():
                    raise DeadKernelError("the kernel ended before it was ready") from None
        raise DeadKernelError(f"the kernel was not ready after {self.startup_timeout} seconds")

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Take what a cell shows while there is room for it, and count the rest."""
        printed, size = msg["msg_type"] == "stream", _size(msg["content"])
        room = self.most if printed else PICTURES * self.most
        if self.taken[cell_index, printed] + size > room and msg["msg_type"] != "error":
            self.dropped[cell_index] += size
            return None
        self.taken[cell_index, printed] += size
        return super().output(outs, msg, display_id, cell_index)

    def say_what_was_cut(self, dropped: list[int]) -> None:
        """Put a notice after what is left of a cell that showed too much.

        Parameters
        ----------
        dropped : list of int
            Characters the kernel did not send, for each cell that ran.
        """
        ran = [index for index, cell in enumerate(self.nb.cells) if self._runs(cell)]
        for index, count in zip(ran, dropped, strict=True):
            count += self.dropped[index]
            if count:
                self.nb.cells[index].outputs.append(cut_output(self.most, count))

    def _runs(self, cell: Any) -> bool:
        skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
        return cell.cell_type == "code" and bool(cell.source.strip()) and not skipped


def _size(content: dict[str, Any]) -> int:
    values = [content.get("text", ""), *(content.get("data") or {}).values()]
    return sum(len(value) for value in values if isinstance(value, str))
