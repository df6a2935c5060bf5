"""Confinement of a worker process: no connections, no programs, no files but its own, limits of memory, time and size.

What the system offers is used: Landlock and seccomp on Linux, resource limits on POSIX, an audit hook everywhere. It uses only
the standard library and is imported before any library that starts threads.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050001  # with "operation not permitted"
_ARCHITECTURES: Final = {
    # audit number; socket, socketpair, connect, execve, execveat, ptrace, io_uring_setup
    "x86_64": (0xC000003E, (41, 53, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 199, 203, 221, 281, 117, 425)),
}
_X32: Final = 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ: Final = 0b1101  # execute (libraries are mapped so), read a file, read a folder
_ALL_BY_VERSION: Final = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_FILE_ONLY: Final = 0b111 | 1 << 14  # what a rule on a file, not a folder, may name
_LIBRARIES: Final = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
_SYSTEM: Final = (
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/dev/null",
    "/dev/urandom",
)
_REFUSED_EVENTS: Final = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.posix_spawn",
    "os.system",
    "os.startfile",
    "pty.",
    "ftplib.",
    "urllib.",
)


def confine(folder: Path, programs: Iterable[str | Path]) -> None:
    """Deny this process connections, other programs and all files but `folder`, the interpreter, and `programs`, for good."""
    sys.addaudithook(_refuse_event)
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
            _deny_calls(libc)
            readable = [sys.prefix, sys.base_prefix, *_LIBRARIES, *_SYSTEM, *map(str, programs)]
            _deny_files(libc, folder, readable)


def limit(memory: int, cpu_s: int, file_size: int) -> None:
    """Limit memory (bytes beyond what is used now), CPU time and the size of written files; no core dumps, few open files."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + memory
        for name, number in (
            ("RLIMIT_AS", most),
            ("RLIMIT_CPU", cpu_s),
            ("RLIMIT_FSIZE", file_size),
            ("RLIMIT_CORE", 0),
            ("RLIMIT_NOFILE", 64),
        ):
            resource.setrlimit(getattr(resource, name), (number, number))


def _refuse_event(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(event)


def _deny_calls(libc: Any) -> None:
    """Install a seccomp filter that refuses connections and programs."""
    if platform.machine() not in _ARCHITECTURES or struct.calcsize("P") != 8:
        return
    architecture, calls = _ARCHITECTURES[platform.machine()]
    count = len(calls)
    program = [
        (0x20, 0, 0, 4),  # load the architecture
        (0x15, 0, count + 3, architecture),
        (0x20, 0, 0, 0),  # load the number of the call
        (0x35, count + 1, 0, _X32),
        *((0x15, count - index, 0, number) for index, number in enumerate(calls)),
        (0x06, 0, 0, _ALLOW),
        (0x06, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer)))
    libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(header), 0, 0)


def _deny_files(libc: Any, folder: Path, readable: Iterable[str]) -> None:
    """Restrict file access by Landlock: `folder` for reading and writing, `readable` for reading."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return
    everything = _ALL_BY_VERSION[min(version, 5)]
    rules = ctypes.create_string_buffer(struct.pack("QQ", everything, 3 if version >= 4 else 0))
    size = ctypes.c_size_t(16 if version >= 4 else 8)
    ruleset = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), size, ctypes.c_uint32(0))
    if ruleset < 0:
        return
    for path in readable:
        _allow(libc, ruleset, path, _READ)
    _allow(libc, ruleset, str(folder), everything & ~(1 << 0))
    libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(libc: Any, ruleset: int, path: str, access: int) -> None:
    with suppress(OSError):
        number = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            allowed = access if Path(path).is_dir() else access & _FILE_ONLY
            rule = ctypes.create_string_buffer(struct.pack("=Qi", allowed, number))
            libc.syscall(_LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
        finally:
            os.close(number)
