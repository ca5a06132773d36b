#!/usr/bin/env python3
"""Runs what docs/providers.md shows: its configurations, with the scripted providers in the place of the real ones, and
its snippets, each in the environment of its SDK.

A snippet is a block of Python that begins with `# snippet: NAME`. It passes if it ends well and prints what the
scripted model says.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gateway
import venvs
from matrix import Providers
from providers.story import TEXT

HERE = Path(__file__).resolve().parent
PAGE = gateway.ROOT / "docs" / "providers.md"
ENVIRONMENTS = {
    "openai": "openai-3",
    "openai-responses": "openai-3",
    "azure": "openai-3",
    "anthropic": "anthropic-2",
    "google-genai": "google-genai",
    "langchain-openai": "langchain",
    "langchain-anthropic": "langchain",
    "litellm": "litellm",
}
VARIABLES = (
    "OPENAI_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY",
    "VERTEX_ACCESS_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
)


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def configuration(page: str, providers: Providers) -> str:
    """The lines below `providers:` and `models:` of every block, with other addresses."""
    sections: dict[str, list[str]] = {"providers": [], "models": []}
    for block in blocks(page, "yaml"):
        section, kind = None, ""
        for line in block.splitlines():
            if line.rstrip(":") in sections:
                section = line.rstrip(":")
                continue
            if found := re.match(r"    kind: (\w+)", line):
                kind = found[1]
            if found := re.match(r"(    base_url: )https://[^/]+(.*)", line):
                line = found[1] + providers.url(kind) + found[2]
            sections[section].append(line)
    return "".join(f"{name}:\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


def run(name: str, code: str, environment: dict) -> str:
    """What was wrong; nothing if all is well."""
    if name not in ENVIRONMENTS:
        return f"snippets.py does not know in which environment `{name}` runs"
    label = ENVIRONMENTS[name]
    try:
        python = venvs.python(HERE / f".venv-{label}", HERE / "requirements" / f"{label}.txt")
        done = subprocess.run([python, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    except venvs.Unavailable as reason:
        return f"its environment could not be made: {reason}"
    except subprocess.TimeoutExpired:
        return "it was not done after a minute"
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["it failed and said nothing"])[-1]
    return "" if TEXT in done.stdout else f"it printed {done.stdout!r:.200}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", type=Path, default=gateway.BINARY, help="the binary (.build/release/gatehouse)")
    options = parser.parse_args()
    page, folder, started = PAGE.read_text(), Path(tempfile.mkdtemp(prefix="gatehouse-snippets-")), time.monotonic()
    snippets = dict(re.findall(r"^```python\n# snippet: (\S+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    missing = sorted(set(ENVIRONMENTS) - set(snippets))
    failed = len(missing)
    for name in missing:
        print(f"  failed   {name}: {PAGE.name} does not show it")
    providers = made = None
    try:
        providers = Providers(folder)
        made = gateway.Gateway(folder / "gateway", providers.key, options.gateway.resolve(), providers={}, models={})
        head = made.file.read_text().partition("providers:\n")[0]
        made.file.write_text(head + configuration(page, providers))
        made.environment |= {name: providers.key for name in VARIABLES} | {"AWS_ACCESS_KEY_ID": "AKIDSCRIPTED"}
        key, _ = made.create_key("snippets")
        made.start()
        url = f"http://127.0.0.1:{made.port}"
        environment = os.environ | {"GATEHOUSE_URL": url, "GATEHOUSE_KEY": key, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda each: run(*each, environment), snippets.items()))
        for name, wrong in zip(snippets, found, strict=True):
            failed += bool(wrong)
            print(f"  {'failed ' if wrong else 'passed '}  {name}" + (f": {wrong}" if wrong else ""))
    except (gateway.Failed, venvs.Unavailable) as failure:
        failed = len(snippets)
        print(f"  failed   {failure}")
    finally:
        if made:
            made.stop()
        if providers:
            providers.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{time.monotonic() - started:.0f} s\nsnippets: {len(snippets) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
