#!/usr/bin/env python3
"""Compares Gatehouse's schema reader and policy validator with cedarpy's.

Makes random schemas and policies (typed expressions with a few mistakes), and mutations of a corpus in the official
integration-test format, asks cedarpy for its verdict on each, and writes the cases with the verdicts to a file:

    python3 -m venv venv && venv/bin/pip install cedarpy
    venv/bin/python Tests/Differential/cedar_validation.py --count 20000 [--corpus DIRECTORY] --out cases.txt
    CEDAR_VALIDATION_CASES=cases.txt swift test --filter ValidationDifferentialTests

A case is `schema U+0001 policies U+0001 verdict`; cases are separated by U+0002. The verdict is `pass`, `fail`,
`parse` (the policies are not Cedar) or `schema` (the schema is refused). Some cases are `schema U+0001 entities U+0001
request U+0001 verdict` with the verdict `valid` or `invalid`: whether entities and a request, as JSON, fit the schema.
"""
import argparse
import glob
import json
import os
import random
import re

import cedarpy

PRIMITIVES = ["Long", "String", "Bool", "decimal", "ipaddr", "datetime", "duration"]
NAMES = ["a", "b", "c", "d", "name", "level", "owner", "x y", "if"]


def ident(name):
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) and name not in ("if", "in") else json.dumps(name)


