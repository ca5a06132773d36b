#!/usr/bin/env python3
"""Compares Gatehouse's Merkle tree with pymerkle's.

Makes random trees, asks pymerkle for roots and proofs, and writes them to a file:

    python3 -m venv venv && venv/bin/pip install pymerkle==7.0.0
    venv/bin/python Tests/Differential/merkle.py --out cases.txt
    MERKLE_CASES=cases.txt swift test --filter MerkleDifferentialTests

A line is `T` and the leaves of a new tree (hexadecimal, `-` for an empty one), `R size root`,
`I index size hash…` (the leaf's sibling first) or `C first second root` (the root of the first tree: pymerkle's own
proofs of consistency are not those of RFC 6962, so ours is held against the two roots).
"""
import argparse
import random

from pymerkle import InmemoryTree


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trees", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with open(options.out, "w") as out:
        for _ in range(options.trees):
            leaves = [rng.randbytes(rng.choice([0, 1, 31, 32, 33, 64, 300])) for _ in range(rng.randint(1, 700))]
            tree = InmemoryTree(algorithm="sha256")
            for leaf in leaves:
                tree.append_entry(leaf)
            print("T", *[leaf.hex() or "-" for leaf in leaves], file=out)
            for size in {1, len(leaves), *[rng.randint(1, len(leaves)) for _ in range(10)]}:
                print("R", size, tree.get_root(size).hex(), file=out)
                for _ in range(4):
                    index = rng.randint(1, size)
                    path = tree.prove_inclusion(index, size).serialize()["path"]
                    print("I", index - 1, size, *path[1:], file=out)
                    first = rng.randint(1, size)
                    print("C", first, size, tree.get_root(first).hex(), file=out)


main()
