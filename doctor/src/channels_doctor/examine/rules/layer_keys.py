"""A key in `CHANNEL_LAYERS` is misspelt."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding
from ..python.literal_values import is_complete

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "channels.exceptions.InvalidChannelLayerError: No BACKEND specified for default"

KEYS = ["BACKEND", "CONFIG", "TEST_CONFIG"]


def check(project: Project) -> Iterator[Finding]:
    """Find layers without BACKEND, misspelt keys, and a misspelt alias `default`."""
    setting = project.settings["CHANNEL_LAYERS"]
    layers = setting.mapping
    if not is_complete([*layers]):
        return
    for message, fix in [*_aliases(layers), *_keys(layers)]:
        yield Finding(message, setting.location, fix, depth=setting.depth)


def _aliases(layers: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    near = get_close_matches(
        "default", [each for each in layers if isinstance(each, str)], n=1, cutoff=0.8
    )
    if "default" not in layers and near:
        message = (
            f'`CHANNEL_LAYERS` has the alias "{near[0]}" but no "default", so'
            ' `get_channel_layer()` returns None. Write "default".'
        )
        yield message, f'-    "{near[0]}": {{\n+    "default": {{'


def _keys(layers: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    for alias, layer in layers.items():
        if not isinstance(layer, dict) or not is_complete([*layer]):
            continue
        names = [each for each in layer if isinstance(each, str)]
        for key in KEYS:
            near = get_close_matches(key, sorted(set(names) - set(KEYS)), n=1, cutoff=0.8)
            if key not in names and near:
                wrong = near[0]
                message = f'The layer "{alias}" has the key "{wrong}", which nothing reads.'
                fix = f'-        "{wrong}": …\n+        "{key}": …'
                yield f'{message} Write "{key}".', fix
            elif key == "BACKEND" and key not in names:
                message = f'The layer "{alias}" has no "BACKEND", so every use of it fails.'
                fix = '+        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",'
                yield f"{message} Add the class.", fix
