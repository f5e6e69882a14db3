"""The result as it is kept: a row for each server and load, and what was set."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.peers.load import Load
from benchmarks.peers.ours import Ours
from benchmarks.peers.peer import MAX_BATCH, Peer
from benchmarks.peers.rounds import LOADS, Figures, median_of

_DISTRIBUTION = "nilm-energy-monitor"
_LIKE_FOR_LIKE = Ours.name

Row = dict[str, Any]


def result_of(figures: Figures, *, threads: int, seconds: float, rounds: int) -> dict[str, Any]:
    """Returns the result in the form of all benchmarks, with rows beside it."""
    rows = [
        _row(server, peer, load, figures)
        for load in LOADS
        for server, peer in figures.servers.items()
        if (server, load) in figures.samples
    ]
    peers = {peer.name: peer for peer in figures.servers.values()}
    ratios = _ratios(rows)
    behind = _behind(rows)
    return {
        "name": "peers",
        "value": round(min(ratios.values()), 3) if ratios else None,
        "unit": "ratio",
        "goal": "ahead of every other server in every column",
        "met": bool(ratios) and not behind and not figures.unavailable,
        "detail": {
            "like_for_like": f"`{_LIKE_FOR_LIKE}` is the Open Inference Protocol, which keeps "
            "nothing, as the others keep nothing; `value` is its windows/s over those of the best "
            "other server, in the column where that is least",
            "windows_per_s_over_best_other": ratios,
            "behind": behind,
            "threads": threads,
            "max_batch": MAX_BATCH,
            "seconds": seconds,
            "rounds": rounds,
            "figures": "medians over the rounds",
            "torch": version("torch"),
            "torch_alone_windows_per_s": {
                f"batch {batch}": round(statistics.median(rates), 1)
                for batch, rates in figures.alone_per_s.items()
            },
            "client": "one process beside the server; callers who each call again once they are "
            "answered; messages made beforehand; gRPC: grpc.aio, one channel; HTTP: aiohttp, a "
            "kept connection a caller",
            "servers": {
                name: {"packages": list(peer.requirements), **peer.settings}
                for name, peer in peers.items()
            },
            "unavailable": figures.unavailable,
            "cpu": _cpu(),
        },
        "rows": rows,
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, "
        f"Python {platform.python_version()}",
    }


def _row(server: str, peer: Peer, load: Load, figures: Figures) -> Row:
    sample = median_of(figures.samples[server, load])
    name, *_ = peer.requirements or (f"{_DISTRIBUTION}=={version(_DISTRIBUTION)}",)
    return {
        "server": server,
        "version": name.partition("==")[2],
        "callers": load.callers,
        "batch": load.batch,
        "windows_per_s": round(sample.windows_per_s, 1),
        "p50_ms": round(sample.p50_ms, 2) if sample.windows_per_s else None,
        "p99_ms": round(sample.p99_ms, 2) if sample.windows_per_s else None,
        "calls": sample.calls,
        "failed_calls": sample.failed_calls,
    }


def _columns(rows: Sequence[Row]) -> dict[str, tuple[Row, list[Row]]]:
    """Returns of each load our row and those of others."""
    columns: dict[str, tuple[Row, list[Row]]] = {}
    for ours in rows:
        if ours["server"] == _LIKE_FOR_LIKE:
            others = [
                row
                for row in rows
                if not row["server"].startswith(_LIKE_FOR_LIKE)
                and (row["callers"], row["batch"]) == (ours["callers"], ours["batch"])
            ]
            if others:
                columns[f"{ours['callers']} callers of {ours['batch']}"] = ours, others
    return columns


def _ratios(rows: Sequence[Row]) -> dict[str, float]:
    return {
        load: round(ours["windows_per_s"] / max(row["windows_per_s"] for row in others), 3)
        for load, (ours, others) in _columns(rows).items()
    }


def _behind(rows: Sequence[Row]) -> list[str]:
    """Returns where another server is faster, or answers sooner."""
    return [
        f"{load}: {row['server']}, {figure} {row[figure]} against {ours[figure]}"
        for load, (ours, others) in _columns(rows).items()
        for row in others
        for figure in ("windows_per_s", "p50_ms", "p99_ms")
        if _is_better(figure, row, ours)
    ]


def _is_better(figure: str, row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if row[figure] is None or other[figure] is None:  # no call was answered
        return other[figure] is None
    is_higher = bool(row[figure] > other[figure])
    return is_higher if figure == "windows_per_s" else not is_higher


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")
