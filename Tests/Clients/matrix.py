#!/usr/bin/env python3
"""Every SDK with every provider through the gateway, feature by feature, whole and streamed.

    Tests/Clients/matrix.py                      all of it (also a part of run.py)
    Tests/Clients/matrix.py --only gemini stream only cells whose name holds all these words
    Tests/Clients/matrix.py --direct             each SDK with its own provider, without a gateway: is the script right?
    Tests/Clients/matrix.py --json FILE          the cells, for programs

Every combination is in the table: `✓` works, `✗` does not and is explained below it, `·` has no meaning, and why is
said below as well. The exit code is 1 if any cell failed.
"""

import argparse
import json
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gateway
import venvs

HERE = Path(__file__).resolve().parent
KINDS = ("openai", "azure", "anthropic", "gemini", "vertex", "bedrock")
# Which environments hold which SDKs. The longest come first, so that two cores are done at the same time.
WORKERS = [
    ("langchain", "with_langchain"),
    ("litellm", "with_litellm"),
    ("openai-3", "with_openai"),
    ("openai-1", "with_openai"),
    ("anthropic-2", "with_anthropic"),
    ("anthropic-0", "with_anthropic"),
    ("google-genai", "with_genai"),
    ("providers", "traps"),
]
DIRECT_WORKERS = [*WORKERS[:-1], ("providers", "with_botocore")]
# What the providers call their models.
NAMES = {
    "openai": "gpt-4.1-mini",
    "azure": "gpt-4.1-mini",
    "anthropic": "claude-sonnet-4-5",
    "gemini": "gemini-2.5-flash",
    "vertex": "gemini-2.5-flash",
    "bedrock": "anthropic.claude-sonnet-4-5-20250929-v1:0",
}
MORE = {  # an alias, its provider, and what that calls it
    "gemini3": ("gemini", "gemini-3-pro-preview"),
    "embedding-openai": ("openai", "text-embedding-3-small"),
    "embedding-azure": ("azure", "text-embedding-3-small"),
    "slashed": ("openai", "vendor/slashed-1"),
}
SIGNS = {"passed": "✓", "failed": "✗", "n/a": "·"}


class Providers:
    """The scripted providers, in a process of their own."""

    def __init__(self, folder: Path):
        self.key = f"sk-upstream-{secrets.token_hex(16)}"
        self.ports = {kind: gateway.free_port() for kind in KINDS}
        python = venvs.python(HERE / ".venv-providers", HERE / "requirements" / "providers.txt")
        pairs = ",".join(f"{kind}={port}" for kind, port in self.ports.items())
        with open(folder / "providers.log", "wb") as log:
            self.process = subprocess.Popen(
                [python, "-m", "providers", "--key", self.key, "--ports", pairs],
                stdout=log,
                stderr=log,
                cwd=HERE,
                preexec_fn=gateway.end_with_us,
            )
        end = time.monotonic() + 10
        while not all(gateway.listens(port) for port in self.ports.values()):
            if time.monotonic() > end or self.process.poll() is not None:
                raise gateway.Failed(f"the scripted providers did not start: {(folder / 'providers.log').read_text()}")
            time.sleep(0.05)

    def url(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.ports[kind]}"

    def settings(self) -> dict[str, dict]:
        """The gateway's configuration of all of them."""
        key = f"${{env:{gateway.UPSTREAM_KEY}}}"
        made = {
            "openai": {"kind": "openai", "base_url": f"{self.url('openai')}/v1", "api_key": key},
            "azure": {"kind": "azure", "base_url": self.url("azure"), "api_key": key},
            "anthropic": {"kind": "anthropic", "base_url": self.url("anthropic"), "api_key": key},
            "gemini": {"kind": "gemini", "base_url": self.url("gemini"), "api_key": key},
            "vertex": {
                "kind": "vertex",
                "base_url": self.url("vertex"),
                "project": "scripted",
                "location": "europe-west6",
                "token": key,
            },
            "bedrock": {
                "kind": "bedrock",
                "base_url": self.url("bedrock"),
                "access_key": "${env:SCRIPTED_ACCESS_KEY}",
                "secret_key": key,
                "region": "eu-central-2",
            },
            "extractive": {"kind": "extractive"},
        }
        return made

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def models() -> dict[str, tuple]:
    """The gateway's aliases: those of the matrix, and what leads to them."""
    made = {f"{kind}-model": (kind, name) for kind, name in NAMES.items()}
    made |= {alias: target for alias, target in MORE.items() if alias != "slashed"}
    return made | {"vendor/slashed": MORE["slashed"], "extractive-model": ("extractive", None)}


def context(providers: Providers, made: gateway.Gateway | None, key: str, only: list[str], kinds: list[str]) -> dict:
    """What the workers are told."""
    common = {"records": providers.url("openai"), "only": only, "run": secrets.token_hex(3)}
    if made is None:
        names = NAMES | {alias: name for alias, (_, name) in MORE.items()}
        urls = {kind: providers.url(kind) for kind in KINDS}
        return common | {"gateway": False, "urls": urls, "key": providers.key, "models": names}
    url = f"http://127.0.0.1:{made.port}"
    names = {kind: f"{kind}-model" for kind in kinds}
    names |= {alias: alias for alias, (kind, _) in MORE.items() if kind in kinds} | {"slashed": "vendor/slashed"}
    return common | {"gateway": True, "urls": {kind: url for kind in KINDS}, "key": key, "models": names}


