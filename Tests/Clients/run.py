#!/usr/bin/env python3
"""Runs real clients against a real gateway process in front of a scripted upstream, and prints what worked.

    Tests/Clients/run.py                      everything (make test-clients)
    Tests/Clients/run.py --only wire keys     one suite; further words choose checks by name
    Tests/Clients/run.py --direct             without a gateway: the clients against the upstream itself, to see that
                                              the checks which are about the gateway fail

Everything stays on 127.0.0.1, on ports that were free, and in a temporary folder. The exit code is 0 only if no check
failed. What could not be run here is listed as skipped, with the reason.
"""

import argparse
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import gateway
import venvs
from upstream import BEHAVIOURS

HERE = Path(__file__).resolve().parent
HEADER_TIMEOUT, UPSTREAM_TIMEOUT = 2, 3
LITELLM_ANSWER = "LiteLLM says that all is well."


@dataclass
class Suite:
    """A script of checks, and the environment that it runs in (None: this interpreter)."""

    name: str
    script: str
    environment: str | None = None


SUITES = [
    Suite("openai 1.x", "test_openai.py", "openai-1"),
    Suite("openai 3.x", "test_openai.py", "openai-3"),
    Suite("LiteLLM behind it", "test_litellm.py", "openai-3"),
    Suite("disconnect", "test_disconnect.py"),
    Suite("wire", "test_wire.py"),
    Suite("crash", "test_crash.py"),
    Suite("postgres", "test_postgres.py", "openai-3"),
    Suite("siem", "test_siem.py"),
    Suite("presidio", "test_presidio.py"),
]
# Programs of their own, with processes of their own: what they print is shown as it is.
PROGRAMS = {
    "strictness": "strictness.py",
    "matrix": "matrix.py",
    "snippets": "snippets.py",
    "anchors": "anchors_s3.py",
}
# Those that need more than the standard library.
ENVIRONMENTS = {"anchors": "anchors-s3"}


