"""What the machine is, what its processes use, and how quiet it is."""

import os
import re
import shutil
import statistics
import subprocess
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))


def first_line(*command) -> str:
    """The first line a command prints, or an empty string where it cannot be run."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else ""


def revision(root: Path) -> str:
    """The short commit id of the checkout, with a `+` if files differ from it."""
    commit = first_line("git", "-C", root, "rev-parse", "--short", "HEAD")
    return commit + ("+" if commit and first_line("git", "-C", root, "status", "--porcelain", "-uno") else "") or "none"


def description(root: Path, data: Path) -> dict:
    """What a reader must know to judge the figures."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    system = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    return {
        "processor": processor[1] if processor else "unknown",
        "cores": len(CORES),
        "memory_gib": round(memory, 1),
        "system": system[1] if system else "unknown",
        "kernel": os.uname().release.split("-")[0],
        "load_average": " ".join(f"{value:.2f}" for value in os.getloadavg()),
        "revision": revision(root),
        "compiler": first_line("cc", "--version"),
        "nginx": first_line("nginx", "-v").replace("nginx version: ", ""),
        "file_system": first_line("stat", "-f", "-c", "%T", data),
    }


def tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    found, queue = [], [pid]
    while queue:
        parent = queue.pop()
        found.append(parent)
        for task in Path(f"/proc/{parent}/task").glob("*"):
            try:
                queue += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                pass
    return found


def cpu_seconds(pid: int) -> float:
    """The processor time that the process, its threads (finished ones too) and its descendants have used."""
    total = 0
    for each in tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / TICK


def exact_cpu_seconds(pid: int) -> float:
    """The processor time of the process, its descendants and their threads that still run, to the nanosecond."""
    total = 0
    for each in tree(pid):
        try:
            for thread in Path(f"/proc/{each}/task").iterdir():
                total += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            pass
    return total / 1e9


def resident_mb(pid: int) -> float:
    """The resident memory of the process and its descendants, in MiB; pages they share count once for each."""
    total = 0
    for each in tree(pid):
        try:
            found = re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{each}/status").read_text())
            total += int(found[1]) if found else 0
        except OSError:
            pass
    return total / 1024


def open_files(pid: int) -> int:
    """How many file descriptors the process holds."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def _processor_times() -> dict[str, list[int]]:
    lines = Path("/proc/stat").read_text().splitlines()
    return {line.split()[0]: [int(value) for value in line.split()[1:]] for line in lines if line.startswith("cpu")}


class Watch:
    """Compares what the machine did with what our own processes did, from its creation to `stop`."""

    def __init__(self, pids: list[int], core: int | None):
        self.pids, self.core = pids, core
        self.started = time.monotonic()
        self.machine, self.own = _processor_times(), self._own()

    def _own(self) -> float:
        used = os.times()
        mine = used.user + used.system + used.children_user + used.children_system
        return mine + sum(cpu_seconds(pid) for pid in self.pids)

    def stop(self) -> tuple[float, float]:
        """(cores kept busy by others, share of the time in which the watched core was idle)."""
        seconds = time.monotonic() - self.started
        after, own = _processor_times(), self._own() - self.own
        # user, nice, system, steal; interrupts belong to nobody and are mostly the traffic's own
        busy = sum(after["cpu"][i] - self.machine["cpu"][i] for i in (0, 1, 2, 7)) / TICK
        name = "cpu" if self.core is None else f"cpu{self.core}"
        times = [a - b for a, b in zip(after[name], self.machine[name])]
        idle = (times[3] + times[4]) / max(1, sum(times[:8]))
        return max(0.0, (busy - own) / seconds), idle


def foreign_load(seconds: float = 1.0) -> float:
    """How many cores others keep busy while we sleep."""
    watch = Watch([], None)
    time.sleep(seconds)
    return watch.stop()[0]


def sync_times(folder: Path, count: int = 200) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds, of fdatasync after a write of 4 KiB in `folder`."""
    path, times = folder / "fdatasync", []
    with open(path, "wb", buffering=0) as file:
        for _ in range(count):
            file.write(b"\0" * 4096)
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    path.unlink()
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)]


def pace(cores: list[int]) -> float:
    """Seconds of processor time that a fixed piece of work takes, on the slowest of the cores.

    Neighbours on the host slow a virtual core down without any of its time being called stolen.
    """
    mine, slowest = os.sched_getaffinity(0), 0.0
    try:
        for core in cores:
            os.sched_setaffinity(0, {core})
            times = []
            for _ in range(3):
                started, total = time.thread_time(), 0
                for number in range(60_000):
                    total += number * number
                times.append(time.thread_time() - started)
            slowest = max(slowest, min(times))
    finally:
        os.sched_setaffinity(0, mine)
    return slowest


def has(program: str) -> bool:
    """Whether the program is installed."""
    return shutil.which(program) is not None
