"""The pages that show results say what the results say, and what is not measured."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.tables.accuracy import accuracy_parts
from benchmarks.tables.markdown import number, table
from benchmarks.tables.pages import PAGES, fill, page_text
from benchmarks.tables.performance import performance_parts
from benchmarks.tables.results import goal_met

ROOT = Path(__file__).parents[3]
REFIT, UKDALE = "REFIT House 2", "UK-DALE House 2"


def put(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def put_result(root: Path, name: str, **fields: Any) -> None:
    result = {"name": name, "value": 1.0, "unit": "ratio", "goal": "at least 2", "detail": {}}
    stamp = {"machine": "a box", "measured": "2024-05-01"}
    put(root / "benchmarks" / "results" / f"{name}.json", {**result, **stamp, **fields})


def put_crossing(root: Path, seed: int, house: str = REFIT, **kettle: float | None) -> None:
    figures = {"f1": 0.8, "mae_w": 5.0, "sae": 0.1, "ece": 0.01, "always_off_mae_w": 22.4}
    content = {
        "config": "deep",
        "architecture": "unet",
        "test_house": house,
        "seed": seed,
        "appliances": {"kettle": {**figures, **kettle}},
        "weights": 1_234,
        "machine": "a box",
        "measured": "2024-05-01",
    }
    put(root / "benchmarks" / "results" / "accuracy" / f"deep-{house[:3]}-{seed}.json", content)


def rows_with(text: str, *words: str) -> list[str]:
    return [line for line in text.splitlines() if all(word in line for word in words)]


@pytest.mark.parametrize("name", PAGES)
def test_without_any_result_a_page_says_so(tmp_path: Path, name: str) -> None:
    assert "ot measured" in page_text(name, tmp_path)


def test_seeds_become_mean_and_standard_deviation(tmp_path: Path) -> None:
    for seed, f1 in enumerate((0.7, 0.8, 0.9)):
        put_crossing(tmp_path, seed, f1=f1, mae_w=4.0 + seed)
    [row] = rows_with(accuracy_parts(tmp_path)["crossing"], "kettle", "`deep`")
    assert (
        row
        == "| kettle | `deep` | 3 | 0.800 ± 0.100 | 5.00 ± 1.00 | 0.10 ± 0.00 | 0.0100 ± 0.0000 |"
    )


def test_a_single_seed_has_no_spread_and_a_figure_may_be_undefined(tmp_path: Path) -> None:
    put_crossing(tmp_path, 1, f1=None)
    [row] = rows_with(accuracy_parts(tmp_path)["crossing"], "kettle", "`deep`")
    assert row == "| kettle | `deep` | 1 | not defined | 5.00 | 0.10 | 0.0100 |"


def test_each_house_shows_its_own_results_beside_the_published_ones_and_the_floor(
    tmp_path: Path,
) -> None:
    put_crossing(tmp_path, 1, house=UKDALE)
    refit, ukdale = accuracy_parts(tmp_path)["crossing"].split(f"### {UKDALE}")
    assert rows_with(refit, "kettle", "not measured")
    assert rows_with(refit, "kettle", "best published", "0.811", "12.20")
    assert rows_with(refit, "kettle", "always off", "22.50")
    assert rows_with(ukdale, "kettle", "`deep`")
    assert not rows_with(ukdale, "kettle", "not measured")
    assert rows_with(ukdale, "kettle", "always off", "22.40")


def test_a_crossed_network_is_shown_with_what_it_costs(tmp_path: Path) -> None:
    put_crossing(tmp_path, 1, f1=0.5)
    put_crossing(tmp_path, 2, f1=0.7)
    networks = {
        "deep.yaml": {"architecture": "unet", "weights": 1_234, "window_ms": 2.5, "month_s": 0.75},
        "cnn": {"architecture": "cnn", "weights": 29_000_000, "window_ms": 9.0, "month_s": 1.0},
    }
    measured = [
        {"window": 9, "ratio": 60.0, "goal": 50, "dense_per_s": 6, "sliding_per_s": 0.1}
        | {"greatest_difference": 1e-7, **each}
        for each in networks.values()
    ]
    detail = {"networks": dict(zip(networks, measured, strict=True))}
    put_result(tmp_path, "dense_disaggregation", detail=detail)
    rows = accuracy_parts(tmp_path)["architectures"].splitlines()[2:]
    assert rows == [
        "| `deep` | `unet` | 1,234 | 2.5 | 0.75 | 0.600 | not measured |",
        "| `cnn` | `cnn` | 29,000,000 | 9 | 1 | not measured | not measured |",
    ]


def test_a_shipped_model_is_shown_with_its_test_figures_and_the_reason_on_its_card(
    tmp_path: Path,
) -> None:
    entry = {
        "model_id": "kettle_unet",
        "model_version": "2.0.0",
        "appliance_id": "kettle",
        "architecture": "unet",
        "training_data": "real",
        "is_active": True,
        "metrics": {"validation_f1": 0.1, "f1": 0.9, "mae_w": 4.25, "sae": 0.1, "ece": 0.001},
    }
    old = {**entry, "model_version": "1.0.0", "is_active": False}
    made = {**entry, "model_id": "made", "training_data": "synthetic"}
    made["metrics"] = {"validation_f1": 0.3}
    put(tmp_path / "models" / "registry.json", {"models": [old, entry, made]})
    (tmp_path / "models" / "kettle_unet-2.0.0.md").write_text(
        "# Kettle\n\n## Why this one\nThe best F1\nin both houses.\n\n## Limits\n- none\n"
    )
    shown = accuracy_parts(tmp_path)["shipped"]
    [row] = rows_with(shown, "kettle_unet 2.0.0")
    assert "| real | test | 0.900 | 4.25 | 0.10 | 0.0010 | not measured |" in row
    assert row.endswith("| The best F1 in both houses. |")
    assert rows_with(shown, "made", "synthetic", "validation", "0.300")
    assert not rows_with(shown, "1.0.0")


def test_every_benchmark_is_listed_with_its_purpose_also_before_it_was_run(tmp_path: Path) -> None:
    script = tmp_path / "benchmarks" / "quick.py"
    script.parent.mkdir()
    script.write_text('"""How quick\nit is.\n\nMore.\n"""\n')
    put_result(tmp_path, "slow", value=1_234.5, unit="ms", goal="at most 2,000 ms")
    summary = performance_parts(tmp_path)["summary"]
    assert rows_with(summary, "`quick`", "How quick it is.", "not measured")
    assert rows_with(summary, "`slow`", "1,234 ms", "at most 2,000 ms", "yes", "2024-05-01")


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        ("at least 0.85", 0.85, True),
        ("at least 0.85", 0.84, False),
        ("at most 6", 6.1, False),
        ("under 400 MB", 400, False),
        ("under 400 MB", 399, True),
        ("at least 150,000/s", 150_001, True),
        ("60", 53.3, False),
        ("at most 2, and p95 under 30 ms", 1, None),
        ("ahead of each in every column", 1, None),
    ],
)
def test_a_goal_of_one_clause_is_compared_with_the_value(
    goal: str, value: float, met: bool | None
) -> None:
    assert goal_met({"goal": goal, "value": value}) is met


def test_what_a_result_says_of_its_goal_counts() -> None:
    assert goal_met({"goal": "at least 1; 2 for others", "value": 5, "met": False}) is False


def test_peers_stand_side_by_side(tmp_path: Path) -> None:
    row = {"server": "this", "version": "0.1", "callers": 1, "batch": 1, "windows_per_s": 40.4}
    row |= {"p50_ms": 20.1, "p99_ms": 31.4, "failed_calls": 0}
    silent = {"windows_per_s": 0.0, "p50_ms": None, "p99_ms": None, "failed_calls": 7}
    rows = [row, {**row, "server": "that", "callers": 128}, {**row, **silent, "callers": 128}]
    put_result(tmp_path, "peers", rows=rows, value=None, detail={"like_for_like": "All alike"})
    shown = performance_parts(tmp_path)["peers"].splitlines()
    assert shown[0] == "| callers | windows a call | this 0.1 | that 0.1 |"
    assert shown[2:] == [
        "| 1 | 1 | 40.4/s (20, 31 ms) | not measured |",
        "| 128 | 1 | no answer, 7 failed | 40.4/s (20, 31 ms) |",
        "",
        "- All alike.",
    ]


def test_a_place_without_a_part_and_a_part_without_a_place_are_named() -> None:
    assert fill("a\n{{one}}\nb", {"one": "1"}) == "a\n1\nb"
    with pytest.raises(ValueError, match="one, two"):
        fill("{{one}}", {"two": "2"})


def test_numbers_are_short() -> None:
    shown = [number(each) for each in (0.0, 0.123456, 12.0, 12.345, 123_456.7, None)]
    assert shown == ["0", "0.123", "12", "12.3", "123,457", "not measured"]
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n|---|---|\n| 1 | 2 |"


def test_the_check_names_a_page_that_is_behind_and_writing_mends_it(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    shutil.copytree(ROOT / "models", tmp_path / "models", ignore=shutil.ignore_patterns("*.saf*"))

    def run(*flags: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "benchmarks.tables", "--root", str(tmp_path), *flags],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            cwd=ROOT,
        )

    assert run().returncode == 0
    assert run("--check").returncode == 0
    put_crossing(tmp_path, 1)
    behind = run("--check")
    assert behind.returncode == 1
    assert "docs/accuracy.md" in behind.stderr
    assert "docs/performance.md" not in behind.stderr
    assert run().returncode == 0
    assert run("--check").returncode == 0