class Stage:
    """The upstream, LiteLLM, and the gateway between them and the clients."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.folder = Path(tempfile.mkdtemp(prefix="gatehouse-clients-"))
        self.processes: list[subprocess.Popen] = []
        self.gateway: gateway.Gateway | None = None
        self.upstream_key = f"sk-{secrets.token_hex(24)}"
        self.upstream_port, self.litellm_port = gateway.free_port(), gateway.free_port()
        self.without_litellm = "left out by option" if options.without_litellm else ""

    def spawn(self, name: str, command: list, **environment: str) -> subprocess.Popen:
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | environment,
                start_new_session=True,
                preexec_fn=gateway.end_with_us,
            )
        self.processes.append(process)
        return process

    def start(self) -> None:
        command = [sys.executable, HERE / "upstream.py", "--port", self.upstream_port, "--key", self.upstream_key]
        self.upstream = self.spawn("upstream", command)
        if not self.without_litellm:
            self.start_litellm()
        if self.options.direct:
            wait_for_port(self.upstream_port, 10)
            return
        providers = {
            "mock": gateway.provider(
                self.upstream_port, response_timeout=f"{UPSTREAM_TIMEOUT}s", stall_timeout=f"{UPSTREAM_TIMEOUT}s"
            ),
            "litellm": gateway.provider(self.litellm_port),
            "refused": gateway.provider(gateway.free_port()),
        }
        models = {name: ("mock", name) for name in BEHAVIOURS}
        models |= {
            "vendor/slashed-model": ("mock", "mock-normal"),
            "refused": ("refused", "mock-normal"),
            "litellm-mock": ("litellm", "litellm-mock"),
        }
        limits = {"header_timeout": f"{HEADER_TIMEOUT}s", "body_timeout": f"{HEADER_TIMEOUT}s"}
        self.gateway = gateway.Gateway(
            self.folder / "gateway",
            self.upstream_key,
            self.options.gateway,
            providers=providers,
            models=models,
            limits=limits,
        )
        self.key, _ = self.gateway.create_key("clients")
        self.revoked_key, id = self.gateway.create_key("revoked")
        self.gateway.revoke_key(id)
        self.gateway.start()

    def start_litellm(self) -> None:
        """LiteLLM takes ten seconds and more to start, so it does that while other checks run."""
        try:
            python = venvs.python(HERE / ".venv-litellm", HERE / "requirements" / "litellm.txt")
        except venvs.Unavailable as reason:
            self.without_litellm = f"LiteLLM could not be installed: {reason}"
            return
        file = self.folder / "litellm.yaml"
        parameters = {"model": "openai/any", "api_key": "none", "mock_response": LITELLM_ANSWER}
        file.write_text(
            json.dumps(
                {
                    "model_list": [{"model_name": "litellm-mock", "litellm_params": parameters}],
                    "litellm_settings": {"callbacks": [], "telemetry": False},
                    "general_settings": {"master_key": self.upstream_key},
                }
            )
        )
        self.spawn(
            "litellm",
            [
                python.parent / "litellm",
                "--config",
                file,
                "--host",
                "127.0.0.1",
                "--port",
                self.litellm_port,
                "--num_workers",
                1,
            ],
            LITELLM_LOCAL_MODEL_COST_MAP="True",
            LITELLM_LOG="ERROR",
        )

    def context(self, suite: Suite) -> dict:
        """What the checks of a suite are told."""
        common = {
            "upstream_url": f"http://127.0.0.1:{self.upstream_port}",
            "upstream_key": self.upstream_key,
            "header_timeout": HEADER_TIMEOUT,
            "upstream_timeout": UPSTREAM_TIMEOUT,
            "folder": str(self.folder),
            "seed": self.options.seed,
            "binary": str(self.options.gateway),
        }
        if self.gateway is not None:
            return common | {
                "base_url": f"http://127.0.0.1:{self.gateway.port}/v1",
                "port": self.gateway.port,
                "key": self.key,
                "revoked_key": self.revoked_key,
                "pid": self.gateway.process.pid,
            }
        port = self.litellm_port if suite.script == "test_litellm.py" else self.upstream_port
        return common | {
            "base_url": f"http://127.0.0.1:{port}/v1",
            "port": port,
            "key": self.upstream_key,
            "revoked_key": "gatehouse_revoked",
            "pid": self.upstream.pid,
        }

    def stop(self) -> str:
        """Stops everything; returns what was wrong with the gateway's end, if anything."""
        wrong = ""
        if self.gateway is not None and self.gateway.process is not None:
            code = self.gateway.process.poll()
            if code is not None:
                wrong = f"the gateway had ended with {code}: {self.gateway.last_words()}"
            elif (code := self.gateway.stop()) != 0:
                wrong = f"the gateway's exit code was {code}: {self.gateway.last_words()}"
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if not self.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        return wrong


