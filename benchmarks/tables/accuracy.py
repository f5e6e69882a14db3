"""The tables of `docs/accuracy.md`."""

import json
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.tables.markdown import NOT_MEASURED, fixed, number, table
from benchmarks.tables.results import Result, benchmark_results, crossing_results

_PUBLISHED = Path(__file__).parent / "published.json"
_CARD_REASON = re.compile(r"^## Why\b[^\n]*\n+(.+?)(?:\n\n|\n#|\Z)", re.MULTILINE | re.DOTALL)
_FIGURES: Mapping[str, int] = {"f1": 3, "mae_w": 2, "sae": 2, "ece": 4}
"""Figures of a crossing and the decimals that seeds leave any sense in."""

Runs = Mapping[tuple[str, str], Sequence[Result]]
"""Results of several seeds, by house and config."""


def accuracy_parts(root: Path) -> dict[str, str]:
    """Returns the tables by their place in the template, from the root of the project."""
    published = json.loads(_PUBLISHED.read_text(encoding="utf-8"))
    runs = _by_house_and_config(crossing_results(root))
    dense = benchmark_results(root).get("dense_disaggregation", {}).get("detail", {})
    return {
        "published_source": published["source"],
        "crossing": "\n\n".join(
            f"### {house}\n{_crossing_table(house, floors, runs)}"
            for house, floors in published["houses"].items()
        ),
        "architectures": _architecture_table(
            dense.get("networks", {}), runs, list(published["houses"])
        ),
        "shipped": _shipped_table(root / "models"),
        "measured": _measured(runs),
    }


def _by_house_and_config(results: Iterable[Result]) -> Runs:
    runs: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for each in results:
        runs[each["test_house"], each["config"]].append(each)
    return runs


def _crossing_table(house: str, published: Mapping[str, Mapping[str, float]], runs: Runs) -> str:
    """Returns a block of rows for each appliance: our models, the best published one, the floor."""
    rows = []
    for appliance, best in published.items():
        floor_w = None
        for (tested_in, config), results in runs.items():
            figures = [
                each["appliances"][appliance] for each in results if appliance in each["appliances"]
            ]
            if tested_in != house or not figures:
                continue
            floor_w = figures[0]["always_off_mae_w"]
            cells = [_over_seeds(figures, name, places) for name, places in _FIGURES.items()]
            rows.append([_words(appliance), f"`{config}`", str(len(figures)), *cells])
        if floor_w is None:
            rows.append([_words(appliance), NOT_MEASURED, "", *("" for _ in _FIGURES)])
            floor_w = best["always_off_mae_w"]
        quoted = [fixed(best["f1"], 3), fixed(best["mae_w"], 2)]
        rows.append([_words(appliance), "*best published*", "", *quoted, "", ""])
        rows.append([_words(appliance), "*always off*", "", "0", fixed(floor_w, 2), "1", ""])
    return table(["appliance", "model", "seeds", "F1", "MAE, W", "SAE", "ECE"], rows)


def _over_seeds(figures: Sequence[Mapping[str, float | None]], name: str, places: int) -> str:
    """Returns mean and standard deviation over the seeds for which a figure is defined."""
    values = [each[name] for each in figures]
    known = [value for value in values if value is not None]
    if not known:
        return "not defined"
    mean = fixed(statistics.fmean(known), places)
    return mean if len(known) == 1 else f"{mean} ± {fixed(statistics.stdev(known), places)}"


def _architecture_table(
    networks: Mapping[str, Mapping[str, Any]], runs: Runs, houses: Sequence[str]
) -> str:
    """Returns a row for each network that was crossed, and for each that was only timed.

    They are the same network where architecture and number of weights agree.
    """
    crossed = {config: results[0] for (_, config), results in runs.items()}
    costs = {_kind(each): each for each in reversed(networks.values())}
    rows = [
        _architecture_row(config, each, costs.get(_kind(each)), runs, houses)
        for config, each in crossed.items()
    ]
    known = {_kind(each) for each in crossed.values()}
    rows += [
        _architecture_row(name, each, each, {}, houses)
        for name, each in networks.items()
        if _kind(each) not in known
    ]
    head = ["network", "architecture", "parameters", "ms a window", "seconds a month"]
    return table([*head, *(f"mean F1, {house}" for house in houses)], rows)


def _architecture_row(
    name: str,
    network: Mapping[str, Any],
    cost: Mapping[str, Any] | None,
    runs: Runs,
    houses: Sequence[str],
) -> list[str]:
    return [
        f"`{name}`",
        f"`{network['architecture']}`",
        f"{network['weights']:,}",
        number(cost["window_ms"] if cost else None),
        number(cost["month_s"] if cost else None),
        *(fixed(_mean_f1(runs.get((house, name), ())), 3) for house in houses),
    ]


def _kind(network: Mapping[str, Any]) -> tuple[str, int]:
    return network["architecture"], network["weights"]


def _mean_f1(results: Iterable[Result]) -> float | None:
    """Returns the mean over seeds and appliances; none where no F1 is defined."""
    figures = [each for result in results for each in result["appliances"].values()]
    values = [each["f1"] for each in figures if each["f1"] is not None]
    return statistics.fmean(values) if values else None


def _shipped_table(models_dir: Path) -> str:
    """Returns a row for each model that serves, with its figures where it was tested."""
    path = models_dir / "registry.json"
    entries = json.loads(path.read_text(encoding="utf-8"))["models"] if path.exists() else []
    rows = []
    for entry in entries:
        if not entry["is_active"]:
            continue
        metrics = entry["metrics"]
        part = "test" if "f1" in metrics else "validation"
        prefix = "" if part == "test" else "validation_"
        figures = [fixed(metrics.get(prefix + name), places) for name, places in _FIGURES.items()]
        rows.append(
            [
                _words(entry["appliance_id"]),
                f"[{entry['model_id']} {entry['model_version']}](../models/{_card(entry)})",
                f"`{entry['architecture']}`",
                entry["training_data"],
                part,
                *figures,
                fixed(metrics.get(f"{prefix}always_off_mae_w"), 2),
                _reason(models_dir / _card(entry)),
            ]
        )
    head = ["appliance", "model", "architecture", "data", "part", "F1", "MAE, W", "SAE", "ECE"]
    return table([*head, "always off, W", "why this one"], rows)


def _card(entry: Mapping[str, Any]) -> str:
    return f"{entry['model_id']}-{entry['model_version']}.md"


def _reason(card: Path) -> str:
    """Returns the paragraph of a card that says why it ships; empty where it has none."""
    found = _CARD_REASON.search(card.read_text(encoding="utf-8")) if card.exists() else None
    return " ".join(found[1].split()) if found else ""


def _measured(runs: Runs) -> str:
    results = [each for several in runs.values() for each in several]
    if not results:
        return "Nothing of this is measured yet."
    days = sorted(each["measured"] for each in results)
    machines = ", ".join(sorted({each["machine"] for each in results}))
    return f"{len(results)} trainings, {days[0]} to {days[-1]} ({machines})."


def _words(appliance_id: str) -> str:
    return appliance_id.replace("_", " ")
