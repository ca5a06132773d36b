#!/usr/bin/env python3
"""Verifies a bundle of a Gatehouse audit log without any code of Gatehouse: verify_bundle.py BUNDLE POLICY [NOTE...]

BUNDLE is the archive, POLICY a tlog-policy that you trust, each NOTE a checkpoint that you kept from earlier.
Ends with 0: holds, 2: something was changed, 3: something is missing, 4: holds together, but nobody outside vouches for it.
Formats: RFC 6962 (tree), c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy; docs/ledger.md.
"""
import base64, hashlib, json, re, sys, tarfile

problems = []  # (exit code, place, what)


def problem(place, what, code=2):
    problems.append((code, place, what))


def unbase64(text):
    return base64.b64decode(text, validate=True)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    def ed25519(key, signature, message):
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
            return True
        except Exception:
            return False
except ImportError:  # RFC 8032 in plain Python: slow, but there are few signatures.
    P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    D, I = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)

    def add(a, b):
        A, B = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
        C, Z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
        E, F, G, H = B - A, Z - C, Z + C, B + A
        return E * F % P, G * H % P, F * G % P, E * H % P

    def times(n, a):
        result = (0, 1, 1, 0)
        while n:
            if n & 1:
                result = add(result, a)
            a, n = add(a, a), n >> 1
        return result

    def point(raw):
        y = int.from_bytes(raw, "little")
        sign, y = y >> 255, y & (2**255 - 1)
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        x = x if x * x % P == square else x * I % P
        if y >= P or x * x % P != square or (x == 0 and sign):
            return None
        x = P - x if x & 1 != sign else x
        return x, y, 1, x * y % P

    BASE = point(bytes.fromhex("58" + "66" * 31))

    def ed25519(key, signature, message):
        a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
        if a is None or r is None or len(signature) != 64 or s >= L:
            return False
        h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
        x, y = times(s, BASE), add(r, times(h, a))
        return (x[0] * y[2] - y[0] * x[2]) % P == 0 and (x[1] * y[2] - y[1] * x[2]) % P == 0


