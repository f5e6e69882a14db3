"""The tables of `docs/performance.md`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.tables.markdown import NOT_MEASURED, number, ratio, table
from benchmarks.tables.results import Result, benchmark_results, goal_met, purpose

_NOT_BENCHMARKS = ("run_all",)


def performance_parts(root: Path) -> dict[str, str]:
    """Returns the tables by their place in the template, from the root of the project."""
    results = benchmark_results(root)
    scripts = {path.stem for path in (root / "benchmarks").glob("*.py")} - {*_NOT_BENCHMARKS}
    detail = {name: result.get("detail", {}) for name, result in results.items()}
    return {
        "summary": _summary(root, sorted(scripts | set(results)), results),
        "dense": _dense(detail.get("dense_disaggregation", {})),
        "quantised": _quantised(detail.get("quantised", {})),
        "peers": _peers(results.get("peers", {})),
        "stores": _stores(detail.get("stores", {})),
        "memory": _memory(detail.get("model_memory", {})),
    }


def _summary(root: Path, names: Iterable[str], results: Mapping[str, Result]) -> str:
    """Returns a row for each benchmark, also for those that were not run."""
    rows = []
    for name in names:
        result = results.get(name)
        if result is None:
            rows.append([f"`{name}`", purpose(root, name), NOT_MEASURED, "", "", "", ""])
            continue
        rows.append(
            [
                f"`{name}`",
                purpose(root, name),
                f"{number(result['value'])} {result['unit']}",
                result["goal"],
                {True: "yes", False: "**no**", None: "not recorded"}[goal_met(result)],
                result.get("machine", ""),
                result.get("measured", ""),
            ]
        )
    return table(["name", "what", "value", "goal", "met", "machine", "measured"], rows)


def _dense(detail: Mapping[str, Any]) -> str:
    rows = [
        [
            f"`{name}`",
            f"`{each['architecture']}`",
            f"{each['weights']:,}",
            str(each["window"]),
            number(each["sliding_per_s"]),
            number(each["windows_per_s"]),
            number(each["dense_per_s"]),
            ratio(each["ratio"]),
            f"at least {each['goal']}" if each["goal"] else "",
            f"{each['greatest_difference']:.0e}",
            number(each["month_s"]),
        ]
        for name, each in detail.get("networks", {}).items()
    ]
    head = ["network", "architecture", "parameters", "window", "sliding, windows/s"]
    head += [
        "sliding by the engine, windows/s",
        "dense, windows/s",
        "dense over sliding",
        "goal",
        "greatest difference",
    ]
    return table([*head, "seconds a month"], rows)


def _quantised(detail: Mapping[str, Any]) -> str:
    rows = []
    for name, network in detail.get("networks", {}).items():
        for form, each in network.items():
            rows.append(
                [
                    f"`{name}`",
                    form,
                    number(each["windows_per_s"]),
                    ratio(each["speed"]),
                    number(each["window_ms"]),
                    _signed(each["f1_change"], 4),
                    _signed(each["mae_change_w"], 3),
                    f"{each['greatest_difference']:.1e}",
                ]
            )
    head = ["network", "numbers", "windows/s", "against float32", "ms a window alone"]
    return table([*head, "change of F1", "change of MAE, W", "greatest difference"], rows)


def _signed(value: float | None, places: int) -> str:
    return NOT_MEASURED if value is None else f"{value:+.{places}f}"


def _peers(result: Mapping[str, Any]) -> str:
    """Returns a row for each load and a column for each server, and what is like for like."""
    rows: Sequence[Mapping[str, Any]] = result.get("rows", ())
    servers = {row["server"]: f"{row['server']} {row.get('version', '')}".strip() for row in rows}
    loads = sorted({(row["batch"], row["callers"]) for row in rows})
    by_load = {(row["server"], row["batch"], row["callers"]): row for row in rows}
    cells = [
        [
            f"{callers:,}",
            f"{batch:,}",
            *(_peer_cell(by_load.get((server, batch, callers))) for server in servers),
        ]
        for batch, callers in loads
    ]
    detail = result.get("detail", {})
    away = [f"{name}: {reason}" for name, reason in detail.get("unavailable", {}).items()]
    notes = [f"- {note}." for note in (detail.get("like_for_like"), *away) if note]
    shown = table(["callers", "windows a call", *servers.values()], cells)
    return "\n".join([shown, "", *notes]) if notes else shown


def _peer_cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return NOT_MEASURED
    failed = f", {row['failed_calls']} failed" if row.get("failed_calls") else ""
    if row["p50_ms"] is None:
        return f"no answer{failed}"
    times = f"{number(row['p50_ms'], 2)}, {number(row['p99_ms'], 2)} ms"
    return f"{number(row['windows_per_s'])}/s ({times}{failed})"


def _stores(detail: Mapping[str, Any]) -> str:
    """Returns a row for each call of each server, by how long nineteen in twenty take at most."""
    servers = {name: calls for name, calls in detail.items() if isinstance(calls, dict)}
    rows = [
        [
            server,
            f"`{call}`",
            number(each["p50_ms"]),
            number(each["p95_ms"]),
            number(each["embedded_p50_ms"]),
        ]
        for server, calls in servers.items()
        for call, each in calls.items()
    ]
    return table(["store", "call", "p50, ms", "p95, ms", "embedded p50, ms"], rows)


def _memory(detail: Mapping[str, Any]) -> str:
    if not detail:
        return table([], [])
    count, weights_mb = detail["shipped_models"], number(detail["weights_mb"])
    rows = [
        ["inference with one model of a few KB", number(detail["bare_mb"]), ""],
        [f"inference with {count} shipped models", number(detail["shipped_mb"]), weights_mb],
    ]
    return table(["process", "resident, MB", "of which weights, MB"], rows)
