"""The figures: medians, ratios, the verdicts on what must be reached, and how they are printed."""

import csv
import statistics
from pathlib import Path

QUIET = 0.3  # cores that others may keep busy before the figures are called noisy
SLOW = 1.15  # how many times its best a fixed piece of work may take before a round is called slowed
BUSY = 0.1  # a core that is idle for less than this is the limit of the rate
COLUMNS = [
    "round",
    "system",
    "scenario",
    "connections",
    "rate",
    "seconds",
    "answered",
    "rps",
    "events",
    "errors",
    "waiting",
    "p50_us",
    "p90_us",
    "p99_us",
    "p999_us",
    "max_us",
    "first_byte_p50_us",
    "first_byte_p99_us",
    "cpu_us",
    "rss_mb",
    "core_idle",
    "foreign",
    "pace",
]


def median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


def spread(values: list[float]) -> float:
    """The interquartile range."""
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return high - low


class Figures:
    """All measured rounds, and questions about them."""

    def __init__(self):
        self.rows: list[dict] = []

    def add(self, row: dict) -> None:
        self.rows.append(row)

    def all(self, system: str, scenario: str, column: str) -> list[float]:
        return [row[column] for row in self.rows if row["system"] == system and row["scenario"] == scenario]

    def __call__(self, system: str, scenario: str, column: str) -> float | None:
        """The median over the rounds, or None where it was not measured."""
        values = self.all(system, scenario, column)
        return median(values) if values else None

    def has(self, system: str, scenario: str) -> bool:
        return bool(self.all(system, scenario, "rps"))

    def ratio(self, system: str, other: str, scenario: str) -> tuple[float, str] | None:
        """How many times `other`'s requests one core of `system` serves, and what that was judged by.

        By the rates, where both kept their core busy and the machine was quiet. Otherwise the load side or the
        neighbours were the limit, and processor time per request is what can be compared."""
        if not (self(system, scenario, "rps") and self(other, scenario, "rps")):
            return None
        limited = any(
            self(name, scenario, "core_idle") > BUSY or self(name, scenario, "foreign") > QUIET
            for name in (system, other)
        )
        mine, theirs = self(system, scenario, "cpu_us"), self(other, scenario, "cpu_us")
        if limited and mine and theirs:
            return theirs / mine, "CPU"
        return self(system, scenario, "rps") / self(other, scenario, "rps"), "rate"

    def save(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows)


def markdown(header: list[str], rows: list[list]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in [header, rule, *rows])


def _number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def closed_loop(figures: Figures, systems: list[str], scenarios: dict) -> str:
    """One table per scenario."""
    parts = []
    for name, scenario in scenarios.items():
        rows = []
        for system in systems:
            if not figures.has(system, name):
                continue
            rps = figures.all(system, name, "rps")
            ratio = figures.ratio(system, "nginx", name) if system not in ("direct", "nginx") else None
            rows.append(
                [
                    system,
                    f"{median(rps):,.0f} ± {spread(rps) / 2:,.0f}",
                    "–"
                    if ratio is None
                    else f"{ratio[0]:.2f} ({ratio[1]})"
                    if ratio[0] >= 0.1
                    else f"{ratio[0]:.4f} ({ratio[1]})",
                    _number(figures(system, name, "cpu_us"), 1) if system != "direct" else "–",
                    _number(figures(system, name, "p50_us")),
                    _number(figures(system, name, "p99_us")),
                    _number(figures(system, name, "p999_us")),
                    _number(figures(system, name, "rss_mb") or None, 1),
                    _number(sum(figures.all(system, name, "errors"))),
                    f"{(figures(system, name, 'core_idle') or 0) * 100:.0f} %",
                    f"{figures(system, name, 'foreign') or 0:.2f}",
                ]
            )
        if rows:
            header = [
                "system",
                "requests/s",
                "× nginx",
                "CPU µs/request",
                "p50 µs",
                "p99 µs",
                "p99.9 µs",
                "RSS MiB",
                "errors",
                "core idle",
                "foreign",
            ]
            parts.append(f"### {scenario.title}\n\n{markdown(header, rows)}")
    return "\n\n".join(parts)


