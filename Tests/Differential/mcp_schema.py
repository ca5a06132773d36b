"""Holds the actions that Gatehouse makes of MCP tools against those of Cedar's own generator.

Random tool lists go to both. Then every argument is probed in both schemas: whether a policy that uses it as a text, a
number, a set, … passes strict validation, asked for first and not. The verdicts must be the same, but for what Gatehouse
leaves out or does otherwise on purpose:

- choices of a text stay texts (there: an entity type for each);
- objects without known members, choices between types, and what has no type are left out (there: opaque entities);
- numbers are decimals, objects are records (there: by option, which is set);
- `null` in a choice makes an argument optional (there: a record of choices).

Needs: pip install cedarpy cedar-policy-mcp-schema-generator
Usage: mcp_schema.py [--gatehouse PATH] [--rounds N] [--seed N]
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import cedarpy
from cedar_mcp_schema_generator import generate_schema_or_raise

STUB = """
namespace Gatehouse {
  @mcp_principal entity User;
  @mcp_resource entity Tool;
  action "call" appliesTo { principal: [User], resource: [Tool], context: {} };
}
"""

# What a value of each type can do that no other can.
PROBES = {
    "String": '{v} like "a*"',
    "Long": "{v} < 3",
    "Bool": "{v} == true",
    "decimal": '{v}.lessThan(decimal("1.0"))',
    "datetime": '{v} < datetime("2026-01-01")',
    "ipaddr": "{v}.isLoopback()",
    "Set<String>": '{v}.contains("a")',
    "Set<Long>": "{v}.contains(1)",
}

SCALARS = [
    {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"},
    {"type": "string", "format": "date-time"}, {"type": "string", "format": "date"},
    {"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"},
    {"type": "string", "format": "decimal"}, {"type": "string", "format": "email"},
]


def make_type(dice: random.Random, depth: int = 2) -> dict:
    kind = dice.random()
    if depth > 0 and kind < 0.2:
        return make_object(dice, depth - 1)
    if kind < 0.35:
        return {"type": "array", "items": dice.choice(SCALARS[:2])}
    return dict(dice.choice(SCALARS))


def make_object(dice: random.Random, depth: int) -> dict:
    names = dice.sample(["to", "from_", "amount", "note", "flag", "when", "host"], dice.randint(1, 4))
    return {
        "type": "object",
        "properties": {name: make_type(dice, depth) for name in names},
        "required": [name for name in names if dice.random() < 0.5],
    }


def paths(schema: dict, prefix: tuple = ()) -> list[tuple]:
    found = []
    for name, inner in schema["properties"].items():
        found.append(prefix + (name,))
        if inner.get("type") == "object":
            found += paths(inner, prefix + (name,))
    return found


def is_valid(schema: str, action: str, condition: str) -> bool:
    policy = f'permit (principal is Gatehouse::User, action == Gatehouse::Action::"{action}", resource) when {{ {condition} }};'
    return cedarpy.validate_policies(policy, schema).validation_passed


def ours(gatehouse: str, tools: list[dict]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "server.tools.json"
        path.write_text(json.dumps({"tools": tools}))
        return subprocess.run(
            [gatehouse, "policy", "schema", folder], check=True, capture_output=True, text=True).stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gatehouse", default="gatehouse")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    compared, differences, kinds = 0, [], set()
    for round_ in range(options.rounds):
        tools = [
            {"name": f"tool{number}", "description": "a tool", "inputSchema": make_object(dice, 2)} for number in range(3)]
        mine = ours(options.gatehouse, tools)
        theirs = generate_schema_or_raise(
            STUB, tools, config={"objectsAsRecords": True, "flattenNamespaces": True, "numbersAsDecimal": True})["schema"]
        for tool in tools:
            for path in paths(tool["inputSchema"]):
                for kind, probe in PROBES.items():
                    for asks in (True, False):
                        verdicts = []
                        for schema, action, root in (
                            (mine, f"server/{tool['name']}", "context.arguments"),
                            (theirs, tool["name"], "context.input"),
                        ):
                            value = ".".join((root,) + path)
                            has = " && ".join(
                                f"{'.'.join((root,) + path[:depth])} has {path[depth]}" for depth in range(len(path)))
                            condition = probe.format(v=value)
                            verdicts.append(is_valid(schema, action, f"{has} && {condition}" if asks else condition))
                        compared += 1
                        if verdicts[0]:
                            kinds.add((kind, asks))
                        if verdicts[0] != verdicts[1]:
                            differences.append((round_, tool["name"], ".".join(path), kind, asks, verdicts))
    for difference in differences[:20]:
        print("round %d, %s, %s as %s, asked for first %s: ours %s" % (*difference[:5], difference[5]))
    print(f"{compared} verdicts compared, {len(differences)} differ; {len(kinds)} of {2 * len(PROBES)} probes passed somewhere")
    return 0 if not differences and len(kinds) == 2 * len(PROBES) else 1


if __name__ == "__main__":
    sys.exit(main())
