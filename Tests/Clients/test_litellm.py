"""An upstream that is somebody else's software: LiteLLM's own server, through the official `openai` package."""

import openai
from checks import Context, check, equal, run, true

ANSWER = "LiteLLM says that all is well."


def ask(c: Context, **more):
    client = openai.OpenAI(base_url=c.base_url, api_key=c.key, max_retries=0, timeout=60)
    return client.chat.completions.create(
        model="litellm-mock", messages=[{"role": "user", "content": "How is it?"}], **more
    )


@check
def chat(c: Context):
    answer = ask(c)
    equal(answer.choices[0].message.content, ANSWER, "content")
    true(answer.usage.total_tokens > 0, "no usage")


@check
def chat_streamed(c: Context):
    chunks = list(ask(c, stream=True))
    equal("".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices), ANSWER, "content")
    equal([chunk for chunk in chunks if chunk.usage], [], "chunks with usage, not asked for")


@check
def chat_streamed_with_usage(c: Context):
    chunks = list(ask(c, stream=True, stream_options={"include_usage": True}))
    equal("".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices), ANSWER, "content")
    equal(len([chunk for chunk in chunks if chunk.usage]), 1, "chunks with usage")


run()