def work(environment: str, module: str, told: dict, folder: Path) -> list[dict]:
    """The cells of one environment."""

    def broken(reason: str) -> dict:
        shown = {"client": f"{environment} ({module})", "provider": "-", "feature": "(all)", "stream": False}
        return shown | {"status": "failed", "reason": reason, "seconds": 0}

    try:
        python = venvs.python(HERE / f".venv-{environment}", HERE / "requirements" / f"{environment}.txt")
    except venvs.Unavailable as reason:
        return [broken(f"its environment could not be made: {reason}")]
    log = folder / f"{environment}.log"
    with open(log, "wb") as errors:
        try:
            done = subprocess.run(
                [python, "-m", "cells.worker", module, environment],
                input=json.dumps(told).encode(),
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=HERE,
                timeout=600,
            )
        except subprocess.TimeoutExpired as late:
            lines = [json.loads(line) for line in (late.stdout or b"").decode().splitlines() if line.endswith("}")]
            return lines + [broken(f"it was not done after 10 minutes; its last cell was {lines[-1:]}")]
    lines = [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]
    results = [line for line in lines if "feature" in line]
    if not any(line.get("end") for line in lines):
        words = log.read_text(errors="replace").strip().splitlines()
        results.append(broken(f"it ended with {done.returncode} half-way: {words[-1] if words else ''}"))
    return results


def run(
    providers: Providers, made: gateway.Gateway | None, key: str, only: list[str], kinds: list[str], folder: Path
) -> list[dict]:
    """All cells of all environments, two environments at a time."""
    told = context(providers, made, key, only, kinds)
    workers = WORKERS if made else DIRECT_WORKERS
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(work, environment, module, told, folder) for environment, module in workers]
        return [result for job in jobs for result in job.result()]


def show(results: list[dict]) -> None:
    """The tables, and what is to be said about them."""
    clients = list(dict.fromkeys(result["client"] for result in results))
    for client in clients:
        own = [result for result in results if result["client"] == client]
        providers = list(dict.fromkeys(result["provider"] for result in own))
        cells = {(r["feature"], r["provider"], r["stream"]): SIGNS[r["status"]] for r in own}
        wide = max(len(result["feature"]) for result in own)
        print(f"\n{client}\n{'':{wide}}  {'  '.join(f'{name:^10}' for name in providers)}")
        for feature in dict.fromkeys(result["feature"] for result in own):
            row = []
            for provider in providers:
                whole, streamed = (cells.get((feature, provider, stream), " ") for stream in (False, True))
                row.append(f"{whole + ' ' + streamed:^10}")
            print(f"{feature:{wide}}  {'  '.join(row)}".rstrip())
    print("\nleft: whole, right: streamed; ✓ works, ✗ failed, · has no meaning, nothing: there is no such form of it")
    print_reasons("n/a", results)
    print_reasons("failed", results)


def print_reasons(status: str, results: list[dict]) -> None:
    grouped: dict[tuple, list] = {}
    for result in results:
        if result["status"] == status:
            result = result | {"reason": re.sub(r"(exch|req|msg)_\w+", r"\1_…", result["reason"])}
            where = f"{result['client']} × {result['provider']}{' (stream)' if result['stream'] else ''}"
            # What has no meaning has it for a reason that many features share; what failed is told one by one.
            feature = result["feature"] if status == "failed" else ""
            grouped.setdefault((feature, result["reason"]), []).append(where if feature else result["feature"])
    for (feature, reason), places in grouped.items():
        places = list(dict.fromkeys(places))
        shown = ", ".join(places[:6]) + (f" and {len(places) - 6} more" if len(places) > 6 else "")
        print(f"{status}: {feature + ': ' if feature else ''}{shown}: {reason}")


def summary(results: list[dict]) -> str:
    counts = {status: sum(result["status"] == status for result in results) for status in SIGNS}
    return f"matrix: {counts['passed']} passed, {counts['failed']} failed, {counts['n/a']} n/a"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD", help="client, provider, feature, whole, stream"
    )
    parser.add_argument("--kinds", nargs="+", default=[*KINDS, "extractive"], help="configure only these providers")
    parser.add_argument("--direct", action="store_true", help="without a gateway, each SDK with its own provider")
    parser.add_argument("--gateway", type=Path, default=gateway.BINARY, help="the binary (.build/release/gatehouse)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all cells there")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder, with all logs")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder, started = Path(tempfile.mkdtemp(prefix="gatehouse-matrix-")), time.monotonic()
    made, key, providers = None, "", None
    try:
        providers = Providers(folder)
        if not options.direct:
            made = start(providers, folder, options.gateway.resolve(), options.kinds)
            key, _ = made.create_key("matrix")
            made.start()
        results = run(providers, made, key, options.only, options.kinds, folder)
    except (gateway.Failed, venvs.Unavailable) as failure:
        print(f"{failure}\nmatrix: 0 passed, 1 failed")
        return 1
    finally:
        if made:
            made.stop()
        if providers:
            providers.stop()
        if options.keep:
            print(f"logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    show(results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False))
    print(f"\n{time.monotonic() - started:.0f} s\n{summary(results)}")
    return 1 if any(result["status"] == "failed" for result in results) or not results else 0


def start(providers: Providers, folder: Path, binary: Path, kinds: list[str]) -> gateway.Gateway:
    """A gateway in front of the providers of these kinds, configured but not running."""
    settings = {name: value for name, value in providers.settings().items() if name in kinds}
    aliases = {alias: target for alias, target in models().items() if target[0] in kinds}
    made = gateway.Gateway(folder / "gateway", providers.key, binary, providers=settings, models=aliases)
    made.environment["SCRIPTED_ACCESS_KEY"] = "AKIDSCRIPTED"
    return made


if __name__ == "__main__":
    sys.exit(main())
