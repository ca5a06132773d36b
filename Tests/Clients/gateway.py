"""A real gateway process: all that tests and benchmarks know about Gatehouse's command line and configuration."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build" / "release" / "gatehouse"
DETECTORS = "[secrets, pii]"
UPSTREAM_KEY = "UPSTREAM_KEY"  # the environment variable that holds the upstream's key


class Failed(Exception):
    """The gateway did not do what the command line promises; the message is what it said."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether somebody listens on a port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def configuration(
    folder: Path,
    port: int,
    admin: int,
    providers: dict[str, dict],
    models: dict[str, tuple[str, str | None]],
    detectors: str = DETECTORS,
    durability: str = "durable",
    threads: int = 1,
    limits: dict | None = None,
    storage: dict | None = None,
    audit: dict | None = None,
) -> str:
    """The text of a configuration file. JSON is YAML, so values are written as JSON. `storage` and `audit` are added to
    what stands there anyway."""
    lines = [
        f"listen: 127.0.0.1:{port}",
        f"admin: 127.0.0.1:{admin}",
        f"threads: {threads}",
        f"storage: {json.dumps({'path': str(folder / 'gatehouse.db')} | (storage or {}))}",
        f"audit: {json.dumps({'durability': durability} | (audit or {}))}",
    ]
    if limits:
        lines.append(f"limits: {json.dumps(limits)}")
    lines.append("providers:")
    lines += [f"  {name}: {json.dumps(provider)}" for name, provider in providers.items()]
    lines.append("models:")
    for alias, (provider, model) in models.items():
        target = {"provider": provider} | ({"model": model} if model else {})
        lines.append(f"  {json.dumps(alias)}: {json.dumps(target)}")
    lines.append(f"detectors: {{request: {detectors}, response: {detectors}}}")
    return "\n".join(lines) + "\n"


def provider(port: int, **more) -> dict:
    """An OpenAI-compatible upstream on this machine, its key by reference."""
    return {"kind": "openai", "base_url": f"http://127.0.0.1:{port}/v1", "api_key": f"${{env:{UPSTREAM_KEY}}}"} | more


def end_with_us() -> None:
    """For `preexec_fn`: the child is killed when the parent dies."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Gateway:
    """One gateway with a folder of its own for configuration, database and log."""

    def __init__(
        self, folder: Path, upstream_key: str, binary: Path = BINARY, secrets: dict[str, str] | None = None, **settings
    ):
        """`secrets` are further variables of its environment, which references in the settings name."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.binary = folder, binary
        self.port, self.admin = free_port(), free_port()
        self.file = folder / "gatehouse.yaml"
        self.file.write_text(configuration(folder, self.port, self.admin, **settings))
        own = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        self.environment = own | {UPSTREAM_KEY: upstream_key} | (secrets or {})
        self.serve_command = [binary, "serve", "--config", self.file]
        self.log = folder / "log"
        self.process: subprocess.Popen | None = None

    # The command line

    def command(self, *arguments: str) -> str:
        """What a command of `gatehouse` prints, given this configuration."""
        done = subprocess.run(
            [self.binary, *arguments, "--config", self.file],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=60,
        )
        if done.returncode != 0:
            raise Failed(
                f"`gatehouse {' '.join(arguments)}` ended with {done.returncode}: "
                f"{(done.stderr or done.stdout).strip()[-400:]}"
            )
        return done.stdout

    def create_key(self, name: str) -> tuple[str, str]:
        """A new key and its id."""
        made = json.loads(self.command("key", "create", "--name", name, "--json"))
        return made["key"], made["id"]

    def revoke_key(self, id: str) -> None:
        self.command("key", "revoke", id, "--json")

    def events(self) -> list[dict]:
        """All events that are in the database."""
        printed = self.command("events", "tail", "--limit", "1000000", "--json")
        return [json.loads(line) for line in printed.splitlines() if line.strip()]

    def event_ids(self) -> list[str]:
        """The exchange ids of all events about exchanges."""
        events = [stored["event"] for stored in self.events()]
        return [event["id"] for event in events if event["kind"] == "exchange"]

    # The process

    def start(self, timeout: float = 20) -> None:
        """Returns when the listener answers."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.serve_command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
                preexec_fn=end_with_us,
            )
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise Failed(
                        f"`gatehouse serve` ended with {self.process.returncode}: {self.last_words()}"
                    ) from None
                time.sleep(0.01)
        raise Failed(f"`gatehouse serve` does not listen after {timeout:.0f} s: {self.last_words()}")

    def last_words(self) -> str:
        return self.log.read_text(errors="replace").strip()[-400:] or "it printed nothing"

    def stop(self, timeout: float = 10) -> int | None:
        """Asks it to end, and returns its exit code; None if it had to be killed."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        finally:
            self.process = None

    def kill(self) -> None:
        """kill -9."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def open_files(pid: int) -> int:
    """How many file descriptors the process holds."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_mb(pid: int) -> float:
    """The process's resident memory in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