def wait_for_port(port: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def run_suite(stage: Stage, suite: Suite, words: list[str]) -> list[dict]:
    """The results of a suite's checks; one failed result where it could not be run."""

    def whole(status: str, reason: str) -> list[dict]:
        return [{"check": "(the whole suite)", "status": status, "reason": reason, "measured": "", "seconds": 0}]

    python = Path(sys.executable)
    if suite.environment:
        try:
            python = venvs.python(
                HERE / f".venv-{suite.environment}", HERE / "requirements" / f"{suite.environment}.txt"
            )
        except venvs.Unavailable as reason:
            return whole("failed", f"its environment could not be made: {reason}")
    if suite.script == "test_litellm.py":
        if stage.without_litellm:
            return whole("skipped", stage.without_litellm)
        if not wait_for_port(stage.litellm_port, 120):
            return whole("failed", "LiteLLM's server did not start")
    if suite.script in ("test_crash.py", "test_postgres.py") and stage.gateway is None:
        return whole("skipped", "there is no gateway to kill")
    with open(stage.folder / f"{suite.name}.log", "wb") as errors:
        done = subprocess.run(
            [python, HERE / suite.script, *words],
            input=json.dumps(stage.context(suite)).encode(),
            stdout=subprocess.PIPE,
            stderr=errors,
            timeout=600,
        )
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    results = [line for line in lines if "check" in line]
    if not any(line.get("end") for line in lines):
        words_ = (stage.folder / f"{suite.name}.log").read_text().strip().splitlines()
        results += whole("failed", f"it ended with {done.returncode} half-way: {words_[-1] if words_ else ''}")
    return results


def run_program(name: str, options: argparse.Namespace) -> dict[str, int]:
    """What a program that prints its own tables counted; its last line begins with its name."""
    interpreter = sys.executable
    if environment := ENVIRONMENTS.get(name):
        try:
            interpreter = venvs.python(HERE / f".venv-{environment}", HERE / "requirements" / f"{environment}.txt")
        except venvs.Unavailable as reason:
            print(f"\n{name}\nits environment could not be made: {reason}", flush=True)
            return {"failed": 1}
    command = [interpreter, HERE / PROGRAMS[name]]
    command += ["--gateway", options.gateway] if name != "strictness" else []
    command += ["--only", *options.only[1:]] if name == "matrix" and options.only and options.only[1:] else []
    command += ["--direct"] if name == "matrix" and options.direct else []
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    print(f"\n{name}\n{done.stdout}", end="", flush=True)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed)", last)}
    if done.returncode != 0 and not counts.get("failed"):
        counts["failed"] = 1
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", nargs="+", metavar=("SUITE", "CHECK"), help=", ".join([*(suite.name for suite in SUITES), *PROGRAMS])
    )
    parser.add_argument("--direct", action="store_true", help="without a gateway")
    parser.add_argument("--without-litellm", action="store_true", help="do not install or run LiteLLM")
    parser.add_argument("--gateway", type=Path, default=gateway.BINARY, help="the binary (.build/release/gatehouse)")
    parser.add_argument("--seed", type=int, default=1, help="of what is random (1)")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder, with all logs")
    options = parser.parse_args()
    options.gateway = options.gateway.resolve()
    suites = [suite for suite in SUITES if not options.only or options.only[0] in suite.name]
    programs = [name for name in PROGRAMS if not options.only or options.only[0] in name]
    if options.direct and "snippets" in programs:
        programs.remove("snippets")
    if not suites and not programs:
        parser.error(f"no suite is called `{options.only[0]}`")
    if not any(suite.script == "test_litellm.py" for suite in suites):
        options.without_litellm = True
    if not options.direct and not options.gateway.exists():
        print(f"{os.path.relpath(options.gateway)} is not built: swift build -c release --product gatehouse")
        print("clients: 0 passed, 1 failed")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    stage, started = Stage(options), time.monotonic()
    table: dict[str, dict[str, dict]] = {}
    try:
        if suites:
            stage.start()
        for suite in suites:
            begun = time.monotonic()
            results = run_suite(stage, suite, options.only[1:] if options.only else [])
            print(f"\n{suite.name} ({time.monotonic() - begun:.0f} s)", flush=True)
            for result in results:
                counts[result["status"]] += 1
                table.setdefault(result["check"], {})[suite.name] = result
                detail = result["reason"] or result["measured"]
                print(f"  {result['status']:7}  {result['check']}" + (f": {detail}" if detail else ""), flush=True)
    except gateway.Failed as failure:
        counts["failed"] += 1
        print(f"the gateway: {failure}")
    finally:
        wrong = stage.stop()
    if wrong:
        counts["failed"] += 1
        print(f"\nthe gateway's end: failed: {wrong}")
    for name in programs:
        for status, number in run_program(name, options).items():
            counts[status] += number
    sdks = [suite.name for suite in suites if suite.script == "test_openai.py"]
    if len(sdks) > 1:
        print(f"\n| feature | {' | '.join(sdks)} |\n| --- |{' --- |' * len(sdks)}")
        for check, results in table.items():
            if any(sdk in results for sdk in sdks):
                cells = (results[sdk]["status"] if sdk in results else "not run" for sdk in sdks)
                print(f"| {check} | {' | '.join(cells)} |")
    if options.keep:
        print(f"\nlogs: {stage.folder}")
    print(f"\n{time.monotonic() - started:.0f} s")
    print(f"clients: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