def half_load(figures: Figures, systems: list[str], rates: dict[str, float]) -> str:
    """What each system adds to the latency at half of its own capacity, beside nginx at the same rate."""
    rows = []
    for system in systems:
        if system not in rates:
            continue
        scenario, cells = f"half-{system}", [system, f"{rates[system]:,.0f}"]
        for name in (system, "nginx"):
            for column in ("p50_us", "p99_us"):
                cells.append(_number(added(figures, name, scenario, column)))
        cells += [_number(figures("direct", scenario, "p50_us")), _number(figures("direct", scenario, "p99_us"))]
        rows.append(cells)
    if not rows:
        return ""
    header = [
        "system",
        "requests/s",
        "added p50 µs",
        "added p99 µs",
        "nginx added p50, same rate",
        "nginx added p99, same rate",
        "direct p50 µs",
        "direct p99 µs",
    ]
    return "### Open loop at half of each system's own capacity, 64 connections\n\n" + markdown(header, rows)


def added(figures: Figures, system: str, scenario: str, column: str) -> float | None:
    """The median over the rounds of what the system's latency exceeds the direct one by, in the same round."""
    pairs = list(zip(figures.all(system, scenario, column), figures.all("direct", scenario, column)))
    return median([mine - direct for mine, direct in pairs]) if pairs else None


def translation(measured: dict[str, list[dict]]) -> str:
    """Ours, Foundation's round trip and LiteLLM's, of the same bytes."""
    theirs = {row["name"]: row for row in measured.get("litellm", [])}
    rows = []
    for row in measured.get("gatehouse", []):
        peer = theirs.get(row["name"])
        rows.append(
            [
                row["name"],
                f"{row['bytes'] / row['us']:,.0f}",
                f"{row['us']:,.0f}",
                f"{peer['us']:,.0f}" if peer else "–",
                f"{peer['us'] / row['us']:.1f}" if peer else "–",
            ]
        )
    return markdown(["", "MB/s", "µs", "LiteLLM µs", "times faster"], rows)


