"""The examples of `docs/training.md` are configs that would be accepted."""

import re
from pathlib import Path

import pytest
import yaml

from nilm_trainer.config import Data
from nilm_trainer.formats import read_format
from nilm_trainer.readers.registry import READERS

PAGE = Path("docs/training.md").read_text(encoding="utf-8").partition("## Data of your own")[2]
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE.partition("\n## ")[0], re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_sound(text: str) -> None:
    content = yaml.safe_load(text)
    assert list(content) in (["data"], ["format"])
    if "data" in content:
        assert Data.model_validate(content["data"]).houses
    else:
        assert read_format(yaml.safe_dump(content["format"])).name in READERS


def test_every_form_but_the_shared_one_has_an_example() -> None:
    shown = [content["format"] for content in map(yaml.safe_load, EXAMPLES) if "format" in content]
    names = {form if isinstance(form, str) else form["name"] for form in shown}
    assert names == set(READERS) - {"parquet"}
