"""Compares decisions with cedarpy on generated policies, entities and requests.

    python3 cedar.py PATH-TO-cedar-decisions [--requests N] [--seed N] [--show N]

Each case has one to five policies, a handful of entities and five requests. Most expressions are well typed, some are
not, and some texts are broken on purpose: verdicts, determining policies, failed policies and whether a text is accepted
at all must be the same on both sides. The same seed makes the same cases. Exit code 0 only if everything agrees.
"""
import argparse
import json
import random
import re
import subprocess
import sys

import cedarpy

TYPES = ["User", "Group", "App::Doc", "Team"]
IDS = ["a", "b", "c", "d", "é", "x y", 'q"q']
STRINGS = ["", "a", "b", "ab", "aab", "a*b", "é", "e\u0301", "\U0001F600", "x\\y", 'q"q', "\t", "admin", "a\nb"]
LONGS = [0, 1, 2, 3, -1, 7, 100, 9223372036854775807, -9223372036854775808, 4611686018427387904]
DECIMALS = ["0.0", "1.5", "-0.5", "1.0000", "922337203685477.5807", "-922337203685477.5808", "1.", "x", "0.00001", "12.3"]
ADDRESSES = ["127.0.0.1", "10.0.0.0/8", "10.1.2.3", "10.1.2.3/16", "::1", "ff02::1", "fe80::/10", "fe80::1:2", "224.0.0.5",
             "1.2.3.4/33", "::ffff:1.2.3.4", "1.2.3.04", "0.0.0.0/0", "::/0", "x"]
DATETIMES = ["1970-01-01", "2024-02-29", "2023-02-29", "2024-10-15T11:38:02Z", "2024-10-15T11:38:02.101+1134", "0000-01-01",
             "1969-12-31T23:59:59.999Z", "2024-10-15T24:00:00Z", "9999-12-31T23:59:59Z", "2024-10-15T11:38:02-0130"]
DURATIONS = ["1d", "-1d", "2h30m", "0ms", "1d2h3m4s5ms", "9223372036854775807ms", "-9223372036854775808ms", "1h1d", "90m", ""]
KEYS = ["name", "age", "owner", "flags", "info", "when", "score", "addr", "friends", "span", "in", "a b"]
KINDS = {"name": "string", "age": "long", "owner": "entity", "flags": "strings", "info": "record", "when": "datetime",
         "score": "decimal", "addr": "ip", "friends": "entities", "span": "duration", "in": "bool", "a b": "string"}


