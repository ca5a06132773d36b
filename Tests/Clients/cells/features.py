"""What is asked, and what must come of it. How the scripted providers answer is in `providers/story.py`."""

import json

from providers.story import TEXT, THOUGHT, sample

from .cell import BEES, Cell, equal, feature, refused, true, whole
from .spec import ARGUMENTS, CLOCK, IMAGE, IMAGE_URL, PDF, TOWN, WEATHER, Ask, Bit, Got, NotHere

# Words


@feature(extractive=True)
def plain(c: Cell):
    if c.provider == "extractive":
        got = c.client.ask(Ask(c.model, [("user", [Bit("text", BEES)])]), c.stream)
        true("Owls sleep by day" in got.text, f"text: {got.text!r}")
        return equal(got.stop, "end", "stop reason")
    got = c.ask("When does the train leave?")
    whole(got)
    if c.stream:
        true(got.chunks > 5, f"only {got.chunks} chunks: it was not streamed")


@feature("stream helper", streams=(True,))
def helper(c: Cell):
    c.not_here(not c.client.helper, "the SDK has no helper of its own for streams")
    whole(c.client.with_helper(Ask(c.model, [c.user("Hello")])))
    got = c.client.with_helper(Ask(c.model, [c.user("[parallel]")], tools=[WEATHER, CLOCK]))
    equal([call.arguments for call in got.calls], list(ARGUMENTS.values()), "calls")


@feature("system prompt")
def system(c: Cell):
    found = c.report(Ask(c.model, [c.user("[report]")], system="Be brief – „kurz“."))
    equal(found["system"], "Be brief – „kurz“.", "system prompt")


@feature("several turns")
def turns(c: Cell):
    history = [("user", [Bit("text", "Grüezi 🚆")]), ("assistant", [Bit("text", 'Line 1\nLine "2"\t\\')])]
    found = c.report(Ask(c.model, [*history, c.user("[report]")]))
    equal(found["turns"][:2], [["user", ["text:Grüezi 🚆"]], ["assistant", ['text:Line 1\nLine "2"\t\\']]], "turns")


@feature("output limit and temperature")
def settings(c: Cell):
    found = c.report(Ask(c.model, [c.user("[report]")], max_tokens=64))["settings"]
    equal(found.get("max_tokens"), 64, "the limit of the output")
    try:
        found = c.report(Ask(c.model, [c.user("[report]")], temperature=0.5))["settings"]
    except NotHere:
        return
    except c.client.errors.base:
        c.not_here(
            not c.gateway and c.client.name == "langchain-anthropic",
            "langchain-anthropic sends a temperature, which the version of the API that it names does not take",
        )
        raise
    c.not_here(
        "temperature" not in found and c.client.name == "langchain-anthropic", "langchain-anthropic keeps it back"
    )
    equal(found.get("temperature"), 0.5, "temperature")


@feature("cut off by the limit")
def length(c: Cell):
    got = c.ask("Hello", max_tokens=3)
    equal((got.text, got.stop), ("Der Nachtzug fährt", "length"), "text and stop reason")


@feature("stop sequence")
def stop(c: Cell):
    got = c.ask("Hello", stop=["Frühstück"])
    equal((got.text, got.stop), (TEXT[: TEXT.index("Frühstück")], "end"), "text and stop reason")


@feature("refusal by the provider")
def refusal(c: Cell):
    base = c.client.errors.base
    try:
        got = c.ask("[refuse]")
    except base as error:
        true(c.provider == "azure", f"an error: {error!r}")
        return equal(c.client.errors.status(error), 400, "status")
    true(c.provider != "azure", "Azure refuses with an error")
    equal(got.stop, "refusal", "stop reason")


@feature("long stream", streams=(True,))
def long(c: Cell):
    got = c.ask("[long]")
    equal(len(got.text), len(" ".join(f"Sentence {index}: {TEXT}" for index in range(400))), "length of the text")
    true(got.chunks > 100, f"only {got.chunks} chunks")


# Tools


@feature("a tool")
def tool(c: Cell):
    got = c.ask("[tools]", tools=[WEATHER, CLOCK])
    equal([(call.name, call.arguments) for call in got.calls], [("get_weather", ARGUMENTS["get_weather"])], "calls")
    equal(got.stop, "tools", "stop reason")
    true(all(call.id for call in got.calls) or c.client.surface == "gemini", "a call has no id")
    found = c.report(Ask(c.model, [c.user("[report]")], tools=[WEATHER, CLOCK]))
    equal(found["tools"], ["get_weather", "get_time"], "the tools that the provider was told")
    equal(found["properties"], [["city", "days"], ["zone"]], "their properties")