class World:
    """One random schema, and what its policies may say."""

    def __init__(self, rng):
        self.rng = rng
        self.namespace = rng.choice(["", "", "N", "A::B"])
        prefix = self.namespace + "::" if self.namespace else ""
        count = rng.randint(2, 5)
        self.types = [prefix + t for t in ["User", "Group", "Doc", "Thing", "Color"][:count]]
        self.short = {t: t.split("::")[-1] for t in self.types}
        self.enums = {t: ["r", "g", ""] for t in self.types if t.endswith("Color") or rng.random() < 0.1}
        self.common = {}
        if rng.random() < 0.4:
            self.common["Common"] = self.type(2)
        self.attributes, self.tags, self.parents = {}, {}, {}
        for t in self.types:
            if t in self.enums:
                self.attributes[t], self.parents[t] = {}, []
                continue
            self.attributes[t] = self.record(2)
            if rng.random() < 0.5:
                self.tags[t] = self.type(1)
            self.parents[t] = [p for p in self.types if rng.random() < 0.25]
        self.action_type = prefix + "Action"
        names = ["read", "write", "all", "x y"][: rng.randint(1, 4)]
        self.actions = {}
        for index, name in enumerate(names):
            applies = rng.random() < 0.85
            self.actions[name] = {
                "in": [n for n in names[index + 1:] if rng.random() < 0.5],
                "principal": rng.sample(self.types, rng.randint(1, len(self.types))) if applies else [],
                "resource": rng.sample(self.types, rng.randint(1, len(self.types))) if applies else [],
                "context": self.record(2),
            }

    # A type is a name, ("Set", type), ("Record", {name: (type, required)}) or ("Entity", name).
    def type(self, depth):
        r = self.rng.random()
        if depth > 0 and r < 0.15:
            return ("Set", self.type(depth - 1))
        if depth > 0 and r < 0.3:
            return ("Record", self.record(depth - 1))
        if r < 0.5:
            return ("Entity", self.rng.choice(self.types))
        if r < 0.53:
            return ("Entity", self.action_type_name())
        return self.rng.choice(PRIMITIVES)

    def action_type_name(self):
        return (self.namespace + "::" if self.namespace else "") + "Action"

    def record(self, depth):
        names = self.rng.sample(NAMES, self.rng.randint(0, 4))
        return {n: (self.type(depth), self.rng.random() < 0.6) for n in names}

    def show(self, t):
        if isinstance(t, str):
            return t if self.rng.random() < 0.7 else "__cedar::" + t
        if t[0] == "Set":
            return "Set<" + self.show(t[1]) + ">"
        if t[0] == "Entity":
            return self.short.get(t[1], t[1]) if self.rng.random() < 0.5 else t[1]
        return self.show_record(t[1])

    def show_record(self, record):
        fields = [f"{ident(n)}{'' if req else '?'}: {self.show(t)}" for n, (t, req) in record.items()]
        return "{" + ", ".join(fields) + "}"

    def schema(self):
        out = []
        for name, t in self.common.items():
            out.append(f"type {name} = {self.show(t)};")
        for t in self.types:
            if t in self.enums:
                out.append(f"entity {self.short[t]} enum [{', '.join(map(json.dumps, self.enums[t]))}];")
                continue
            line = f"entity {self.short[t]}"
            if self.parents[t]:
                line += f" in [{', '.join(self.parents[t])}]"
            if self.attributes[t]:
                line += " = " + self.show_record(self.attributes[t])
            if t in self.tags:
                line += " tags " + self.show(self.tags[t])
            out.append(line + ";")
        for name, a in self.actions.items():
            line = f"action {ident(name)}"
            if a["in"]:
                line += f" in [{', '.join(map(json.dumps, a['in']))}]"
            if a["principal"]:
                line += f" appliesTo {{principal: [{', '.join(a['principal'])}], resource: [{', '.join(a['resource'])}]"
                line += f", context: {self.show_record(a['context'])}}}"
            out.append(line + ";")
        body = "\n".join(out)
        return f"namespace {self.namespace} {{\n{body}\n}}" if self.namespace else body

    # The same as JSON

    def json_type(self, t):
        if isinstance(t, str):
            name = {"Bool": "Boolean"}.get(t, t)
            if t in ("Long", "String", "Bool"):
                return {"type": name} if self.rng.random() < 0.7 else {"type": "__cedar::" + t}
            return self.rng.choice([{"type": "Extension", "name": t}, {"type": "EntityOrCommon", "name": t}, {"type": t}])
        if t[0] == "Set":
            return {"type": "Set", "element": self.json_type(t[1])}
        if t[0] == "Entity":
            name = self.short.get(t[1], t[1]) if self.rng.random() < 0.5 else t[1]
            return {"type": self.rng.choice(["Entity", "EntityOrCommon"]), "name": name}
        return self.json_record(t[1])

    def json_record(self, record):
        fields = {}
        for name, (t, required) in record.items():
            fields[name] = self.json_type(t)
            if not required or self.rng.random() < 0.3:
                fields[name]["required"] = required
        return {"type": "Record", "attributes": fields}

    def json_schema(self):
        entities = {}
        for t in self.types:
            if t in self.enums:
                entities[self.short[t]] = {"enum": self.enums[t]}
                continue
            entities[self.short[t]] = {"memberOfTypes": self.parents[t], "shape": self.json_record(self.attributes[t])}
            if t in self.tags:
                entities[self.short[t]]["tags"] = self.json_type(self.tags[t])
        actions = {}
        for name, a in self.actions.items():
            actions[name] = {"memberOf": [{"id": n} for n in a["in"]]}
            if a["principal"]:
                actions[name]["appliesTo"] = {"principalTypes": a["principal"], "resourceTypes": a["resource"],
                                              "context": self.json_record(a["context"])}
        common = {name: self.json_type(t) for name, t in self.common.items()}
        return json.dumps({self.namespace: {"commonTypes": common, "entityTypes": entities, "actions": actions}})

    # Entities and requests

    def value(self, t, bad=0.04):
        rng = self.rng
        if rng.random() < bad:
            t = self.type(1)
        if t == "Long":
            return rng.randint(-3, 9)
        if t == "String":
            return rng.choice(NAMES)
        if t == "Bool":
            return rng.random() < 0.5
        if isinstance(t, str):
            text = {"decimal": "1.5", "ipaddr": "10.0.0.1", "datetime": "2024-01-01", "duration": "2h"}[t]
            text = "nonsense" if rng.random() < bad else text
            function = {"ipaddr": "ip"}.get(t, t)
            return rng.choice([text, {"__extn": {"fn": function, "arg": text}}, {"fn": function, "arg": text}])
        if t[0] == "Entity":
            uid = self.json_uid(t[1])
            return rng.choice([uid, {"__entity": uid}])
        if t[0] == "Set":
            return [self.value(t[1], bad) for _ in range(rng.randint(0, 3))]
        return self.record_value(t[1], bad)

    def record_value(self, record, bad=0.04):
        rng = self.rng
        result = {}
        for name, (t, required) in record.items():
            if (required and rng.random() > bad / 3) or (not required and rng.random() < 0.5):
                result[name] = self.value(t, bad)
        if rng.random() < bad / 3:
            result["unknown"] = 1
        return result

    def json_uid(self, t):
        if t.endswith("Action"):
            name = self.rng.choice(list(self.actions)) if self.rng.random() < 0.95 else "nothing"
            return {"type": self.action_type, "id": name}
        ids = self.enums.get(t, ["a", "b"]) if self.rng.random() < 0.97 else ["zzz"]
        return {"type": t if self.rng.random() < 0.99 else "Nothing", "id": self.rng.choice(ids)}

    def action_groups(self, name):
        groups = []
        for group in self.actions.get(name, {"in": []})["in"]:
            groups += [g for g in [group] + self.action_groups(group) if g not in groups]
        return groups

    def request(self):
        """Entities and a request that mostly fit."""
        rng = self.rng
        bad = rng.choice([0, 0, 0.04])
        entities, seen = [], set()
        for _ in range(rng.randint(0, 3)):
            t = rng.choice(self.types + [self.action_type])
            uid = self.json_uid(t)
            if json.dumps(uid) in seen:
                continue
            seen.add(json.dumps(uid))
            entity = {"uid": uid, "attrs": {}, "parents": []}
            if t == self.action_type:
                # All ancestors, or none: cedarpy wants each of them listed, we the same hierarchy.
                groups = self.action_groups(uid["id"]) if rng.random() < 0.9 else []
                entity["parents"] = [{"type": self.action_type, "id": n} for n in groups]
            else:
                entity["attrs"] = self.record_value(self.attributes[t], bad)
                groups = [p for p in self.parents[t] if p != t] or ([rng.choice(self.types)] if rng.random() < bad else [])
                entity["parents"] = [dict(self.json_uid(g), id="top" if g not in self.enums else "r") for g in groups
                                     if rng.random() < 0.5]
                if t in self.tags and rng.random() < 0.6 or rng.random() < bad:
                    entity["tags"] = {"k": self.value(self.tags.get(t, "Long"), bad)}
            entities.append(entity)
        action = rng.choice(list(self.actions))
        applies = self.actions[action]
        request = {"principal": self.json_uid(rng.choice(applies["principal"] or self.types)),
                   "action": {"type": self.action_type, "id": action if rng.random() > bad else "nothing"},
                   "resource": self.json_uid(rng.choice((applies["resource"] if rng.random() > bad else None) or self.types)),
                   "context": self.record_value(applies["context"], bad)}
        return entities, request

    # Expressions

    def policy(self):
        rng = self.rng
        action = rng.choice(list(self.actions))
        applies = self.actions[action]
        self.principal = rng.choice(applies["principal"] or self.types)
        self.resource = rng.choice(applies["resource"] or self.types)
        self.context = applies["context"]
        self.known = []
        scope = [self.scope("principal", self.principal), self.scope_action(action), self.scope("resource", self.resource)]
        text = f"{rng.choice(['permit', 'forbid'])}({', '.join(scope)})"
        for _ in range(rng.choice([0, 1, 1, 1, 2])):
            text += f" {rng.choice(['when', 'when', 'unless'])} {{ {self.expression('Bool', rng.randint(1, 4))} }}"
        return text + ";"

    def scope(self, role, t):
        r = self.rng.random()
        if r < 0.35:
            return role
        if r < 0.6:
            return f"{role} is {self.any_type(t)}"
        entity = self.uid(self.any_type(t)) if self.rng.random() < 0.85 else f"?{role}"
        if r < 0.75:
            return f"{role} == {entity}"
        if r < 0.9:
            return f"{role} in {entity}"
        return f"{role} is {self.any_type(t)} in {entity}"

    def any_type(self, t):
        r = self.rng.random()
        return t if r < 0.8 else self.rng.choice(self.types) if r < 0.98 else "Nothing"

    def scope_action(self, action):
        r = self.rng.random()
        if r < 0.25:
            return "action"
        if r < 0.7:
            return "action == " + self.action(action)
        if r < 0.8:
            return "action in " + self.action(action)
        return f"action in [{', '.join(self.action(a) for a in self.rng.choices(list(self.actions), k=self.rng.randint(0, 2)))}]"

    def action(self, name):
        if self.rng.random() < 0.02:
            name = "nothing"
        return f"{self.action_type}::{json.dumps(name)}"

    def uid(self, t):
        if t.endswith("Action"):
            return self.action(self.rng.choice(list(self.actions)))
        ids = self.enums.get(t, ["a", "b"]) if self.rng.random() < 0.95 else ["zzz"]
        return f"{t}::{json.dumps(self.rng.choice(ids))}"

    def expression(self, t, depth):
        rng = self.rng
        if rng.random() < 0.015:
            t = self.type(1)
        if rng.random() < 0.06 and depth > 0:
            return f"(if {self.expression('Bool', depth - 1)} then {self.expression(t, depth - 1)} else {self.expression(t, depth - 1)})"
        path = self.path(t)
        if path and rng.random() < 0.5:
            return path
        if t == "Bool":
            return self.boolean(depth)
        if depth <= 0 or rng.random() < 0.5:
            return self.literal(t, depth)
        if t == "Long":
            return f"({self.expression('Long', depth - 1)} {rng.choice('+-*')} {self.expression('Long', depth - 1)})" if rng.random() < 0.7 else "-" + self.expression("Long", depth - 1)
        if t == "datetime":
            return f"{self.expression('datetime', depth - 1)}.offset({self.expression('duration', depth - 1)})"
        if t == "duration":
            return f"{self.expression('datetime', depth - 1)}.durationSince({self.expression('datetime', depth - 1)})"
        return self.literal(t, depth)

    def literal(self, t, depth):
        rng = self.rng
        bad = rng.random() < 0.02
        if t == "Long":
            return str(rng.randint(0, 9))
        if t == "String":
            return json.dumps(rng.choice(NAMES))
        if t == "Bool":
            return rng.choice(["true", "false"])
        if t == "decimal":
            return 'decimal("%s")' % ("1" if bad else rng.choice(["1.0", "-2.25"]))
        if t == "ipaddr":
            return 'ip("%s")' % ("1.2.3" if bad else rng.choice(["1.2.3.4", "::1", "10.0.0.0/8"]))
        if t == "datetime":
            return 'datetime("%s")' % ("2024-02-30" if bad else "2024-01-01")
        if t == "duration":
            return 'duration("%s")' % ("1x" if bad else "1h")
        if t[0] == "Entity":
            return self.uid(t[1])
        if t[0] == "Set":
            count = rng.choice([0, 1, 1, 2, 2]) if rng.random() < 0.2 else rng.randint(1, 2)
            return "[" + ", ".join(self.expression(t[1], depth - 1) for _ in range(count)) + "]"
        fields = [f"{json.dumps(n)}: {self.expression(ft, depth - 1)}" for n, (ft, req) in t[1].items() if req or rng.random() < 0.5]
        return "{" + ", ".join(fields) + "}"

    def roots(self):
        return [("principal", ("Entity", self.principal)), ("resource", ("Entity", self.resource)),
                ("context", ("Record", self.context)), ("action", ("Entity", self.action_type))]

    def paths(self):
        found = []
        todo = self.roots()
        for _ in range(2):
            following = []
            for text, t in todo:
                fields = self.attributes.get(t[1], {}) if t[0] == "Entity" else t[1] if t[0] == "Record" else {}
                for name, (ft, req) in fields.items():
                    access = text + ("." + name if ident(name) == name else f"[{json.dumps(name)}]")
                    following.append((access, ft))
                    found.append((access, ft, text, name, req, t))
            todo = following
        return found

    def path(self, t):
        candidates = [f[0] for f in self.paths() if f[1] == t and (f[4] or f[0] in self.known or self.rng.random() < 0.15)]
        candidates += [text for text, rt in self.roots() if rt == t]
        candidates += [k for k, kt in getattr(self, "known_tags", []) if kt == t]
        return self.rng.choice(candidates) if candidates else None

    def boolean(self, depth):
        rng = self.rng
        if depth <= 0:
            return self.literal("Bool", 0)
        r = rng.random()
        d = depth - 1
        if r < 0.14:
            known = list(self.known)
            left = self.boolean(d)
            right = self.boolean(d)
            if rng.random() < 0.9:
                self.known = known
            return f"({left} && {right})"
        if r < 0.22:
            return f"({self.boolean(d)} || {self.boolean(d)})"
        if r < 0.28:
            return "!" + f"({self.boolean(d)})"
        if r < 0.42:
            optional = [p for p in self.paths() if not p[4]] or self.paths()
            if optional:
                access, t, base, name, _, _ = rng.choice(optional)
                self.known.append(access)
                inner = self.expression("Bool", d)
                self.known.pop()
                return f"({base} has {ident(name)} && ({self.use(access, t, d)} || {inner}))"
        if r < 0.48:
            tagged = [(text, t) for text, t in self.roots() + [(p[0], p[1]) for p in self.paths() if p[4]] if t[0] == "Entity"]
            text, t = rng.choice(tagged)
            key = rng.choice(['"k"', '"l"', self.expression("String", 0)])
            tag = self.tags.get(t[1], "Long")
            if rng.random() < 0.85:
                return f"({text}.hasTag({key}) && {self.use(f'{text}.getTag({key})', tag, d)})"
            return self.use(f"{text}.getTag({key})", tag, d)
        if r < 0.52:
            access = rng.choice(self.paths() or [("context", None, "principal", "a", False, None)])
            names = [ident(access[3])] + (["a"] if rng.random() < 0.3 else [])
            return f"{access[2]} has {'.'.join(n for n in names if not n.startswith(chr(34))) or 'zzz'}"
        if r < 0.62:
            t = rng.choice([self.type(1)] + [p[1] for p in self.paths()] + [("Entity", self.principal)])
            return f"({self.expression(t, d)} {rng.choice(['==', '!='])} {self.expression(t, d)})"
        if r < 0.70:
            t = rng.choice(["Long", "Long", "datetime", "duration"])
            return f"({self.expression(t, d)} {rng.choice(['<', '<=', '>', '>='])} {self.expression(t, d)})"
        if r < 0.80:
            left = ("Entity", rng.choice([self.principal, self.resource, self.action_type] + self.types))
            right = ("Entity", rng.choice(self.types + self.parents.get(left[1], []) * 2 + [self.action_type]))
            right = right if rng.random() < 0.6 else ("Set", right)
            return f"({self.expression(left, d)} in {self.expression(right, d)})"
        if r < 0.84:
            left = ("Entity", rng.choice([self.principal, self.resource]))
            t = self.any_type(left[1])
            if rng.random() < 0.4:
                return f"({self.expression(left, d)} is {t} in {self.expression(('Entity', rng.choice(self.types)), d)})"
            return f"({self.expression(left, d)} is {t})"
        if r < 0.92:
            t = rng.choice([self.type(0)] + [p[1][1] for p in self.paths() if p[1][0] == "Set"])
            s = ("Set", t)
            op = rng.choice(["contains", "containsAll", "containsAny", "isEmpty"])
            if op == "isEmpty":
                return f"{self.expression(s, d)}.isEmpty()"
            return f"{self.expression(s, d)}.{op}({self.expression(t if op == 'contains' else s, d)})"
        if r < 0.95:
            return f'({self.expression("String", d)} like "a*")'
        if r < 0.98:
            return rng.choice([
                lambda: f"{self.expression('decimal', d)}.{rng.choice(['lessThan', 'greaterThanOrEqual'])}({self.expression('decimal', d)})",
                lambda: f"{self.expression('ipaddr', d)}.isInRange({self.expression('ipaddr', d)})",
                lambda: f"{self.expression('ipaddr', d)}.{rng.choice(['isIpv4', 'isLoopback'])}()",
                lambda: f"({self.expression('duration', d)}.toHours() > 1)",
            ])()
        return self.literal("Bool", 0)

    def use(self, access, t, depth):
        if t == "Bool":
            return access
        if t == "Long":
            return f"{access} > 1"
        if t[0] == "Set":
            return f"{access}.isEmpty()"
        return f"{access} == {self.expression(t, depth)}"