def quoted(text, pattern=False):
    out = ""
    for character in text:
        if character in '"\\':
            out += "\\" + character
        elif character == "\n":
            out += "\\n"
        elif character == "\t":
            out += "\\t" if not pattern else "\\u{9}"
        elif character == "*" and pattern:
            out += "\\*"
        else:
            out += character
    return '"' + out + '"'


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def uid(self):
        return {"type": self.pick(TYPES), "id": self.pick(IDS)}

    # Entities, requests

    def json_value(self, kind, depth=0):
        if self.chance(4):
            kind = self.pick(list(KINDS.values()))
        if kind == "string":
            return self.pick(STRINGS)
        if kind == "long":
            return self.pick(LONGS)
        if kind == "bool":
            return self.chance(50)
        if kind == "entity":
            return {"__entity": self.uid()}
        if kind == "strings":
            return [self.pick(STRINGS) for _ in range(self.random.randrange(4))]
        if kind == "entities":
            return [{"__entity": self.uid()} for _ in range(self.random.randrange(4))]
        if kind == "record":
            return self.json_record(depth + 1)
        function, choices = {"datetime": ("datetime", DATETIMES[:2]), "decimal": ("decimal", DECIMALS[:6]),
                             "ip": ("ip", ADDRESSES[:9]), "duration": ("duration", DURATIONS[:7])}[kind]
        return {"__extn": {"fn": function, "arg": self.pick(choices)}}

    def json_record(self, depth=0):
        if depth > 2:
            return {}
        return {key: self.json_value(KINDS[key], depth) for key in KEYS if self.chance(60 if depth == 0 else 40)}

    def entities(self):
        names = [{"type": t, "id": i} for t in TYPES for i in IDS if self.chance(45)]
        entities = []
        for index, name in enumerate(names):
            parents = [p for p in names[index + 1:] if self.chance(12)]
            if self.chance(5):
                parents.append({"type": "Group", "id": "elsewhere"})
            entity = {"uid": name, "attrs": self.json_record(), "parents": parents}
            if self.chance(50):
                entity["tags"] = {self.pick(STRINGS): self.json_value("string") for _ in range(2)}
            entities.append(entity)
        entities += [{"uid": {"type": "Action", "id": i}, "attrs": {}, "parents": p} for i, p in [
            ("view", [{"type": "Action", "id": "read"}]), ("edit", []), ("read", [])]]
        return entities

    def request(self):
        return {"principal": self.uid(), "action": {"type": "Action", "id": self.pick(["view", "edit", "read", "none"])},
                "resource": self.uid(), "context": self.json_record()}

    # Expressions

    def entity(self):
        uid = self.uid()
        return uid["type"] + "::" + quoted(uid["id"])

    def group(self, text):
        return text if self.chance(3) else "(" + text + ")"

    def attribute(self, target, key):
        if key.isidentifier() and key != "in" and self.chance(80):
            return target + "." + key
        return target + "[" + quoted(key) + "]"

    def holder(self, depth):
        return self.pick(["principal", "resource", "context", "context", "principal", self.group(self.expression("entity", depth - 1)),
                          self.group(self.expression("record", depth - 1))])

    def path(self, kind, depth):
        keys = [key for key in KEYS if KINDS[key] == kind]
        if not keys:
            return None
        return self.attribute(self.holder(depth), self.pick(keys))

    def expression(self, kind, depth):
        if self.chance(3):
            kind = self.pick(["bool", "string", "long", "entity", "strings", "record", "decimal", "ip", "datetime", "duration"])
        if depth > 0 and self.chance(8):
            return "if %s then %s else %s" % tuple(
                self.group(self.expression(k, depth - 1)) for k in ("bool", kind, kind))
        if depth > 0 and self.chance(35):
            path = self.path(kind, depth)
            if path:
                return path
        return getattr(self, "make_" + kind)(depth)

    def operand(self, kind, depth):
        return self.group(self.expression(kind, depth - 1))

    def make_string(self, depth):
        if depth > 0 and self.chance(15):
            return self.operand("entity", depth) + ".getTag(" + self.expression("string", depth - 1) + ")"
        return quoted(self.pick(STRINGS))

    def make_long(self, depth):
        if depth <= 0 or self.chance(50):
            return str(self.pick(LONGS))
        if self.chance(20):
            return "-" * self.random.randrange(1, 5) + self.operand("long", depth)
        if self.chance(20):
            return self.operand("duration", depth) + self.pick(
                [".toMilliseconds()", ".toSeconds()", ".toMinutes()", ".toHours()", ".toDays()"])
        return self.operand("long", depth) + self.pick([" + ", " - ", " * "]) + self.operand("long", depth)

    def make_entity(self, depth):
        return self.pick(["principal", "resource", "action", self.entity(), self.entity()])

    def make_strings(self, depth):
        return "[" + ", ".join(self.expression("string", depth - 1) for _ in range(self.random.randrange(4))) + "]"

    def make_entities(self, depth):
        return "[" + ", ".join(self.expression("entity", depth - 1) for _ in range(self.random.randrange(4))) + "]"

    def make_record(self, depth):
        if depth <= 0 or self.chance(40):
            return "context"
        keys = self.random.sample(KEYS, self.random.randrange(3))
        return "{" + ", ".join(quoted(k) + ": " + self.expression(KINDS[k], depth - 1) for k in keys) + "}"

    def make_decimal(self, depth):
        return "decimal(" + (quoted(self.pick(DECIMALS)) if self.chance(95) else self.expression("string", depth - 1)) + ")"

    def make_ip(self, depth):
        return "ip(" + (quoted(self.pick(ADDRESSES)) if self.chance(95) else self.expression("string", depth - 1)) + ")"

    def make_datetime(self, depth):
        if depth > 0 and self.chance(30):
            return self.operand("datetime", depth) + self.pick(
                [".toDate()", ".offset(" + self.expression("duration", depth - 1) + ")"])
        return "datetime(" + quoted(self.pick(DATETIMES)) + ")"

    def make_duration(self, depth):
        if depth > 0 and self.chance(30):
            return self.operand("datetime", depth) + self.pick(
                [".toTime()", ".durationSince(" + self.expression("datetime", depth - 1) + ")"])
        return "duration(" + quoted(self.pick(DURATIONS)) + ")"

    def make_bool(self, depth):
        if depth <= 0:
            return self.pick(["true", "false", "principal == resource", "true", "context has name"])
        one = lambda kind: self.operand(kind, depth)
        inner = lambda kind: self.expression(kind, depth - 1)
        choice = self.random.randrange(22)
        if choice <= 2:
            return one("bool") + " && " + one("bool")
        if choice <= 4:
            return one("bool") + " || " + one("bool")
        if choice == 5:
            return "!" * self.random.randrange(1, 5) + one("bool")
        if choice <= 8:
            kind = self.pick(["bool", "string", "long", "entity", "strings", "record", "decimal", "ip", "datetime", "duration"])
            return one(kind) + self.pick([" == ", " != "]) + one(kind)
        if choice <= 10:
            kind = self.pick(["long", "long", "datetime", "duration"])
            return one(kind) + self.pick([" < ", " <= ", " > ", " >= "]) + one(kind)
        if choice == 11:
            return one("entity") + " in " + one("entity")
        if choice == 12:
            return one("entity") + " in " + one("entities")
        if choice == 13:
            keys = [k for k in KEYS if k.isidentifier() and k != "in"]
            path = ".".join(self.pick(keys) for _ in range(self.random.randrange(1, 4)))
            return self.holder(depth) + " has " + (path if self.chance(70) else quoted(self.pick(KEYS)))
        if choice == 14:
            pieces = [self.pick(["*", "*", quoted(self.pick(STRINGS), True)[1:-1]]) for _ in range(self.random.randrange(5))]
            return one("string") + ' like "' + "".join(pieces) + '"'
        if choice == 15:
            return one("entity") + " is " + self.pick(TYPES) + (" in " + one("entity") if self.chance(40) else "")
        if choice == 16:
            return one("strings") + ".contains(" + inner("string") + ")"
        if choice == 17:
            kind = self.pick(["strings", "entities"])
            return one(kind) + self.pick([".containsAll(", ".containsAny("]) + inner(kind) + ")"
        if choice == 18:
            return one("strings") + ".isEmpty()"
        if choice == 19:
            return one("entity") + ".hasTag(" + inner("string") + ")"
        if choice == 20:
            return one("decimal") + self.pick([".lessThan(", ".lessThanOrEqual(", ".greaterThan(", ".greaterThanOrEqual("]) + inner(
                "decimal") + ")"
        if self.chance(40):
            return one("ip") + ".isInRange(" + inner("ip") + ")"
        return one("ip") + self.pick([".isIpv4()", ".isIpv6()", ".isLoopback()", ".isMulticast()"])

    # Policies

    def scope(self, name):
        choice = self.random.randrange(12)
        if choice <= 6:
            return name
        if choice == 7:
            return name + " == " + self.entity()
        if choice <= 9:
            return name + " in " + self.entity()
        if choice == 10:
            return name + " is " + self.pick(TYPES)
        return name + " is " + self.pick(TYPES) + " in " + self.entity()

    def action(self):
        return self.pick(["action"] * 6 + ['action == Action::"view"', 'action in Action::"read"', "action in []",
                          'action in [Action::"edit", Action::"read"]', 'action in [Action::"none"]'])

    def policy(self):
        text = "".join("@%s%s\n" % (k, self.pick(["", '("x")'])) for k in ["note", "if"] if self.chance(10))
        text += "%s(%s, %s, %s)" % (self.pick(["permit", "permit", "permit", "forbid"]), self.scope("principal"), self.action(),
                                    self.scope("resource"))
        for _ in range(self.pick([0, 1, 1, 1, 1, 1, 2])):
            text += "\n%s { %s }" % (self.pick(["when", "when", "unless"]), self.expression("bool", self.random.randrange(1, 5)))
        return text + ";\n"

    def broken(self, text):
        for _ in range(self.random.randrange(1, 3)):
            place = self.random.randrange(len(text))
            other = self.random.randrange(len(text))
            piece = text[other:other + self.random.randrange(1, 4)]
            text = self.pick([text[:place] + text[place + 1:], text[:place] + piece + text[place:],
                              text[:place] + piece + text[place + 1:]])
        return text

    def case(self):
        policies = "\n".join(self.policy() for _ in range(self.random.randrange(1, 6)))
        if self.chance(15):
            policies = self.broken(policies)
        return {"policies": policies, "entities": self.entities(), "requests": [self.request() for _ in range(5)]}


