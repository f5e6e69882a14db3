import subprocess
import sys

import pytest
from click.testing import CliRunner

from nilm_cli.main import COMMANDS, group


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from nilm_cli.main import group\n"
        "try: group(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'grpc', 'pyarrow'} & set(sys.modules)))\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert shown.rstrip().endswith("[]")
    for name in COMMANDS:
        assert f"\n  {name} " in shown


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_of_the_table_is_there(name: str) -> None:
    result = CliRunner().invoke(group, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(group, ["upp"])
    assert result.exit_code == 2
    assert "No such command" in result.output