@feature("parallel tools")
def parallel(c: Cell):
    got = c.ask("[parallel]", tools=[WEATHER, CLOCK])
    equal([(call.name, call.arguments) for call in got.calls], list(ARGUMENTS.items()), "calls")
    if c.client.surface != "gemini":
        equal(len({call.id for call in got.calls}), 2, "different ids")


@feature("parallel tools forbidden")
def one_at_a_time(c: Cell):
    c.not_here(c.client.surface == "gemini", "Gemini has no such switch")
    c.not_here(c.provider in ("gemini", "vertex"), "Gemini cannot be told so")
    c.not_here(c.provider == "bedrock", "Converse cannot be told so")
    got = c.ask("[parallel]", tools=[WEATHER, CLOCK], parallel=False)
    equal([call.name for call in got.calls], ["get_weather"], "calls")


@feature("tool choice: named, any, none")
def choice(c: Cell):
    got = c.ask("Hello", tools=[WEATHER, CLOCK], choice="get_time")
    equal([(call.name, call.arguments) for call in got.calls], [("get_time", ARGUMENTS["get_time"])], "named")
    got = c.ask("Hello", tools=[WEATHER, CLOCK], choice="required")
    equal([call.name for call in got.calls], ["get_weather"], "any")
    c.not_here(c.client.name == "litellm (bedrock)", "LiteLLM does not know how to say none there")
    got = c.ask("[tools]", tools=[WEATHER, CLOCK], choice="none")
    equal((got.text, got.calls), (TEXT, []), "none")


def both_results(c: Cell, answer: Got) -> None:
    if c.client.name == "litellm (gemini)":  # it wraps results in objects of its own
        return true("sunny" in answer.text and "noon" in answer.text, f"text: {answer.text}")
    equal(answer.text, "It says: get_weather=sunny; get_time=noon – „12“", "text")


def results(got: Got) -> tuple:
    answers = {"get_weather": "sunny", "get_time": "noon – „12“"}
    return ("user", [Bit("result", answers[call.name], call.id, call.name) for call in got.calls])


@feature("tool results")
def tool_results(c: Cell):
    first, tools = c.user("[parallel]"), [WEATHER, CLOCK]
    got = c.client.ask(Ask(c.model, [first], tools=tools), c.stream)
    answer = c.client.ask(Ask(c.model, [first, ("native", got.native), results(got)], tools=tools), c.stream)
    both_results(c, answer)
    last = c.user("[report]")
    turns = [first, ("native", got.native), results(got), ("assistant", [Bit("text", "Sunny.")]), last]
    found = c.report(Ask(c.model, turns, tools=tools))
    equal(found["turns"][1][1][0], 'call:get_weather {"city": "Zürich", "days": 7}', "the call")
    if c.client.name != "litellm (gemini)":
        equal(found["turns"][2][1][:2], ["result:sunny", "result:noon – „12“"], "the results")


@feature("tool results and no tools", gateway_only=True)
def history_alone(c: Cell):
    c.not_here(c.same_shape and c.provider in ("anthropic", "bedrock"), "the provider itself refuses that")
    first = c.user("[tools]")
    got = c.client.ask(Ask(c.model, [first], tools=[WEATHER]), c.stream)
    answer = c.client.ask(Ask(c.model, [first, ("native", got.native), results(got)]), c.stream)
    true("sunny" in answer.text and answer.text.startswith("It says: get_weather="), f"text: {answer.text}")


@feature("calls that must be signed")
def signed(c: Cell):
    c.not_here(c.provider not in ("gemini",), "only Gemini 3 signs calls")
    model, first = c.context["models"]["gemini3"], c.user("[parallel]")
    c.not_here(not c.gateway and c.client.name.startswith("litellm"), "LiteLLM signs with a dummy")
    got = c.client.ask(Ask(model, [first], tools=[WEATHER, CLOCK]), c.stream)
    turns = [first, ("native", got.native), results(got)]
    answer = c.client.ask(Ask(model, turns, tools=[WEATHER, CLOCK]), c.stream)
    both_results(c, answer)


# Media and form


@feature()
def image(c: Cell):
    found = c.report(Ask(c.model, [("user", [*c.user("[report]")[1], Bit("image")])]))
    true(f"image:image/png {len(IMAGE)}" in found["turns"][0][1], f"parts: {found['turns']}")


@feature("image by address")
def image_by_address(c: Cell):
    ask = Ask(c.model, [("user", [*c.user("[report]")[1], Bit("image-url", IMAGE_URL)])])
    c.not_here(c.client.name == "litellm (gemini)", "LiteLLM fetches the image")
    if c.provider == "bedrock":
        c.not_here(not c.gateway, "Bedrock takes no addresses")
        return refused(c, 400, lambda: c.client.ask(ask, c.stream))
    found = c.report(ask)
    true(any("image" in each and IMAGE_URL in each for each in found["turns"][0][1]), f"parts: {found['turns']}")


