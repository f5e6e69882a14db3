"""`nilm evaluate`, `nilm models` and `nilm train`, as far as they need no server."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from nilm_cli.commands.evaluate import command as evaluate
from nilm_cli.commands.models import command as models
from nilm_cli.commands.train import command as train
from nilm_models.registry import read_registry
from tests.support.small_models import add_model
from tests.unit.cli.made_file import write_household

MODELS = Path("models")
FIGURES = {"f1", "mae_w", "sae", "always_off_mae_w", "minutes"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_household(tmp_path / "made.parquet", days=2)


@pytest.fixture
def copied_models(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS, tmp_path / "models"))


def test_evaluate_prints_the_figures_of_the_shipped_models(file: Path) -> None:
    result = CliRunner().invoke(evaluate, [str(file), "--json"])
    assert result.exit_code == 0, result.output
    scores = json.loads(result.stdout)
    assert set(scores) == {"kettle"}
    assert set(scores["kettle"]) == FIGURES
    assert scores["kettle"]["f1"] > 0.8
    assert scores["kettle"]["mae_w"] < scores["kettle"]["always_off_mae_w"]


def test_evaluate_prints_a_table_for_people(file: Path) -> None:
    result = CliRunner().invoke(evaluate, [str(file)])
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["appliance", "kettle"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.parquet"], "no such file"),
        (["{file}", "--appliance", "sauna"], "sauna"),
        (["{file}", "--models-dir", "nowhere"], "no model registry"),
        (["{file}", "--format", "ukdale"], "no such folder"),
        (["{file}", "--format", "{{name: refit}}"], "format.refit.appliances"),
        (["{file}", "--format", "{{"], "neither a name nor YAML"),
    ],
)
def test_evaluate_says_what_is_wrong_in_one_line(
    file: Path, arguments: list[str], words: str
) -> None:
    result = CliRunner().invoke(evaluate, [each.format(file=file) for each in arguments])
    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_models_list_has_a_row_a_model() -> None:
    entries = read_registry(MODELS)
    result = CliRunner().invoke(models, ["list"])
    assert result.exit_code == 0, result.output
    rows = result.stdout.splitlines()[1:]
    assert [row.split()[0] for row in rows] == [entry.model_id for entry in entries]


def test_models_list_as_json_is_the_registry() -> None:
    result = CliRunner().invoke(models, ["list", "--json"])
    assert json.loads(result.stdout) == json.loads((MODELS / "registry.json").read_text())["models"]


def test_models_verify_passes_the_shipped_models() -> None:
    result = CliRunner().invoke(models, ["verify"])
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == len(read_registry(MODELS))


def test_models_verify_names_a_damaged_file_and_checks_the_others(copied_models: Path) -> None:
    first, *others = read_registry(copied_models)
    weights = copied_models / first.artifact_path
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    result = CliRunner().invoke(models, ["verify", "--models-dir", str(copied_models)])
    assert result.exit_code == 1
    assert f"{first.model_id} {first.model_version}" in result.stderr
    assert "checksum" in result.stderr
    sound = [each for each in others if each.artifact_path != first.artifact_path]
    assert len(result.stdout.splitlines()) == len(sound)


def test_models_verify_names_a_wrong_shape(copied_models: Path) -> None:
    registry = copied_models / "registry.json"
    content = json.loads(registry.read_text())
    content["models"][0]["input_window_size"] += 2
    registry.write_text(json.dumps(content))
    result = CliRunner().invoke(models, ["verify", "--models-dir", str(copied_models)])
    assert result.exit_code == 1
    assert content["models"][0]["model_id"] in result.stderr


def test_models_verify_refuses_a_folder_without_a_registry(tmp_path: Path) -> None:
    result = CliRunner().invoke(models, ["verify", "--models-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "no model registry" in result.stderr


def test_train_says_what_is_wrong_with_a_config(tmp_path: Path) -> None:
    config = tmp_path / "bad.yaml"
    config.write_text("model_id: kettle\n")
    result = CliRunner().invoke(
        train, [str(config), "--models-dir", str(tmp_path), "--runs-dir", str(tmp_path / "runs")]
    )
    assert result.exit_code == 1
    assert "bad.yaml" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give a CONFIG, or --since-last"),
        (["run.yaml", "--building", "Home"], "--building and --appliance are for --since-last"),
        (["--since-last"], "needs --email or NILM_EMAIL"),
    ],
)
def test_train_says_which_options_go_together(arguments: list[str], words: str) -> None:
    result = CliRunner(env={"NILM_EMAIL": ""}).invoke(train, arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_retraining_names_an_appliance_without_a_model(tmp_path: Path) -> None:
    add_model(tmp_path, "kettle")
    arguments = ["--since-last", "--models-dir", str(tmp_path), "--appliance", "dishwasher"]
    account = {"NILM_EMAIL": "ann@example.org", "NILM_PASSWORD": "made-up password"}
    result = CliRunner(env=account).invoke(train, arguments)
    assert result.exit_code == 1
    assert "dishwasher" in result.output
    assert "has no active model" in result.output
