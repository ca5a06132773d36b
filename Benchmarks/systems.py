"""The systems under test: how each is configured, started, asked, and stopped."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "Tests" / "Clients"))
import gateway  # noqa: E402
import venvs  # noqa: E402

MODEL = "gpt-4o-mini"


class Missing(Exception):
    """The system cannot be measured here; the message says why."""


def spawn(command: list, output, core: int | None = None, environment: dict | None = None) -> subprocess.Popen:
    """Starts a process on the given core, in a session of its own, that ends when we do."""

    def prepare():
        gateway.end_with_us()
        if core is not None:
            os.sched_setaffinity(0, {core})

    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment or os.environ,
        start_new_session=True,
        preexec_fn=prepare,
    )


def stop(process: subprocess.Popen | None) -> None:
    """Ends the process and what it started."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(port: int, body: bytes, key: str, timeout: float = 10) -> int:
    """Sends one chat completion and returns the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/v1/chat/completions", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def detectors(core: int | None) -> list[dict]:
    """The detectors beside the bare library, text by text; nothing where their benchmark is not built."""
    program = ROOT / ".build" / "release" / "detector-benchmark"
    if not program.exists():
        return []
    pin = ["taskset", "-c", str(core)] if core is not None else []
    return json.loads(subprocess.run([*pin, str(program)], check=True, capture_output=True).stdout)


def translation(core: int | None, folder: Path, with_litellm: bool) -> dict[str, list[dict]]:
    """What translating one request costs, ours and LiteLLM's in turns; nothing where our benchmark is not built."""
    program = ROOT / ".build" / "release" / "codec-benchmark"
    if not program.exists():
        return {}
    pin = ["taskset", "-c", str(core)] if core is not None else []
    body = folder / "translation.json"
    body.write_bytes(subprocess.run([program, "--body"], check=True, capture_output=True).stdout)
    commands = {"gatehouse": [*pin, program, "--json"]}
    if with_litellm:
        try:
            requirements = ROOT / "Tests" / "Clients" / "requirements" / "litellm.txt"
            python = venvs.python(HERE / ".venv-litellm", requirements)
            commands["litellm"] = [*pin, python, HERE / "Codecs" / "litellm_translation.py", body]
        except venvs.Unavailable:
            pass
    environment = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"}
    best: dict[str, dict[str, dict]] = {name: {} for name in commands}
    for _ in range(2):
        for name, command in commands.items():
            done = subprocess.run(command, capture_output=True, env=environment, text=True)
            if done.returncode != 0:
                print(f"{name}: translation not measured: {done.stderr.strip()[-300:]}", file=sys.stderr)
                continue
            for row in json.loads(done.stdout.strip().splitlines()[-1]):
                known = best[name].get(row["name"])
                if known is None or row["us"] < known["us"]:
                    best[name][row["name"]] = row
    return {name: list(rows.values()) for name, rows in best.items() if rows}


def open_stream(port: int, body: bytes, key: str) -> socket.socket:
    """Asks for a streamed answer and returns when its first piece is there."""
    connection = socket.create_connection(("127.0.0.1", port), 10)
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    seen = b""
    while b"data: " not in seen:
        more = connection.recv(65536)
        if not more:
            raise OSError(f"no stream came: {seen[:200]!r}")
        seen += more
    return connection


def last_words(log: Path) -> str:
    """The end of a log, for a message."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1][:200] if lines else "it printed nothing"


class System:
    """Something that answers on `port` once `start` has returned; without a process of its own it is the mock."""

    name = "direct"
    about = "the client asks the mock upstream itself"
    timeout = 30.0

    def __init__(self, upstream: int, folder: Path, core: int | None):
        self.upstream, self.core = upstream, core
        self.folder = folder / self.name
        self.folder.mkdir()
        self.log = self.folder / "log"
        self.key_file = self.folder / "key"
        self.process: subprocess.Popen | None = None
        self.port = upstream
        self.key = f"none-{secrets.token_hex(24)}"  # as long as a real one
        self.prepare()
        self.key_file.write_text(self.key)

    def prepare(self) -> None:
        """Writes what `command` needs, once; may raise `Missing`."""

    def command(self) -> tuple[list, dict]:
        """The command that serves, and its environment (empty: ours)."""
        raise NotImplementedError

    def start(self, body: bytes) -> float:
        """Starts it and returns the seconds from there to the first answer."""
        started = time.perf_counter()
        if type(self) is not System:
            command, environment = self.command()
            with open(self.log, "ab") as log:
                self.process = spawn(command, log, self.core, environment)
        while time.perf_counter() - started < self.timeout:
            try:
                if ask(self.port, body, self.key) == 200:
                    return time.perf_counter() - started
            except (OSError, http.client.HTTPException):
                pass
            if self.process is not None and self.process.poll() is not None:
                raise Missing(f"{self.name} ended at its start: {last_words(self.log)}")
            time.sleep(0.001)
        raise Missing(f"{self.name} gave no answer within {self.timeout:.0f} s: {last_words(self.log)}")

    def stop(self) -> None:
        stop(self.process)
        self.process = None


class Nginx(System):
    name = "nginx"
    about = "proxy_pass, 1 worker, kept-alive upstream connections, no access log"

    def prepare(self) -> None:
        self.port = gateway.free_port()
        temporary = "\n".join(
            f"  {kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(f"""
daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log;
worker_processes 1; worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
http {{
{temporary}
  access_log off; keepalive_requests 1000000000; client_body_buffer_size 512k; client_max_body_size 32m;
  upstream mock {{ server 127.0.0.1:{self.upstream}; keepalive 512; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    location / {{
      proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    }}
  }}
}}
""")

    def command(self) -> tuple[list, dict]:
        program = next((path for path in ("/usr/sbin/nginx", "/usr/local/sbin/nginx") if Path(path).exists()), "nginx")
        return [program, "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"], {}


class Gatehouse(System):
    """One worker thread; what is known about its command line and configuration is in Tests/Clients/gateway.py."""

    binary = gateway.BINARY
    name = "gatehouse-bare"
    about = "key check, routing, usage; no detectors; record written behind"
    detectors = "[]"
    durability = "asynchronous"

    def prepare(self) -> None:
        if not self.binary.exists():
            raise Missing("it is not built: swift build -c release --product gatehouse")
        self.gateway = gateway.Gateway(
            self.folder,
            "sk-mock-0123456789",
            self.binary,
            providers={"mock": gateway.provider(self.upstream, connections=512)},
            models={MODEL: ("mock", MODEL)},
            limits={"concurrency_per_key": 1024},
            detectors=self.detectors,
            durability=self.durability,
        )
        self.port = self.gateway.port
        try:
            self.key, _ = self.gateway.create_key("bench")
        except gateway.Failed as reason:
            raise Missing(str(reason)) from reason

    def command(self) -> tuple[list, dict]:
        return self.gateway.serve_command, self.gateway.environment


class GatehouseFull(Gatehouse):
    name = "gatehouse-full-async"
    about = "detectors both ways; record written behind"
    detectors = "[secrets, pii]"


class GatehouseDurable(GatehouseFull):
    name = "gatehouse-full-durable"
    about = "detectors both ways; record on disk before the last byte leaves"
    durability = "durable"


class LiteLLM(System):
    name = "litellm"
    about = "1 worker, no database, no callbacks, production mode"
    timeout = 180.0

    def prepare(self) -> None:
        try:
            requirements = ROOT / "Tests" / "Clients" / "requirements" / "litellm.txt"
            self.python = venvs.python(HERE / ".venv-litellm", requirements)
        except venvs.Unavailable as reason:
            raise Missing(f"LiteLLM could not be installed: {reason}") from reason
        self.port = gateway.free_port()
        self.key = f"sk-{secrets.token_hex(24)}"
        (self.folder / "config.yaml").write_text(f"""
model_list:
  - model_name: {MODEL}
    litellm_params: {{model: openai/{MODEL}, api_base: "http://127.0.0.1:{self.upstream}/v1", api_key: sk-mock}}
litellm_settings: {{callbacks: [], num_retries: 0, request_timeout: 30, telemetry: false}}
general_settings: {{master_key: {self.key}, disable_spend_logs: true}}
""")

    def command(self) -> tuple[list, dict]:
        environment = os.environ | {
            "LITELLM_MODE": "PRODUCTION",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_LOG": "ERROR",
        }
        server = self.python.parent / "litellm"
        return [
            server,
            "--config",
            self.folder / "config.yaml",
            "--host",
            "127.0.0.1",
            "--port",
            self.port,
            "--num_workers",
            1,
        ], environment


ALL = [System, Nginx, Gatehouse, GatehouseFull, GatehouseDurable, LiteLLM]