@feature()
def document(c: Cell):
    c.not_here(c.client.name == "litellm (bedrock)", "LiteLLM gives documents names that AWS's rules forbid")
    found = c.report(Ask(c.model, [("user", [*c.user("[report]")[1], Bit("document")])]))
    true(f"document:application/pdf {len(PDF)}" in found["turns"][0][1], f"parts: {found['turns']}")


@feature("structured output")
def structured(c: Cell):
    got = c.ask("Which town?", schema=TOWN)
    equal(json.loads(got.text), sample(TOWN), "the object")
    equal(got.stop, "end", "stop reason")


@feature("structured output by the library", streams=(False,))
def by_the_library(c: Cell):
    c.not_here(not hasattr(c.client, "structured"), "a feature of LangChain")
    equal(c.client.structured(Ask(c.model, [c.user("Which town?")], schema=TOWN)), sample(TOWN), "the object")


@feature()
def thinking(c: Cell):
    c.not_here("gemini" in c.client.name and c.client.name.startswith("litellm") and not c.gateway, "not tried")
    got = c.ask("Think.", thinks=True)
    equal(got.text, TEXT, "text")
    hidden = c.provider in ("openai", "azure") and not (c.provider == "openai" and "responses" in c.client.name)
    if not hidden and c.client.name not in ("langchain-openai",):
        equal(got.thoughts, THOUGHT, "thoughts")
    equal((got.usage["input"], got.usage["output"]), (31, 17), "usage")
    if c.provider not in ("anthropic", "bedrock") and c.client.surface != "anthropic":
        equal(got.usage["reasoning"], 5, "reasoning tokens")


@feature("thinking, then tool results")
def thinking_with_tools(c: Cell):
    c.not_here("gemini" in c.client.name and c.client.name.startswith("litellm") and not c.gateway, "not tried")
    alone = c.client.name.startswith("litellm") and (not c.gateway or c.client.surface == "anthropic")
    c.not_here(alone, "LiteLLM's users must send the thoughts back by themselves")
    first, tools = c.user("[parallel]"), [WEATHER, CLOCK]
    got = c.client.ask(Ask(c.model, [first], tools=tools, thinks=True), c.stream)
    turns = [first, ("native", got.native), results(got)]
    answer = c.client.ask(Ask(c.model, turns, tools=tools, thinks=True), c.stream)
    both_results(c, answer)


@feature("cache marks")
def cache_marks(c: Cell):
    c.not_here(
        c.client.surface != "anthropic" or "lang" in c.client.name or "lite" in c.client.name, "the SDK has none"
    )
    c.not_here(c.provider not in ("anthropic", "bedrock"), "the provider caches by itself")
    bits = [Bit("text", "A long text.", cached=True), Bit("text", f"[report] [tag {c.number}]")]
    equal(c.report(Ask(c.model, [("user", bits)]))["cached"], 1, "marked parts")


# Counting


@feature(extractive=True)
def usage(c: Cell):
    if c.provider == "extractive":
        got = c.client.ask(Ask(c.model, [("user", [Bit("text", BEES)])]), c.stream)
        true(got.usage and got.usage["input"] > 0 and got.usage["output"] > 0, f"usage: {got.usage}")
        return
    got = c.ask("Hello")
    true(got.usage is not None, "no usage")
    equal((got.usage["input"], got.usage["output"], got.usage["cached"]), (31, 17, 0), "input, output, cached")
    if c.stream and got.usages is not None:
        equal(got.usages, 1, "how often the usage was told")


@feature("usage with cached tokens")
def cached_usage(c: Cell):
    got = c.ask("[cached]")
    equal((got.usage["input"], got.usage["output"], got.usage["cached"]), (100, 17, 60), "input, output, cached")
    if got.usage["written"] is not None and c.provider in ("anthropic", "bedrock"):
        equal(got.usage["written"], 20, "written to the cache")


@feature("no usage unless asked for", streams=(True,))
def no_usage(c: Cell):
    c.not_here(c.client.surface != "openai" or "responses" in c.client.name, "the API always tells it")
    c.not_here(c.client.name.startswith("litellm"), "LiteLLM counts by itself")
    got = c.ask("Hello", wants_usage=False)
    equal(got.text, TEXT, "text")
    equal(got.usage, None, "usage")


@feature("count tokens", streams=(False,), extractive=True)
def count(c: Cell):
    c.not_here(not c.client.counts, "the SDK does not count")
    number = c.client.count(Ask(c.model, [c.user("One two three four five six seven eight")]))
    true(5 <= number <= 200, f"{number} tokens")


