#!/bin/sh
# Fuzzes a parser that the network feeds: Fuzz/run.sh TARGET [SECONDS]   (TARGET: see below, or all)
# Starts from the committed corpus and keeps what it finds in .build-fuzz/TARGET/found. A failing input is printed and
# kept in .build-fuzz/TARGET; give it a name and add it to Fuzz/Corpora/TARGET, where a test replays it for ever.
set -eu
cd "$(dirname "$0")/.."

# The targets. Each is Fuzz/Targets/TARGET.swift and Fuzz/Corpora/TARGET, compiled with the sources named here.
targets="http-request http-response chunked event-stream event-message json cedar-policy cedar-schema readings rules"
sources() {
    case "$1" in
        http-request | http-response | chunked | event-stream)
            support=Tests/FramingTests/Support
            echo Sources/Framing/*.swift "$support/Invariants.swift" "$support/Wire.swift" \
                "$support/ReferenceEventStream.swift" "$support/SplitMix.swift" ;;
        event-message)
            support=Tests/FramingTests/Support
            echo Sources/Framing/*.swift "$support/EventMessages.swift" "$support/SplitMix.swift" ;;
        cedar-policy | cedar-schema)
            # These modules import one another; here all of it is one module.
            copies=.build-fuzz/$1/sources
            mkdir -p "$copies"
            for file in Sources/Kernel/*.swift Sources/Cedar/*/*.swift Sources/CedarSchema/*/*.swift \
                Tests/CedarTests/CedarInvariants.swift; do
                sed -E '/^(package )?import (Kernel|Cedar)$/d' "$file" > "$copies/$(basename "$file")"
            done
            echo "$copies"/*.swift ;;
        readings) echo Sources/Normalisation/*.swift Tests/NormalisationTests/*Invariants.swift ;;
        rules)
            # One module, and without the library: the engine of ours is what is looked at.
            copies=.build-fuzz/$1/sources
            mkdir -p "$copies"
            for file in Sources/PatternMatching/*.swift Sources/RuleFiles/*.swift Sources/Detection/*.swift \
                Tests/DetectionTests/RuleInvariants.swift; do
                sed -E '/^(internal |package )?import (PatternMatching|RuleFiles)$/d' "$file" > "$copies/$(basename "$file")"
            done
            echo "$copies"/*.swift ;;
        json) echo Sources/Kernel/*.swift Tests/KernelTests/JSONInvariants.swift ;;
    esac
}

usage() { echo "usage: Fuzz/run.sh TARGET [SECONDS], where TARGET is one of: $targets all" >&2; exit 2; }
[ $# -ge 1 ] || usage
target=$1
seconds=${2:-60}

if [ "$target" = all ]; then
    for each in $targets; do Fuzz/run.sh "$each" "$seconds"; done
    exit 0
fi
files=$(sources "$target")
[ -n "$files" ] || usage

build=.build-fuzz/$target
mkdir -p "$build/found"
echo "building $target"
# One module; optimised, but with all checks. Paths hold no spaces.
# shellcheck disable=SC2086
swiftc -O -whole-module-optimization -swift-version 6 -parse-as-library -sanitize=fuzzer,address \
    -module-name Fuzz -package-name gatehouse -strict-memory-safety \
    -enable-experimental-feature Lifetimes -enable-upcoming-feature ExistentialAny \
    -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
    $files Fuzz/Targets/Fuzzing.swift "Fuzz/Targets/$target.swift" -o "$build/fuzz"
echo "fuzzing $target for $seconds s"
exec "$build/fuzz" -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$build/" "$build/found" "Fuzz/Corpora/$target"
