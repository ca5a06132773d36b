"""Six model providers in one process, each on a port of its own, in their published wire formats: OpenAI, Azure,
Anthropic, Gemini, Vertex and Bedrock.

They are strict: a request that the real API would refuse is refused in the same way, so that a wrong translation fails.
What they answer follows from the request alone (see `story.py`), what goes wrong from marks in the last user message
(see `faults.py`). They remember what they received: `GET /__requests`.
"""
