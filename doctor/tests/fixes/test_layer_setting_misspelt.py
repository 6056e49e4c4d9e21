"""A misspelt CHANNEL_LAYERS is renamed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fixes import FORMS, NOWHERE, STEADY, fixed, forms, line_of, noise, skipped

from channels_doctor.fixes.fix_file import fix_file


@pytest.mark.slow
@STEADY
@given(
    st.sampled_from(["CHANNELS_LAYERS", "CHANNEL_LAYER", "CHANEL_LAYERS", "channel_layers"]),
    noise,
    noise,
    forms,
)
def test_a_misspelt_name_is_replaced_in_the_whole_file(name, above, below, form):
    uses = f'{name}: dict = {{"a": {{}}}}\n{name}["a"] |= f({name}=1)\n{name}.update(x.{name})'
    text = f"{above}{uses}  # {name}\n{below}"
    before = FORMS[form](text)
    line = line_of(before, name.encode())
    after = fixed("layer-setting-misspelt", before, line)
    right = (
        text.replace(f"({name}=", "(KEYWORD=")
        .replace(f"x.{name}", "ATTRIBUTE")
        .replace(f"# {name}", "COMMENT")
    )
    right = right.replace(name, "CHANNEL_LAYERS").replace("COMMENT", f"# {name}")
    assert after == FORMS[form](
        right.replace("ATTRIBUTE", f"x.{name}").replace("(KEYWORD=", f"({name}=")
    )
    assert (
        fix_file(NOWHERE, "settings.py", after, [("layer-setting-misspelt", line)]).after == after
    )


@pytest.mark.parametrize(
    "more",
    [
        "CHANNEL_LAYERS = {}",
        '__all__ = ["CHANNEL_LAYER"]',
        "def f(CHANNEL_LAYER): ...",
        "def f():\n    CHANNEL_LAYER = 1",
    ],
)
def test_an_ambiguous_misspelt_name_is_not_fixed(more):
    assert skipped("layer-setting-misspelt", f"CHANNEL_LAYER = {{}}\n{more}\n").endswith(".")


def test_a_misspelt_name_that_another_file_uses_is_not_fixed(tmp_path):
    (tmp_path / "other.py").write_text("CHANNEL_LAYER = {}\n")
    assert fixed("layer-setting-misspelt", "CHANNEL_LAYER = {}\n", root=tmp_path)
    (tmp_path / "other.py").write_text("from .base import CHANNEL_LAYER\n")
    assert (
        skipped("layer-setting-misspelt", "CHANNEL_LAYER = {}\n", root=tmp_path)
        == "other.py uses CHANNEL_LAYER, too."
    )