WORDS = re.compile(r'"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|[0-9]+|::|&&|\|\||[<>=!]=|[^\s\w]')


def mutate(text, rng, vocabulary):
    """Changes one or two tokens."""
    tokens = WORDS.findall(text)
    if not tokens:
        return text
    for _ in range(rng.randint(1, 2)):
        place = rng.randrange(len(tokens))
        kind = rng.random()
        token = tokens[place]
        if kind < 0.5:
            same = [w for w in vocabulary if (w[0] == '"') == (token[0] == '"') and w[0].isalnum() == token[0].isalnum()]
            tokens[place] = rng.choice(same or [token])
        elif kind < 0.65:
            del tokens[place]
        elif kind < 0.8:
            other = rng.randrange(len(tokens))
            tokens[place], tokens[other] = tokens[other], tokens[place]
        elif kind < 0.9:
            tokens.insert(place, rng.choice(vocabulary))
        else:
            tokens[place] = rng.choice(["?", "==", "<", "in", "has", "is", "&&", "||", "!", "true", "false", "1", '"a"', "[]"])
        if not tokens:
            return ""
    return " ".join(tokens)


def verdict(schema, policies):
    result = cedarpy.validate_policies(policies, schema)
    if result.validation_passed:
        return "pass"
    texts = [str(e) for e in result.errors]
    if any("Schema parse error" in t or "Schema is required" in t for t in texts):
        return "schema"
    if any("parse error" in t for t in texts):
        return "parse"
    return "fail"