def expected(case):
    try:
        policies = cedarpy.PolicySet.from_str(case["policies"])
        entities = cedarpy.Entities.from_json_str(json.dumps(case["entities"]))
    except Exception as error:
        return ["rejected " + str(error).replace("\n", " ")[:200]] * len(case["requests"])
    answers = []
    for request in case["requests"]:
        result = cedarpy.is_authorized(request, policies, entities)
        if result.decision == cedarpy.Decision.NoDecision:
            answers.append("rejected " + str(result.diagnostics.errors)[:200])
            continue
        errors = sorted(re.search(r"policy `(policy\d+)`", e).group(1) for e in result.diagnostics.errors)
        answers.append("%s [%s] [%s]" % ("allow" if result.decision == cedarpy.Decision.Allow else "deny",
                                         ",".join(sorted(result.diagnostics.reasons)), ",".join(errors)))
    return answers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("decider")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    generator = Generator(options.seed)
    cases = [generator.case() for _ in range((options.requests + 4) // 5)]
    text = "".join(json.dumps(case) + "\n" for case in cases)
    found = subprocess.run([options.decider], input=text, capture_output=True, text=True, check=True).stdout.split("\n")
    index = agreed = 0
    tally = {"allow": 0, "deny": 0, "rejected": 0, "with failures": 0}
    shown = 0
    for case in cases:
        for request, ours, theirs in zip(case["requests"], found[index:index + 5], expected(case)):
            tally[theirs.split()[0]] += 1
            tally["with failures"] += not theirs.startswith("rejected") and not theirs.endswith("[]")
            if ours == theirs or ours.startswith("rejected") and theirs.startswith("rejected"):
                agreed += 1
            elif shown < options.show:
                shown += 1
                print(f"cedarpy: {theirs}\nours:    {ours}\n{case['policies']}\n{json.dumps(request)}\n---")
        index += len(case["requests"])
    print(f"{agreed} of {index} agree (seed {options.seed}; {tally})")
    return 0 if agreed == index else 1


sys.exit(main())
