/// `prices.yaml` as it stands at the root of the project: a test holds the two equal, and writes this file.
package enum BuiltInPrices {
    /// YAML, which Settings reads.
    package static let yaml = #"""
        # What models cost: the table that comes with the gateway.
        #
        # Dollars for a million tokens; `characters` for a million characters, `image` for one image, `minute` for a minute
        # of sound. A key that is left out costs what plain input or output costs; `batch` is the part of it all that a batch
        # costs. `input` is all input: what came out of the cache, or went into it, is charged at its own price and not twice.
        # Dated models are found by the name without the date; places and versions of Bedrock models fall away alike.
        #
        # source: official means that input and output were read on the provider's own page, or in a transcript that quotes it,
        # of May to November 2026:
        #   platform.claude.com/docs/en/about-claude/pricing and the pages of its models
        #   developers.openai.com/api/docs/pricing
        #   ai.google.dev/gemini-api/docs/pricing
        # source: secondary was not checked so. It is what the price list of LiteLLM 1.109.1 says and, for GPT-6.2, what
        # resellers announced. Check what your budgets depend on.
        #
        # Not in it: priority, flex and fast tiers, one-hour caches, storage of caches, searches and other tools, video,
        # training, provisioned throughput, and whatever you have negotiated: `prices.path` takes a table of your own.

        date: 2026-11-21

        models:
          # OpenAI. Batches cost half. Above 272,000 input tokens the newer models cost more, for the whole request.
          openai/gpt-6.2-astra: {input: 8, output: 40, cached_input: 0.4, cache_write: 10, long_above: 272000,
              long_input: 16, long_output: 60, long_cached_input: 0.8, long_cache_write: 20, batch: 0.5,
              source: secondary}
          openai/gpt-6.2-sol: {input: 2, output: 10, cached_input: 0.1, cache_write: 2.5, long_above: 272000,
              long_input: 4, long_output: 15, long_cached_input: 0.2, long_cache_write: 5, batch: 0.5,
              source: secondary}
          openai/gpt-6.1-sol: {input: 2, output: 10, cached_input: 0.1, cache_write: 2.5, long_above: 272000,
              long_input: 4, long_output: 15, long_cached_input: 0.2, long_cache_write: 5, batch: 0.5,
              source: secondary}
          openai/gpt-6.1-terra: {input: 1, output: 5, cached_input: 0.05, cache_write: 1.25, long_above: 272000,
              long_input: 2, long_output: 7.5, long_cached_input: 0.1, long_cache_write: 2.5, batch: 0.5,
              source: secondary}
          openai/gpt-6-astra: {input: 10, output: 50, cached_input: 1, cache_write: 12.5, long_above: 272000,
              long_input: 20, long_output: 75, long_cached_input: 2, long_cache_write: 25, batch: 0.5,
              source: secondary}
          openai/gpt-6-sol: {input: 2, output: 10, cached_input: 0.2, cache_write: 2.5, long_above: 272000,
              long_input: 4, long_output: 15, long_cached_input: 0.4, long_cache_write: 5, batch: 0.5,
              source: secondary}
          openai/gpt-6-luna: {input: 0.1, output: 0.5, cached_input: 0.01, cache_write: 0.125, long_above: 272000,
              long_input: 0.2, long_output: 0.75, long_cached_input: 0.02, long_cache_write: 0.25, batch: 0.5,
              source: secondary}
          openai/gpt-5.6: {input: 4, output: 20, cached_input: 0.4, cache_write: 5, long_above: 272000,
              long_input: 8, long_output: 30, long_cached_input: 0.8, long_cache_write: 10, batch: 0.5,
              source: secondary}
          openai/gpt-5.6-sol: {input: 4, output: 20, cached_input: 0.4, cache_write: 5, long_above: 272000,
              long_input: 8, long_output: 30, long_cached_input: 0.8, long_cache_write: 10, batch: 0.5,
              source: secondary}
          openai/gpt-5.6-terra: {input: 2, output: 12, cached_input: 0.2, cache_write: 2.5, long_above: 272000,
              long_input: 4, long_output: 18, long_cached_input: 0.4, long_cache_write: 5, batch: 0.5,
              source: secondary}
          openai/gpt-5.6-luna: {input: 0.2, output: 1.2, cached_input: 0.02, cache_write: 0.25,
              long_above: 272000, long_input: 0.4, long_output: 1.8, long_cached_input: 0.04, long_cache_write: 0.5,
              batch: 0.5, source: secondary}
          openai/chat-latest: {input: 5, output: 30, cached_input: 0.5, source: secondary}
          openai/gpt-5.5: {input: 5, output: 30, cached_input: 0.5, long_above: 272000, long_input: 10,
              long_output: 45, long_cached_input: 1, batch: 0.5, source: official}
          openai/gpt-5.5-pro: {input: 30, output: 180, long_above: 272000, long_input: 60, long_output: 270,
              batch: 0.5, source: official}
          openai/gpt-5.4: {input: 2.5, output: 15, cached_input: 0.25, long_above: 272000, long_input: 5,
              long_output: 22.5, long_cached_input: 0.5, batch: 0.5, source: official}
          openai/gpt-5.4-pro: {input: 30, output: 180, long_above: 272000, long_input: 60, long_output: 270,
              batch: 0.5, source: secondary}
          openai/gpt-5.4-mini: {input: 0.75, output: 4.5, cached_input: 0.075, batch: 0.5, source: official}
          openai/gpt-5.4-nano: {input: 0.2, output: 1.25, cached_input: 0.02, batch: 0.5, source: official}
          openai/gpt-5.3-codex: {input: 1.75, output: 14, cached_input: 0.175, source: secondary}
          openai/gpt-5.3-chat-latest: {input: 1.75, output: 14, cached_input: 0.175, source: secondary}
          openai/gpt-5.2: {input: 1.75, output: 14, cached_input: 0.175, batch: 0.5, source: secondary}
          openai/gpt-5.2-codex: {input: 1.75, output: 14, cached_input: 0.175, source: secondary}
          openai/gpt-5.2-chat-latest: {input: 1.75, output: 14, cached_input: 0.175, source: secondary}
          openai/gpt-5.2-pro: {input: 21, output: 168, batch: 0.5, source: secondary}
          openai/gpt-5.1: {input: 1.25, output: 10, cached_input: 0.125, batch: 0.5, source: secondary}
          openai/gpt-5.1-codex: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}
          openai/gpt-5.1-codex-max: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}
          openai/gpt-5.1-codex-mini: {input: 0.25, output: 2, cached_input: 0.025, source: secondary}
          openai/gpt-5.1-chat-latest: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}
          openai/gpt-5: {input: 1.25, output: 10, cached_input: 0.125, batch: 0.5, source: secondary}
          openai/gpt-5-pro: {input: 15, output: 120, batch: 0.5, source: secondary}
          openai/gpt-5-mini: {input: 0.25, output: 2, cached_input: 0.025, batch: 0.5, source: secondary}
          openai/gpt-5-nano: {input: 0.05, output: 0.4, cached_input: 0.005, batch: 0.5, source: secondary}
          openai/gpt-5-codex: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}
          openai/gpt-5-chat-latest: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}
          openai/gpt-5-search-api: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}
          openai/gpt-4.1: {input: 2, output: 8, cached_input: 0.5, batch: 0.5, source: secondary}
          openai/gpt-4.1-mini: {input: 0.4, output: 1.6, cached_input: 0.1, batch: 0.5, source: secondary}
          openai/gpt-4.1-nano: {input: 0.1, output: 0.4, cached_input: 0.025, batch: 0.5, source: secondary}
          openai/gpt-4o: {input: 2.5, output: 10, cached_input: 1.25, batch: 0.5, source: secondary}
          openai/gpt-4o-2024-05-13: {input: 5, output: 15, batch: 0.5, source: secondary}
          openai/gpt-4o-mini: {input: 0.15, output: 0.6, cached_input: 0.075, batch: 0.5, source: secondary}
          openai/gpt-4o-search-preview: {input: 2.5, output: 10, cached_input: 1.25, batch: 0.5, source: secondary}
          openai/gpt-4o-mini-search-preview: {input: 0.15, output: 0.6, cached_input: 0.075, batch: 0.5,
              source: secondary}
          openai/gpt-4-turbo: {input: 10, output: 30, source: secondary}
          openai/gpt-4: {input: 30, output: 60, source: secondary}
          openai/gpt-4-0613: {input: 30, output: 60, batch: 0.5, source: secondary}
          openai/gpt-3.5-turbo: {input: 0.5, output: 1.5, source: secondary}
          openai/gpt-3.5-turbo-0125: {input: 0.5, output: 1.5, batch: 0.5, source: secondary}
          openai/gpt-3.5-turbo-1106: {input: 1, output: 2, source: secondary}
          openai/gpt-3.5-turbo-16k: {input: 3, output: 4, source: secondary}
          openai/o4-mini: {input: 1.1, output: 4.4, cached_input: 0.275, batch: 0.5, source: secondary}
          openai/o4-mini-deep-research: {input: 2, output: 8, cached_input: 0.5, source: secondary}
          openai/o3: {input: 2, output: 8, cached_input: 0.5, batch: 0.5, source: secondary}
          openai/o3-pro: {input: 20, output: 80, batch: 0.5, source: secondary}
          openai/o3-mini: {input: 1.1, output: 4.4, cached_input: 0.55, batch: 0.5, source: secondary}
          openai/o3-deep-research: {input: 10, output: 40, cached_input: 2.5, source: secondary}
          openai/o1: {input: 15, output: 60, cached_input: 7.5, batch: 0.5, source: secondary}
          openai/o1-pro: {input: 150, output: 600, batch: 0.5, source: secondary}
          openai/computer-use-preview: {input: 3, output: 12, source: secondary}
          openai/gpt-audio: {input: 2.5, output: 10, audio_input: 32, audio_output: 64, source: secondary}
          openai/gpt-audio-1.5: {input: 2.5, output: 10, audio_input: 32, audio_output: 64, source: secondary}
          openai/gpt-audio-mini: {input: 0.6, output: 2.4, audio_input: 10, audio_output: 20, source: secondary}
          openai/gpt-4o-audio-preview-2025-06-03: {input: 2.5, output: 10, audio_input: 40, audio_output: 80,
              aliases: [gpt-4o-audio-preview], source: secondary}
          openai/gpt-4o-mini-audio-preview-2024-12-17: {input: 0.15, output: 0.6, audio_input: 10,
              audio_output: 20, aliases: [gpt-4o-mini-audio-preview], source: secondary}
          openai/gpt-4o-transcribe: {input: 2.5, output: 10, source: secondary}
          openai/gpt-4o-mini-transcribe: {input: 1.25, output: 5, source: secondary}
          openai/gpt-4o-mini-tts: {input: 0.6, output: 10, audio_output: 12, source: secondary}
          openai/gpt-transcribe: {minute: 0.0045, source: secondary}
          openai/whisper-1: {minute: 0.006, source: secondary}
          openai/tts-1: {characters: 15, source: secondary}
          openai/tts-1-hd: {characters: 30, source: secondary}
          openai/text-embedding-3-large: {input: 0.13, output: 0, batch: 0.5, source: secondary}
          openai/text-embedding-3-small: {input: 0.02, output: 0, batch: 0.5, source: secondary}
          openai/text-embedding-ada-002: {input: 0.1, output: 0, source: secondary}
          openai/ft:gpt-4.1-2025-04-14: {input: 3, output: 12, cached_input: 0.75, batch: 0.5, source: secondary}
          openai/ft:gpt-4.1-mini-2025-04-14: {input: 0.8, output: 3.2, cached_input: 0.2, batch: 0.5,
              source: secondary}
          openai/ft:gpt-4.1-nano-2025-04-14: {input: 0.2, output: 0.8, cached_input: 0.05, batch: 0.5,
              source: secondary}
          openai/ft:gpt-4o-2024-08-06: {input: 3.75, output: 15, cached_input: 1.875, source: secondary}
          openai/ft:gpt-4o-mini-2024-07-18: {input: 0.3, output: 1.2, cached_input: 0.15, batch: 0.5,
              source: secondary}
          openai/ft:gpt-3.5-turbo-0125: {input: 3, output: 6, source: secondary}
          openai/ft:o4-mini-2025-04-16: {input: 4, output: 16, cached_input: 1, batch: 0.5, source: secondary}
          # Images as tokens; text in costs less, which is not told apart.
          openai/gpt-image-2.5-flare: {input: 8, output: 30, cached_input: 2, source: secondary}
          openai/gpt-image-2.5-sunburst: {input: 8, output: 30, cached_input: 2, source: secondary}
          openai/gpt-image-2: {input: 8, output: 30, cached_input: 2, source: secondary}
          openai/gpt-image-1.5: {input: 8, output: 32, cached_input: 2, source: secondary}
          openai/chatgpt-image-latest: {input: 8, output: 32, cached_input: 2, source: secondary}
          openai/gpt-image-1: {input: 10, output: 40, cached_input: 2.5, source: secondary}
          openai/gpt-image-1-mini: {input: 2.5, output: 8, cached_input: 0.25, source: secondary}
          openai/omni-moderation: {input: 0, output: 0, source: official}
          openai/text-moderation: {input: 0, output: 0, source: official}

          # Anthropic. cache_write is that of the five-minute cache; the one-hour cache costs twice the input.
          anthropic/claude-fable-5-1: {input: 10, output: 50, cached_input: 0.25, cache_write: 12.5, batch: 0.5,
              source: official}
          anthropic/claude-fable-5: {input: 10, output: 50, cached_input: 1, cache_write: 12.5, batch: 0.5,
              source: official}
          anthropic/claude-mythos-5-1: {input: 10, output: 50, cached_input: 0.25, cache_write: 12.5, batch: 0.5,
              source: official}
          anthropic/claude-mythos-5: {input: 10, output: 50, cached_input: 1, cache_write: 12.5, batch: 0.5,
              source: official}
          anthropic/claude-opus-5-5: {input: 4, output: 20, cached_input: 0.2, cache_write: 5, batch: 0.5,
              source: secondary}
          anthropic/claude-opus-5: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: official}
          anthropic/claude-opus-4-8: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: official}
          anthropic/claude-opus-4-7: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: official}
          anthropic/claude-opus-4-6: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: official}
          anthropic/claude-opus-4-5: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: official}
          anthropic/claude-sonnet-5-5: {input: 2, output: 10, cached_input: 0.1, cache_write: 2.5, batch: 0.5,
              source: secondary}
          anthropic/claude-sonnet-5: {input: 2, output: 10, cached_input: 0.2, cache_write: 2.5, batch: 0.5,
              source: official}
          anthropic/claude-sonnet-4-6: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75, batch: 0.5,
              source: official}
          anthropic/claude-sonnet-4-5: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75, batch: 0.5,
              source: official}
          anthropic/claude-haiku-5-5: {input: 0.1, output: 0.5, cached_input: 0.01, cache_write: 0.125,
              long_above: 100000, long_input: 0.5, long_output: 2.5, long_cached_input: 0.05, long_cache_write: 0.625,
              batch: 0.5, source: secondary}
          anthropic/claude-haiku-4-5: {input: 1, output: 5, cached_input: 0.1, cache_write: 1.25, batch: 0.5,
              source: official}
          anthropic/claude-opus-4-1: {input: 15, output: 75, cached_input: 1.5, cache_write: 18.75, batch: 0.5,
              source: official}
          anthropic/claude-opus-4: {input: 15, output: 75, cached_input: 1.5, cache_write: 18.75, batch: 0.5,
              aliases: [claude-opus-4-0], source: official}
          anthropic/claude-sonnet-4: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75, batch: 0.5,
              aliases: [claude-sonnet-4-0], source: official}
          anthropic/claude-3-7-sonnet: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75, batch: 0.5,
              source: official}
          anthropic/claude-3-5-haiku: {input: 0.8, output: 4, cached_input: 0.08, cache_write: 1, batch: 0.5,
              source: official}
          anthropic/claude-3-opus: {input: 15, output: 75, cached_input: 1.5, cache_write: 18.75, batch: 0.5,
              source: official}
          anthropic/claude-3-haiku: {input: 0.25, output: 1.25, cached_input: 0.03, cache_write: 0.3, batch: 0.5,
              source: official}

          # Gemini, paid tier; found for Vertex AI too. Thinking is output. Gemini 3.6 to 3.8 Flash double on 2027-01-01.
          gemini/gemini-4-argon: {input: 2, output: 10, cached_input: 0.1, batch: 0.5, source: secondary}
          gemini/gemini-3.8-flash: {input: 0.75, output: 3.75, cached_input: 0.075, batch: 0.5, source: official}
          gemini/gemini-3.7-flash: {input: 0.75, output: 3.75, cached_input: 0.075, batch: 0.5, source: secondary}
          gemini/gemini-3.6-flash: {input: 0.75, output: 3.75, cached_input: 0.075, batch: 0.5, source: secondary}
          gemini/gemini-3.5-flash: {input: 1.5, output: 9, cached_input: 0.15, batch: 0.5, source: official}
          gemini/gemini-3.5-flash-lite: {input: 0.3, output: 2.5, cached_input: 0.03, batch: 0.5, source: official}
          gemini/gemini-3.1-pro-preview: {input: 2, output: 12, cached_input: 0.2, long_above: 200000,
              long_input: 4, long_output: 18, long_cached_input: 0.4, batch: 0.5, source: secondary}
          gemini/gemini-3.1-flash-lite: {input: 0.25, output: 1.5, cached_input: 0.025, audio_input: 0.5,
              batch: 0.5, source: secondary}
          gemini/gemini-3-flash-preview: {input: 0.5, output: 3, cached_input: 0.05, audio_input: 1, batch: 0.5,
              source: secondary}
          gemini/gemini-pro-latest: {input: 2, output: 12, cached_input: 0.2, long_above: 200000, long_input: 4,
              long_output: 18, long_cached_input: 0.4, batch: 0.5, source: secondary}
          gemini/gemini-flash-latest: {input: 0.75, output: 3.75, cached_input: 0.075, batch: 0.5, source: secondary}
          gemini/gemini-flash-lite-latest: {input: 0.3, output: 2.5, cached_input: 0.03, batch: 0.5,
              source: secondary}
          gemini/gemini-2.5-pro: {input: 1.25, output: 10, cached_input: 0.125, long_above: 200000,
              long_input: 2.5, long_output: 15, long_cached_input: 0.25, batch: 0.5, source: secondary}
          gemini/gemini-2.5-flash: {input: 0.3, output: 2.5, cached_input: 0.03, audio_input: 1, batch: 0.5,
              source: secondary}
          gemini/gemini-2.5-flash-lite: {input: 0.1, output: 0.4, cached_input: 0.01, audio_input: 0.3,
              batch: 0.5, source: secondary}
          gemini/gemini-embedding-001: {input: 0.15, output: 0, batch: 0.5, source: secondary}
          gemini/gemini-embedding-2: {input: 0.2, output: 0, audio_input: 6.5, batch: 0.5, source: secondary}

          # Claude on Vertex AI, at the location global; regional locations cost a tenth more.
          vertex/claude-fable-5-1: {input: 10, output: 50, cached_input: 0.25, cache_write: 12.5, batch: 0.5,
              source: secondary}
          vertex/claude-fable-5: {input: 10, output: 50, cached_input: 1, cache_write: 12.5, batch: 0.5,
              source: secondary}
          vertex/claude-opus-5-5: {input: 4, output: 20, cached_input: 0.2, cache_write: 5, source: secondary}
          vertex/claude-opus-5: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: secondary}
          vertex/claude-opus-4-8: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: secondary}
          vertex/claude-opus-4-7: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: secondary}
          vertex/claude-opus-4-6: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: secondary}
          vertex/claude-opus-4-5: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25, batch: 0.5,
              source: secondary}
          vertex/claude-sonnet-5-5: {input: 2, output: 10, cached_input: 0.1, cache_write: 2.5, batch: 0.5,
              source: secondary}
          vertex/claude-sonnet-5: {input: 2, output: 10, cached_input: 0.2, cache_write: 2.5, batch: 0.5,
              source: secondary}
          vertex/claude-sonnet-4-6: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75, batch: 0.5,
              source: secondary}
          vertex/claude-sonnet-4-5: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75,
              long_above: 200000, long_input: 6, long_output: 22.5, long_cached_input: 0.6, long_cache_write: 7.5,
              batch: 0.5, source: secondary}
          vertex/claude-haiku-5-5: {input: 0.1, output: 0.5, cached_input: 0.01, cache_write: 0.125,
              long_above: 100000, long_input: 0.5, long_output: 2.5, long_cached_input: 0.05, long_cache_write: 0.625,
              batch: 0.5, source: secondary}
          vertex/claude-haiku-4-5: {input: 1, output: 5, cached_input: 0.1, cache_write: 1.25, batch: 0.5,
              source: secondary}

          # Bedrock: Claude, by any place and globally; inference profiles of a place cost a tenth more.
          bedrock/anthropic.claude-fable-5-1: {input: 10, output: 50, cached_input: 0.25, cache_write: 12.5,
              source: secondary}
          bedrock/eu.anthropic.claude-fable-5-1: {input: 11, output: 55, cached_input: 0.275, cache_write: 13.75,
              aliases: [us.anthropic.claude-fable-5-1, apac.anthropic.claude-fable-5-1, au.anthropic.claude-fable-5-1,
              jp.anthropic.claude-fable-5-1, ca.anthropic.claude-fable-5-1], source: secondary}
          bedrock/anthropic.claude-fable-5: {input: 10, output: 50, cached_input: 1, cache_write: 12.5,
              source: secondary}
          bedrock/eu.anthropic.claude-fable-5: {input: 11, output: 55, cached_input: 1.1, cache_write: 13.75,
              aliases: [us.anthropic.claude-fable-5, apac.anthropic.claude-fable-5, au.anthropic.claude-fable-5,
              jp.anthropic.claude-fable-5, ca.anthropic.claude-fable-5], source: secondary}
          bedrock/anthropic.claude-opus-5-5: {input: 4, output: 20, cached_input: 0.2, cache_write: 5,
              source: secondary}
          bedrock/eu.anthropic.claude-opus-5-5: {input: 4.4, output: 22, cached_input: 0.22, cache_write: 5.5,
              aliases: [us.anthropic.claude-opus-5-5, apac.anthropic.claude-opus-5-5, au.anthropic.claude-opus-5-5,
              jp.anthropic.claude-opus-5-5, ca.anthropic.claude-opus-5-5], source: secondary}
          bedrock/anthropic.claude-opus-5: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25,
              source: secondary}
          bedrock/eu.anthropic.claude-opus-5: {input: 5.5, output: 27.5, cached_input: 0.55, cache_write: 6.875,
              aliases: [us.anthropic.claude-opus-5, apac.anthropic.claude-opus-5, au.anthropic.claude-opus-5,
              jp.anthropic.claude-opus-5, ca.anthropic.claude-opus-5], source: secondary}
          bedrock/anthropic.claude-opus-4-8: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25,
              source: secondary}
          bedrock/eu.anthropic.claude-opus-4-8: {input: 5.5, output: 27.5, cached_input: 0.55, cache_write: 6.875,
              aliases: [us.anthropic.claude-opus-4-8, apac.anthropic.claude-opus-4-8, au.anthropic.claude-opus-4-8,
              jp.anthropic.claude-opus-4-8, ca.anthropic.claude-opus-4-8], source: secondary}
          bedrock/anthropic.claude-opus-4-7: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25,
              source: secondary}
          bedrock/eu.anthropic.claude-opus-4-7: {input: 5.5, output: 27.5, cached_input: 0.55, cache_write: 6.875,
              aliases: [us.anthropic.claude-opus-4-7, apac.anthropic.claude-opus-4-7, au.anthropic.claude-opus-4-7,
              jp.anthropic.claude-opus-4-7, ca.anthropic.claude-opus-4-7], source: secondary}
          bedrock/anthropic.claude-opus-4-6: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25,
              source: secondary}
          bedrock/eu.anthropic.claude-opus-4-6: {input: 5.5, output: 27.5, cached_input: 0.55, cache_write: 6.875,
              aliases: [us.anthropic.claude-opus-4-6, apac.anthropic.claude-opus-4-6, au.anthropic.claude-opus-4-6,
              jp.anthropic.claude-opus-4-6, ca.anthropic.claude-opus-4-6], source: secondary}
          bedrock/anthropic.claude-opus-4-5: {input: 5, output: 25, cached_input: 0.5, cache_write: 6.25,
              source: secondary}
          bedrock/eu.anthropic.claude-opus-4-5: {input: 5.5, output: 27.5, cached_input: 0.55, cache_write: 6.875,
              aliases: [us.anthropic.claude-opus-4-5, apac.anthropic.claude-opus-4-5, au.anthropic.claude-opus-4-5,
              jp.anthropic.claude-opus-4-5, ca.anthropic.claude-opus-4-5], source: secondary}
          bedrock/anthropic.claude-sonnet-5-5: {input: 2, output: 10, cached_input: 0.1, cache_write: 2.5,
              source: secondary}
          bedrock/eu.anthropic.claude-sonnet-5-5: {input: 2.2, output: 11, cached_input: 0.11, cache_write: 2.75,
              aliases: [us.anthropic.claude-sonnet-5-5, apac.anthropic.claude-sonnet-5-5,
              au.anthropic.claude-sonnet-5-5, jp.anthropic.claude-sonnet-5-5, ca.anthropic.claude-sonnet-5-5],
              source: secondary}
          bedrock/anthropic.claude-sonnet-5: {input: 2, output: 10, cached_input: 0.2, cache_write: 2.5,
              source: secondary}
          bedrock/eu.anthropic.claude-sonnet-5: {input: 2.2, output: 11, cached_input: 0.22, cache_write: 2.75,
              aliases: [us.anthropic.claude-sonnet-5, apac.anthropic.claude-sonnet-5, au.anthropic.claude-sonnet-5,
              jp.anthropic.claude-sonnet-5, ca.anthropic.claude-sonnet-5], source: secondary}
          bedrock/anthropic.claude-sonnet-4-6: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75,
              source: secondary}
          bedrock/eu.anthropic.claude-sonnet-4-6: {input: 3.3, output: 16.5, cached_input: 0.33,
              cache_write: 4.125, aliases: [us.anthropic.claude-sonnet-4-6, apac.anthropic.claude-sonnet-4-6,
              au.anthropic.claude-sonnet-4-6, jp.anthropic.claude-sonnet-4-6, ca.anthropic.claude-sonnet-4-6],
              source: secondary}
          bedrock/anthropic.claude-sonnet-4-5: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75,
              long_above: 200000, long_input: 6, long_output: 22.5, long_cached_input: 0.6, long_cache_write: 7.5,
              batch: 0.5, source: secondary}
          bedrock/eu.anthropic.claude-sonnet-4-5: {input: 3.3, output: 16.5, cached_input: 0.33,
              cache_write: 4.125, long_above: 200000, long_input: 6.6, long_output: 24.75, long_cached_input: 0.66,
              long_cache_write: 8.25, batch: 0.5, aliases: [us.anthropic.claude-sonnet-4-5,
              apac.anthropic.claude-sonnet-4-5, au.anthropic.claude-sonnet-4-5, jp.anthropic.claude-sonnet-4-5,
              ca.anthropic.claude-sonnet-4-5], source: secondary}
          bedrock/anthropic.claude-haiku-5-5: {input: 0.1, output: 0.5, cached_input: 0.01, cache_write: 0.125,
              long_above: 100000, long_input: 0.5, long_output: 2.5, long_cached_input: 0.05, long_cache_write: 0.625,
              source: secondary}
          bedrock/eu.anthropic.claude-haiku-5-5: {input: 0.11, output: 0.55, cached_input: 0.011,
              cache_write: 0.1375, long_above: 100000, long_input: 0.55, long_output: 2.75, long_cached_input: 0.055,
              long_cache_write: 0.6875, aliases: [us.anthropic.claude-haiku-5-5, apac.anthropic.claude-haiku-5-5,
              au.anthropic.claude-haiku-5-5, jp.anthropic.claude-haiku-5-5, ca.anthropic.claude-haiku-5-5],
              source: secondary}
          bedrock/anthropic.claude-haiku-4-5: {input: 1, output: 5, cached_input: 0.1, cache_write: 1.25,
              batch: 0.5, source: secondary}
          bedrock/eu.anthropic.claude-haiku-4-5: {input: 1.1, output: 5.5, cached_input: 0.11, cache_write: 1.375,
              batch: 0.5, aliases: [us.anthropic.claude-haiku-4-5, apac.anthropic.claude-haiku-4-5,
              au.anthropic.claude-haiku-4-5, jp.anthropic.claude-haiku-4-5, ca.anthropic.claude-haiku-4-5],
              source: secondary}
          bedrock/anthropic.claude-opus-4-1: {input: 15, output: 75, cached_input: 1.5, cache_write: 18.75,
              source: secondary}
          bedrock/anthropic.claude-sonnet-4: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75,
              long_above: 200000, long_input: 6, long_output: 22.5, long_cached_input: 0.6, long_cache_write: 7.5,
              source: secondary}
          bedrock/anthropic.claude-3-7-sonnet: {input: 3, output: 15, cached_input: 0.3, cache_write: 3.75,
              source: secondary}
          bedrock/anthropic.claude-3-5-haiku: {input: 0.8, output: 4, cached_input: 0.08, cache_write: 1,
              source: secondary}

          # Bedrock: others, in us-east-1.
          bedrock/amazon.nova-premier: {input: 2.5, output: 12.5, cached_input: 0.625, batch: 0.5, source: secondary}
          bedrock/amazon.nova-pro: {input: 0.8, output: 3.2, cached_input: 0.2, batch: 0.5, source: secondary}
          bedrock/amazon.nova-lite: {input: 0.06, output: 0.24, cached_input: 0.015, batch: 0.5, source: secondary}
          bedrock/amazon.nova-micro: {input: 0.035, output: 0.14, cached_input: 0.00875, batch: 0.5,
              source: secondary}
          bedrock/amazon.nova-2-lite: {input: 0.3, output: 2.5, cached_input: 0.075, batch: 0.5, source: secondary}
          bedrock/amazon.titan-embed-text-v1: {input: 0.1, output: 0, source: secondary}
          bedrock/amazon.titan-embed-text-v2: {input: 0.02, output: 0, source: secondary}
          bedrock/meta.llama4-maverick-17b-instruct: {input: 0.24, output: 0.97, batch: 0.5, source: secondary}
          bedrock/meta.llama4-scout-17b-instruct: {input: 0.17, output: 0.66, batch: 0.5, source: secondary}
          bedrock/meta.llama3-3-70b-instruct: {input: 0.72, output: 0.72, batch: 0.5, source: secondary}
          bedrock/mistral.mistral-large-3-675b-instruct: {input: 0.5, output: 1.5, batch: 0.5, source: secondary}
          bedrock/mistral.pixtral-large-2502: {input: 2, output: 6, source: secondary}
          bedrock/openai.gpt-oss-120b: {input: 0.15, output: 0.6, batch: 0.5, source: secondary}
          bedrock/openai.gpt-oss-20b: {input: 0.07, output: 0.3, batch: 0.5, source: secondary}
          bedrock/openai.gpt-6-sol: {input: 2, output: 10, cached_input: 0.2, cache_write: 2.5,
              long_above: 272000, long_input: 4, long_output: 15, long_cached_input: 0.4, long_cache_write: 5,
              source: secondary}
          bedrock/openai.gpt-6-luna: {input: 0.1, output: 0.5, cached_input: 0.01, cache_write: 0.125,
              long_above: 272000, long_input: 0.2, long_output: 0.75, long_cached_input: 0.02, long_cache_write: 0.25,
              source: secondary}
          bedrock/deepseek.r1: {input: 1.35, output: 5.4, source: secondary}
          bedrock/deepseek.v3.2: {input: 0.62, output: 1.85, batch: 0.5, source: secondary}
          bedrock/cohere.embed-english-v3: {input: 0.1, output: 0, source: secondary}
          bedrock/cohere.embed-multilingual-v3: {input: 0.1, output: 0, source: secondary}

          # Azure OpenAI: global deployments cost what OpenAI asks and are found there, where a deployment is called as its
          # model. Other names of deployments, and data zones (a tenth more), belong into a table of your own.
          azure/gpt-35-turbo: {input: 0.5, output: 1.5, source: secondary}
          azure/gpt-5.1-chat: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}
          azure/gpt-5.2-chat: {input: 1.75, output: 14, cached_input: 0.175, source: secondary}
          azure/gpt-5.3-chat: {input: 1.75, output: 14, cached_input: 0.175, source: secondary}
          azure/gpt-5-chat: {input: 1.25, output: 10, cached_input: 0.125, source: secondary}

        """#
}