def validity(schema, entities, request):
    def show(uid):
        return f"{uid['type']}::{json.dumps(uid['id'])}"

    asked = {"principal": show(request["principal"]), "action": show(request["action"]),
             "resource": show(request["resource"]), "context": request["context"]}
    result = cedarpy.is_authorized(asked, "permit(principal, action, resource);", entities, schema)
    return "invalid" if str(result.decision).endswith("NoDecision") else "valid"


def corpus(directory):
    cases = []
    for path in sorted(glob.glob(os.path.join(directory, "**", "*.json"), recursive=True)):
        if path.endswith(".entities.json"):
            continue
        case = json.load(open(path))
        if not isinstance(case, dict) or "shouldValidate" not in case:
            continue
        root = directory
        while not os.path.exists(os.path.join(root, case["schema"])):
            root = os.path.dirname(root)
            if root in ("", "/"):
                break
        else:
            cases.append((open(os.path.join(root, case["schema"])).read(), open(os.path.join(root, case["policies"])).read()))
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    base = corpus(arguments.corpus) if arguments.corpus else []
    tally = {}
    with open(arguments.out, "w") as out:
        for number in range(arguments.count):
            if base and number % 2:
                schema, policies = rng.choice(base)
                vocabulary = sorted(set(WORDS.findall(schema + " " + policies)))
                if rng.random() < 0.6:
                    policies = mutate(policies, rng, vocabulary)
                else:
                    schema = mutate(schema, rng, vocabulary)
            else:
                world = World(rng)
                if rng.random() < 0.3:
                    schema = world.schema() if rng.random() < 0.6 else world.json_schema()
                    entities, request = world.request()
                    outcome = validity(schema, entities, request)
                    tally[outcome] = tally.get(outcome, 0) + 1
                    out.write("\x01".join([schema, json.dumps(entities), json.dumps(request), outcome]) + "\x02")
                    continue
                text = world.schema() if rng.random() < 0.7 else world.json_schema()
                schema, policies = text, "\n".join(world.policy() for _ in range(rng.choice([1, 1, 2])))
                if rng.random() < 0.1:
                    schema = mutate(schema, rng, sorted(set(WORDS.findall(schema))))
                elif rng.random() < 0.15:
                    policies = mutate(policies, rng, sorted(set(WORDS.findall(schema + policies))))
            if "\x01" in schema + policies or "\x02" in schema + policies:
                continue
            outcome = verdict(schema, policies)
            tally[outcome] = tally.get(outcome, 0) + 1
            out.write("\x01".join([schema, policies, outcome]) + "\x02")
    print(tally)


if __name__ == "__main__":
    main()
