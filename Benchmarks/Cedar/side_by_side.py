"""Measures the reference implementation (cedarpy) on the same cases as cedar-benchmark, in turns with it.

    python3 side_by_side.py PATH-TO-cedar-benchmark [--rounds N]

Policies and entities are parsed before the clock starts, on both sides; cedarpy's figure includes what it takes to hand a
request to it, so it is compared with reading the request from JSON and deciding.
"""
import argparse
import json
import subprocess
import sys
import time

import cedarpy


def summary(values):
    values = sorted(values)
    return {"median_us": values[len(values) // 2], "p99_us": values[len(values) * 99 // 100]}


def reference(case, count):
    policies = cedarpy.PolicySet.from_str(case["policies"])
    entities = cedarpy.Entities.from_json_str(case["entities"])
    times, allowed = [], 0
    for index in range(count):
        request = case["requests"][index % len(case["requests"])]
        start = time.perf_counter_ns()
        result = cedarpy.is_authorized(request, policies, entities)
        times.append((time.perf_counter_ns() - start) / 1000)
        allowed += result.decision == cedarpy.Decision.Allow
    return times, allowed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("benchmark")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cases = json.loads(subprocess.run([options.benchmark, "cases"], capture_output=True, check=True).stdout)
    ours, theirs = [], [[] for _ in cases]
    for _ in range(options.rounds):
        ours.append(json.loads(subprocess.run([options.benchmark], capture_output=True, check=True).stdout))
        for index, case in enumerate(cases):
            times, allowed = reference(case, 2_000)
            theirs[index] += times
            if allowed * 10 != ours[-1][index]["allowed"]:
                sys.exit(f"the two sides decide differently with {case['count']} policies")
    for index, case in enumerate(cases):
        rows = [round[index] for round in ours]
        best = lambda key, figure: sorted(row[key][figure] for row in rows)[len(rows) // 2]
        reference_summary = summary(theirs[index])
        print(json.dumps({
            "policies": case["count"],
            "decide": {f: best("decide", f) for f in ("median_us", "p99_us")},
            "decide_processor": {f: best("decide_processor", f) for f in ("median_us", "p99_us")},
            "read_and_decide": {f: best("read_and_decide", f) for f in ("median_us", "p99_us")},
            "cedarpy": reference_summary,
            "times_faster": round(reference_summary["median_us"] / best("read_and_decide", "median_us"), 1)}))


main()