@feature("models", streams=(False,), extractive=True)
def models(c: Cell):
    c.not_here(not c.client.lists, "the SDK does not list models")
    c.not_here(not c.gateway and c.provider == "vertex", "Vertex lists publishers' models elsewhere")
    true(c.model in c.client.models(), f"{c.model} is not listed")
    equal(c.client.model(c.model), c.model, "the model by its name")
    if c.client.surface == "openai" and c.provider == "openai":
        equal(c.client.model(c.context["models"]["slashed"]), c.context["models"]["slashed"], "a name with a slash")


@feature(streams=(False,))
def embeddings(c: Cell):
    c.not_here(not c.client.embeds, "the SDK has none")
    c.not_here(c.provider not in ("openai", "azure"), "only OpenAI's shape has them here")
    model = c.context["models"][f"embedding-{c.provider}"]
    vectors = c.client.embed(model, ["four", "letters"])
    equal(vectors, [[0.5, 0.5, -0.25, 0.0], [0.875, 0.5, -0.25, 1.0]], "vectors")
    if hasattr(c.client, "client"):
        equal(c.client.embed(model, "four", encoding_format="float"), [[0.5, 0.5, -0.25, 0.0]], "floats")
        equal(c.client.embed(model, [[1, 2, 3]]), [[0.375, 0.5, -0.25, 0.0]], "of token numbers")


@feature("unknown fields kept", streams=(False,))
def unknown_fields(c: Cell):
    c.not_here(not c.same_shape, "another shape has no place for them")
    ask = Ask(c.model, [c.user("[report]")], extra={"x_note": {"kept": 1.5, "word": "é"}})
    got = c.client.ask(ask, False)
    equal(json.loads(got.text).get("vendor"), {"x_note": {"kept": 1.5, "word": "é"}}, "in the request")
    if "responses" not in c.client.name:
        true(
            'endor": {"ratio": 2.5, "word": "é"}' in got.raw or c.client.surface == "gemini",
            f"in the answer: {got.raw[-200:]}",
        )


# Paths


@feature("below its prefix", streams=(False,), gateway_only=True)
def prefix(c: Cell):
    c.not_here(
        c.client.name.startswith(("litellm", "lang")) or c.client.home == "azure", "as the SDK that it is made of"
    )
    c.not_here(c.provider != c.client.home, "the path has nothing to do with the provider")
    urls = {surface: f"{url}/{surface}" for surface, url in c.context["urls"].items()}
    other = type(c.client)(c.context | {"urls": urls})
    whole(other.ask(Ask(c.model, [c.user("Hello")]), False))


@feature("kept responses", streams=(False,))
def kept(c: Cell):
    c.not_here("responses" not in c.client.name, "a feature of the responses API")
    c.not_here(c.provider != "openai", "other providers keep nothing")
    made = c.client.client.responses
    first = made.create(model=c.model, input="Hello")
    equal(made.retrieve(first.id).id, first.id, "the response by its id")
    second = made.create(model=c.model, input="[report]", previous_response_id=first.id)
    equal(len(json.loads(second.output_text)["turns"]), 3, "turns that the provider remembers")
    true(len(made.input_items.list(first.id).data) == 1, "input items")
    made.delete(first.id)
    refused(c, 404, lambda: made.retrieve(first.id))


@feature("passed through: completions, images, sound, files, batches, moderations", streams=(False,))
def passed_through(c: Cell):
    c.not_here(c.client.home != "openai" or not c.client.name.endswith(".x"), "a feature of the openai package")
    c.not_here(c.provider != "openai", "only OpenAI has them")
    client, model = c.client.client, c.model
    equal(client.completions.create(model=model, prompt="Hello").choices[0].text, TEXT, "completions")
    pieces = client.completions.create(model=model, prompt="Hello", stream=True)
    equal("".join(piece.choices[0].text for piece in pieces).strip(), TEXT, "completions, streamed")
    equal(client.images.generate(model=model, prompt="A train").data[0].b64_json, "iVBORw0KGgo=", "images")
    equal(
        client.audio.speech.create(model=model, voice="alloy", input="Hello").content, bytes(range(256)) * 64, "speech"
    )
    said = client.audio.transcriptions.create(model=model, file=("a.wav", b"RIFF" * 1000)).text
    true(said.startswith("4000 bytes"), f"transcription: {said}")
    true(not client.moderations.create(model=model, input="Hello").results[0].flagged, "moderations")
    lines = b'{"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {}}\n' * 100
    file = client.files.create(file=("batch.jsonl", lines), purpose="batch")
    equal(file.bytes, len(lines), "the file's size")
    equal(client.files.content(file.id).content, lines, "the file's content")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    equal(client.batches.retrieve(batch.id).id, batch.id, "the batch by its id")
    true(client.files.delete(file.id).deleted, "the file is deleted")
