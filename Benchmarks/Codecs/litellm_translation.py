"""LiteLLM's translation of the same request, called in-process: `litellm_translation.py BODY`, one line of JSON.

Both ways begin and end with bytes, as ours do: the body is read with Python's json and written with it again. The least
of many runs counts, as in codec-benchmark. Run by Benchmarks/run with the Python of LiteLLM's environment."""

import json
import sys
import time
from pathlib import Path

import litellm
from litellm.llms.anthropic.chat.transformation import AnthropicConfig
from litellm.llms.anthropic.pass_through.adapters.transformation import LiteLLMAnthropicMessagesAdapter

MODEL = "claude-sonnet-4-5"


def to_anthropic(body: bytes) -> bytes:
    request = json.loads(body)
    config = AnthropicConfig()
    messages = request.pop("messages")
    request.pop("model")
    optional = config.map_openai_params(
        non_default_params=request, optional_params={}, model=MODEL, drop_params=True
    )
    translated = config.transform_request(
        model=MODEL, messages=messages, optional_params=optional, litellm_params={}, headers={}
    )
    return json.dumps(translated, ensure_ascii=False).encode()


def to_openai(body: bytes) -> bytes:
    translated = LiteLLMAnthropicMessagesAdapter().translate_anthropic_to_openai(
        anthropic_message_request=json.loads(body)
    )
    if isinstance(translated, tuple):  # newer versions also return a map of tool names
        translated = translated[0]
    return json.dumps(translated, ensure_ascii=False).encode()


def least(run, body: bytes) -> float:
    best = float("inf")
    for _ in range(100):
        started = time.perf_counter()
        run(body)
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    litellm.drop_params = True
    body = Path(sys.argv[1]).read_bytes()
    there = to_anthropic(body)
    assert len(json.loads(there)["messages"]) > 30, "the conversation did not survive"
    rows = [("OpenAI to Anthropic", len(body), least(to_anthropic, body))]
    assert len(json.loads(to_openai(there))["messages"]) > 30, "the conversation did not survive"
    rows.append(("Anthropic to OpenAI", len(there), least(to_openai, there)))
    print(json.dumps([{"name": name, "bytes": size, "us": seconds * 1e6} for name, size, seconds in rows]))


if __name__ == "__main__":
    main()