def read_bundle(path):
    """The files by name. What could lead out of the bundle is refused before anything is read."""
    archive, files = tarfile.open(path, "r:"), {}
    for member in archive:
        plain = re.fullmatch(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", member.name)
        if not member.isfile() or not plain or ".." in member.name.split("/") or member.name in files:
            raise ValueError(f"`{member.name}` may not be in a bundle")
        files[member.name] = lambda member=member: archive.extractfile(member).read()
    return files


def read_policy(text):
    logs, groups, keys, quorum = {}, {}, {}, None
    for line in (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")):
        if line[0] in ("log", "witness"):
            name, _, key = line[1 if line[0] == "log" else 2].split("+", 2)
            raw = unbase64(key)
            keys[(name, sha(name.encode(), b"\n", raw)[:4])] = (raw, line[1] if line[0] == "witness" else None)
            if line[0] == "log":
                logs[name] = True
        elif line[0] == "group":
            members = line[3:]
            groups[line[1]] = ({"all": len(members), "any": 1}.get(line[2]) or int(line[2]), members)
        elif line[0] == "quorum":
            quorum = None if line[1] == "none" else line[1]
    return logs, keys, groups, quorum


def check_note(note, origin, policy, place):
    """(size, root, whether a quorum signed it) of a checkpoint, or None with the reason among the problems."""
    logs, keys, groups, quorum = policy
    try:
        text, _, lines = note.rpartition("\n\n")
        name, size, root = (text + "\n").split("\n")[:3]
        size, root, place = int(size), unbase64(root), place or f"checkpoint {int(size)}"
        signatures = [re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line).groups() for line in lines.splitlines()]
        met, logged = set(), False
        for signer, blob in ((signer, unbase64(blob)) for signer, blob in signatures):
            key, witness = keys.get((signer, blob[:4]), (None, None))
            if key is None:
                continue
            body, sig = (text + "\n").encode(), blob[4:]
            if key[0] == 4:
                body, sig = b"cosignature/v1\ntime %d\n" % int.from_bytes(sig[:8], "big") + body, sig[8:]
            if not ed25519(key[1:], sig, body):
                return problem(place, f"the signature of `{signer}` is wrong")
            logged, met = logged or (witness is None and signer == name), met | {witness}
        if name != origin or name not in logs or not logged:
            return problem(place, "no log that the policy names signed it")
        for group, (threshold, members) in groups.items():
            met |= {group} if sum(member in met for member in members) >= threshold else set()
        return size, root, quorum is not None and quorum in met
    except (ValueError, AttributeError) as error:
        return problem(place or "a checkpoint", f"is no checkpoint: {error}")


def climb(position, last, proof, one, two):
    """Up to the roots, as RFC 9162 says in 2.1.3.2 and 2.1.4.2: `one` of the smaller tree, `two` of the larger."""
    for step in proof:
        if last == 0:
            return None, None
        if position & 1 or position == last:
            one, two = sha(b"\x01", step, one), sha(b"\x01", step, two)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            two = sha(b"\x01", two, step)
        position, last = position >> 1, last >> 1
    return (one, two) if last == 0 else (None, None)


def consistent(first, second, root1, root2, proof):
    """Whether the tree of `first` leaves is the beginning of that of `second`."""
    proof = [root1] + proof if first & (first - 1) == 0 else proof
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    return bool(proof) and climb(position, last, proof[1:], proof[0], proof[0]) == (root1, root2)


def main(path, policy_path, *notes):
    files = read_bundle(path)
    manifest = json.loads(files["manifest.json"]())
    if manifest["format"] != "gatehouse-audit-bundle/1":
        raise ValueError("this is no bundle of format 1")
    policy, origin = read_policy(open(policy_path).read()), manifest["origin"]
    known = [check_note(files[name]().decode(), origin, policy, None) for name in sorted(files) if name.startswith("checkpoint")]
    external = [check_note(open(note).read(), origin, policy, note) for note in notes]
    known = sorted({note for note in known + external if note}, key=lambda note: note[0])
    roots = dict(note[:2] for note in known)
    if not known:
        problem("the log", "there is no checkpoint that a log of the policy signed", 3)
    whole, peaks, confirmed, tenants, runs, latest, named, expected = manifest["whole"], [], 0, {}, {}, 0, {}, manifest["from"]
    erasures, there = [], set()
    for number, line in enumerate(files["leaves.jsonl"]().splitlines(), 1):
        try:
            entry = json.loads(line)
            index, data = entry["index"], unbase64(entry["leaf"])
        except (ValueError, KeyError):
            problem(f"line {number} of leaves.jsonl", "is no line of a bundle")
            continue
        try:
            leaf = json.loads(data)
        except ValueError:
            problem(f"leaf {index}", "is no JSON")
            leaf = {}
        place, own = f"leaf {index}", sha(b"\x00", data)
        if (whole or not manifest.get("tenant")) and index != expected:
            problem(f"leaf {expected}", "is missing or not in its place")
        expected = index + 1
        if own != unbase64(entry["hash"]):
            problem(place, "does not have the hash that stands beside it")
        for kind, group, name in (("tseq", tenants, leaf.get("ten")), ("rseq", runs, leaf.get("run"))):
            if name is not None:
                if leaf[kind] != group.get(name, 1 if manifest["from"] == 0 else leaf[kind]):
                    problem(place, f"has `{kind}` {leaf[kind]}, expected {group.get(name, 1)}")
                group[name] = leaf[kind] + 1
        if leaf.get("ts", latest) < latest - 5000:
            problem(place, "is older than a leaf before it")
        latest = max(latest, leaf.get("ts", latest))
        named.update({(index, payload["k"]): payload for payload in leaf.get("pl", [])})
        if leaf.get("type") == "erasure.executed":
            erasures.append((index, leaf.get("res", "")))
        if whole:  # RFC 6962: the roots of the full subtrees, largest first
            node, size = own, index
            while size & 1 and peaks:
                node, size = sha(b"\x01", peaks.pop(), node), size >> 1
            peaks.append(node)
            if index + 1 in roots:
                root = peaks[-1]
                for peak in reversed(peaks[:-1]):
                    root = sha(b"\x01", peak, root)
                if root == roots[index + 1]:
                    confirmed = index + 1
                else:
                    problem(f"checkpoint {index + 1}", f"the tree has another root: look at leaves {confirmed} to {index}")
        elif f"proofs/{index}.tlog-proof" not in files:
            problem(place, "has no proof", 3)
        else:
            head, _, note = files[f"proofs/{index}.tlog-proof"]().decode().partition("\n\n")
            lines, tree = head.split("\n"), check_note(note, origin, policy, place)
            steps = [unbase64(step) for step in lines[2:]]
            if tree and (lines[:2] != ["c2sp.org/tlog-proof@v1", f"index {index}"] or climb(index, tree[0] - 1, steps, own, own)[1] != tree[1]):
                problem(place, "its proof does not lead to the root of the checkpoint")
    for size, root, _ in known:
        last = known[-1]
        if roots[size] != root:
            problem(f"checkpoint {size}", "there are two with other roots: two histories under one key")
        elif whole and size > expected:
            problem(f"checkpoint {size}", f"the log ends after {expected} leaves: it was cut off")
        elif not whole and 0 < size < last[0]:
            proof = files.get(f"consistency/{size}-{last[0]}")
            if proof is None:
                problem(f"checkpoint {size}", "no proof that the last one belongs to the same history", 3)
            elif not consistent(size, last[0], root, last[1], [unbase64(step) for step in proof().split()]):
                problem(f"checkpoint {size}", "does not belong to the history of the last one")
    if (whole or not manifest.get("tenant")) and expected < manifest["to"]:
        problem(f"leaves {expected} to {manifest['to'] - 1}", "are missing")
    for line in files["payloads.jsonl"]().splitlines() if manifest["payloads"] else []:
        entry = json.loads(line)
        said = named.get((entry["index"], entry["k"]))
        there.add((entry["index"], entry["k"]))
        if not said or said["kid"] != entry["kid"] or unbase64(said["ch"]) != sha(unbase64(entry["nonce"]), unbase64(entry["ct"])):
            problem(f"payload `{entry['k']}` of leaf {entry['index']}", "is not the one that the leaf names")
    for (index, kind), payload in named.items() if whole and manifest["payloads"] else []:
        person, month, retention = (part.split("~")[0] for part in payload["kid"].split("/"))
        erased = (at > index and (what == f"person:{person}" or month <= what[6:13] and what[:6] + what[13:] == f"month:/{retention}") for at, what in erasures)
        if (index, kind) not in there and not any(erased):
            problem(f"payload `{kind}` of leaf {index}", "is missing, and the log does not say that it was erased", 3)
    if known and not any(note[2] for note in known) and not any(external):
        problem(f"checkpoint {known[-1][0]}", "no quorum of witnesses signed, and no note from outside was given", 4)
    print(f"{origin}: leaves {manifest['from']} to {manifest['to'] - 1}, {len(known)} checkpoints, {len(named)} payloads named")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (ValueError, KeyError, OSError, tarfile.TarError) as error:
        problem("the bundle", f"cannot be read: {error}")
    for code, place, what in problems:
        print({2: "BROKEN", 3: "INCOMPLETE", 4: "UNANCHORED"}[code], f"{place}: {what}")
    verdict = min((code for code, _, _ in problems), default=0)
    print({0: "holds", 2: "broken", 3: "incomplete", 4: "unanchored"}[verdict])
    sys.exit(verdict)