def targets(figures: Figures, facts: dict) -> list[list[str]]:
    """Each thing that must be reached: what, the target, what was measured, the verdict."""
    bare, full, durable = "gatehouse-bare", "gatehouse-full-async", "gatehouse-full-durable"
    rows: list[list[str]] = []

    def judge(what: str, target: str, measured: float | None, text: str, met: bool) -> None:
        rows.append(
            [
                what,
                target,
                "–" if measured is None else text,
                "not measured" if measured is None else "met" if met else "**not met**",
            ]
        )

    def ratio(what: str, system: str, other: str, scenario: str, least: float) -> None:
        found = figures.ratio(system, other, scenario)
        value = found[0] if found else None
        judge(
            what, f"≥ {least:g} ×", value, f"{found[0]:.2f} × (by {found[1]})" if found else "", (value or 0) >= least
        )

    for c in (16, 64):
        ratio(f"bare / nginx, {c} connections", bare, "nginx", f"c{c}", 0.7)
    for c in (16, 64):
        ratio(f"full, record behind / nginx, {c} connections", full, "nginx", f"c{c}", 0.35)
    ratio("full, durable / nginx, 256 connections", durable, "nginx", "c256", 0.2)
    limit = facts["fdatasync_p50_ms"] + 1
    for c in (1, 16):
        slow, fast = figures(durable, f"c{c}", "p50_us"), figures(full, f"c{c}", "p50_us")
        more = None if slow is None or fast is None else (slow - fast) / 1000
        judge(
            f"durable record adds (p50, {c} connection{'s' if c > 1 else ''})",
            f"≤ {limit:.2f} ms (fdatasync {limit - 1:.2f} + 1)",
            more,
            f"{more or 0:.2f} ms",
            (more or 0) <= limit,
        )
    for c in (16, 64):
        ratio(f"50-chunk streams, bare / nginx, {c} connections", bare, "nginx", f"s{c}", 0.7)
    for c in (16, 64):
        ratio(f"50-chunk streams, full, record behind / nginx, {c} connections", full, "nginx", f"s{c}", 0.5)
    own = added(figures, "nginx", "half-nginx", "p99_us")
    for name, system in (("bare", bare), ("full, record behind", full)):
        mine = added(figures, system, f"half-{system}", "p99_us")
        judge(
            f"added p99 at half load, {name}",
            f"≤ 2 × nginx's ({own or 0:.0f} µs)",
            None if own is None else mine,
            f"{mine or 0:.0f} µs",
            mine is not None and own is not None and mine <= 2 * own,
        )
    for c in (16, 64):
        ratio(f"full, record behind / LiteLLM, {c} connections", full, "litellm", f"c{c}", 100)
    for text in facts.get("detectors", []):
        share = text["bare_us"] / text["scan_us"]
        found = f"{text['findings']} findings" if text["findings"] else "nothing to find"
        judge(
            f"detectors / bare library, 2 KB, {found}", "≥ 0.8 ×", share,
            f"{share:.2f} × ({text['scan_us']:.1f} µs, {text['bare_us']:.1f} bare)", share >= 0.8,
        )
        judge(f"detectors, 2 KB, {found}", "≤ 15 µs", text["scan_us"], f"{text['scan_us']:.1f} µs", text["scan_us"] <= 15)
    small, large = figures(bare, "c16", "cpu_us"), figures(bare, "b16", "cpu_us")
    copied = (figures("nginx", "b16", "cpu_us") or 0) - (figures("nginx", "c16", "cpu_us") or 0)
    most = 1.3 * (small or 0) + copied
    judge(
        "100 KB request, bare, processor time", f"≤ 1.3 × 2 KB ({small or 0:.1f} µs) + nginx's copy ({copied:.1f} µs)",
        small and large, f"{large or 0:.1f} µs ({most:.1f} allowed)", (large or 0) <= most,
    )
    ratio("2,000-chunk streams, bare / nginx", bare, "nginx", "r4", 0.6)
    for name, kib in facts.get("idle_stream_kib", {}).items():
        if name != "nginx":
            judge(f"memory of an idle stream, {name[10:]}", "≤ 64 KiB", kib, f"{kib:.1f} KiB", kib <= 64)
    relay = facts.get("relay_us", {})
    if relay.get(bare) and relay.get(full):
        share = relay[full] / relay[bare] - 1
        judge(
            "detectors add to relaying a piece that comes by itself", "≤ 5 %", share,
            f"{share * 100:.1f} % ({relay[bare]:.2f} → {relay[full]:.2f} µs)", share <= 0.05,
        )
    for row in facts.get("translation", {}).get("gatehouse", []):
        if row["name"] in ("OpenAI to Anthropic", "Anthropic to OpenAI", "OpenAI to Gemini", "Gemini to OpenAI"):
            rate = row["bytes"] / row["us"]
            judge(f"{row['name']}, 100 KB", "≥ 200 MB/s", rate, f"{rate:,.0f} MB/s", rate >= 200)
    idle = facts["idle_rss_mb"].get(durable)
    judge("resident, idle, full", "≤ 40 MiB", idle, f"{idle or 0:.1f} MiB", (idle or 0) <= 40)
    for system in (full, durable):
        most = max(figures.all(system, "c256", "rss_mb"), default=None)
        judge(
            f"resident, 256 connections, {system[10:]}", "≤ 120 MiB", most, f"{most or 0:.1f} MiB", (most or 0) <= 120
        )
    start = facts["cold_start_ms"].get(durable)
    judge("cold start to first answer, full", "≤ 300 ms", start, f"{start or 0:.0f} ms", (start or 0) <= 300)
    soak = facts.get("soak")
    judge(
        "resident after a soak",
        "flat",
        soak and soak["growth_mb"],
        f"{soak['verdict']}" if soak else "",
        bool(soak and soak["flat"]),
    )
    return rows


def soak_verdict(samples: list[tuple[float, float]]) -> dict:
    """Whether resident memory stood still, from (second, MiB) samples: the last quarter against the second one.

    The first quarter is the warm-up. Flat is a growth of at most 2 MiB or 4 % between the quarters' medians."""
    quarter = len(samples) // 4
    before = median([mb for _, mb in samples[quarter : 2 * quarter]])
    after = median([mb for _, mb in samples[3 * quarter :]])
    flat = after - before <= max(2.0, before * 0.04)
    return {
        "growth_mb": after - before,
        "flat": flat,
        "verdict": f"{'flat' if flat else 'grows'}: {before:.1f} → {after:.1f} MiB",
    }
