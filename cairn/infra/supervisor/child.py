"""Starting a child process that dies with the process that started it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1

# Loaded before any fork: the code between fork and exec must not import or take locks.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process `number` when the thread that started it ends, however it ends.

    For a process that was itself forked. Elsewhere than on Linux it does nothing: there a killed supervisor leaves
    its children to be stopped by hand.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """The system user a child runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Command:
    """What to start, and as whom. `orphan_signal` is what it gets when its parent is gone.

    Its output goes to the end of `log_path`, by default to wherever the parent's goes. With `niceness` above 0 it
    gives way to the others where processors are scarce.
    """

    argv: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    identity: Identity | None = None
    cwd: Path | None = None
    orphan_signal: int = signal.SIGTERM
    log_path: Path | None = None
    niceness: int = 0


def start(command: Command) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that a Ctrl-C in the terminal reaches the parent alone.

    Call it from the main thread: the kernel ties the orphan signal to the thread that starts the child.
    """
    identity = command.identity
    with ExitStack() as files:
        output = None if command.log_path is None else files.enter_context(command.log_path.open("ab"))
        return subprocess.Popen(
            list(command.argv),
            env={**os.environ, **command.environ},
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=None if identity is None else identity.uid,
            group=None if identity is None else identity.gid,
            extra_groups=None if identity is None else [],
            preexec_fn=_hook(command, os.getpid()),
        )


def _hook(command: Command, parent: int) -> Callable[[], None]:
    def hook() -> None:
        # Changing the user clears this setting, and it survives exec: this is the one moment to make it.
        die_with_parent(command.orphan_signal)
        if os.getppid() != parent:  # The parent died in between; nobody would tell us any more.
            os._exit(1)
        if command.niceness:
            give_way(command.niceness)

    return hook


def give_way(niceness: int) -> None:
    """Lower the priority of this process, and of its session where Linux weighs sessions as a whole."""
    os.nice(niceness)
    try:
        with open("/proc/self/autogroup", "w") as group:
            group.write(str(niceness))
    except OSError:
        pass
