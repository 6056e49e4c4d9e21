"""A key in `CHANNEL_LAYERS` is wrong or missing."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import GET_CHANNEL_LAYER
from ..channels.layer_calls import no_layer
from ..channels.unported_code import has_code_for_channels_1, is_for_channels_1
from ..diffs import changed_line, file_line, item_diff, line_diff
from ..finding import Finding
from ..packages.installs import lacks_channels
from ..python.literal_values import is_complete
from ..settings.deployed_settings import settings_named
from ..settings.environment_reads import is_text
from ..settings.item_location import item_location, item_pair, item_value
from ..settings.layer_config import CORE, redis_layer
from ..settings.layer_option_fixes import is_alone, moved_diff
from ..settings.layer_schema import KEYS, NO_BACKEND, KeyFault, layer_faults
from ..settings.redis_servers import REFUSED

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = f"{NO_BACKEND}default"

NO_LIST = "ValueError: symmetric_encryption_keys must be a list of possible keys"
CONFIG = "CONFIG"
ENCRYPTION_KEYS = "symmetric_encryption_keys"
# Options that must not be text, what to write, and the error.
TEXTS = (
    (ENCRYPTION_KEYS, "[…]", NO_LIST),
    ("capacity", "int(…)", "TypeError: '<=' not supported between instances of 'str' and 'int'"),
    ("group_expiry", "int(…)", "TypeError: unsupported operand type(s) for -: 'int' and 'str'"),
)
NO_DICTIONARY = "AttributeError: 'str' object has no attribute 'get'"


def check(project: Project) -> Iterator[Finding]:
    """Find wrong aliases, wrong keys of a layer, and options that its class does not take."""
    if is_for_channels_1(project) or has_code_for_channels_1(project) or lacks_channels(project):
        return
    for setting in settings_named(project, "CHANNEL_LAYERS"):
        layers = setting.mapping
        if is_complete([*layers]):
            yield from _aliases(project, setting)
            for alias in layers:
                yield from _in_layer(project, setting, alias)


def _in_layer(project: Project, setting: Setting, alias: Any) -> Iterator[Finding]:
    layer = setting.mapping[alias]
    if alias == CONFIG:
        yield from _beside_its_layer(project, setting)
    elif isinstance(layer, dict):
        faults = [*layer_faults(alias, layer), *_texts(project, setting, alias)]
        yield from (_finding(project, setting, fault) for fault in faults)


def _beside_its_layer(project: Project, setting: Setting) -> Iterator[Finding]:
    """Find the options of a layer of Redis beside that layer, and not in it."""
    default = setting.mapping.get("default")
    backend = str(default.get("BACKEND")) if isinstance(default, dict) else ""
    if "redis" in backend.lower():
        message = (
            '"CONFIG" is beside the layer "default" and not in it, so nothing reads it. Move it'
            " into the layer."
        )
        location = item_location(project, setting, CONFIG)
        fix = '"default": {"BACKEND": …, "CONFIG": {…}}'
        yield Finding(message, location, fix, depth=setting.depth, symptom=REFUSED)


def _texts(project: Project, setting: Setting, alias: str) -> Iterator[KeyFault]:
    """Find options that are text where the layer needs a number, or a list of keys."""
    is_core = setting.mapping[alias].get("BACKEND") in CORE
    for name, right, symptom in TEXTS:
        path = (alias, "CONFIG", name)
        found = item_value(project, setting, *path)
        if found and is_text(*found) and (is_core or name == ENCRYPTION_KEYS):
            yield KeyFault(path, "it is one text", f'Write "{name}": {right}', symptom=symptom)


def _finding(project: Project, setting: Setting, fault: KeyFault) -> Finding:
    location = item_location(project, setting, *fault.path)
    alias, name = fault.path[0], fault.path[-1]
    if len(fault.path) == 1:
        message = f'The layer "{alias}" has no "BACKEND", so every use of it fails. Add the class.'
        line, item = file_line(project, location), f'"BACKEND": "{redis_layer(project)}"'
        fix = f" {line}\n+    {item}," if line.endswith("{") else item
        return Finding(message, location, fix, depth=setting.depth)
    where = "layer" if len(fault.path) == len(("alias", "key")) else '"CONFIG" of the layer'
    message = f'The {where} "{alias}" has the key "{name}", and {fault.effect}. {fault.right}.'
    fix = _fix(project, setting, fault)
    return Finding(message, location, fix, fault.severity, setting.depth, fault.symptom)


def _fix(project: Project, setting: Setting, fault: KeyFault) -> str:
    """Return the change of the key, of the item, or its removal; else the right key as text."""
    verb, _, right = fault.right.partition(" ")
    found = item_pair(project, setting, *fault.path)
    if found is None or not isinstance(found[1], ast.Constant):
        return right if verb == "Write" else f"{fault.right}."
    module, key, value = found
    if fault.host or verb == "Move":
        return moved_diff(project, setting, fault) or f"{fault.right}."
    if verb != "Write":
        line = module.source_line(key)
        return changed_line(line, "") if is_alone(*found) else f"{fault.right}."
    has_list = "[…]" in right
    before, _, after = right.partition("[…]") if has_list else (f"{right}: ", "", "")
    if has_list and not isinstance(value, ast.List):
        before, after = f"{before}[", f"]{after}"
    if right.endswith("int(…)"):
        before, after = right[: -len("…)")], ")"
    return item_diff(module, key, value, before, after)


def _aliases(project: Project, setting: Setting) -> Iterator[Finding]:
    """Find layers without an alias, and that the code uses a default layer that is not there."""
    layers = setting.mapping
    wrong = next((each for each in layers if not isinstance(layers[each], dict)), None)
    if set(layers) & set(KEYS) and isinstance(layers.get("BACKEND"), str):
        message = (
            "`CHANNEL_LAYERS` has the keys of a layer, but no alias. Write"
            ' {"default": {"BACKEND": …}}.'
        )
        location = item_location(project, setting, "BACKEND")
        yield Finding(
            message, location, '{"default": {…}}', depth=setting.depth, symptom=no_layer(project)
        )
    elif isinstance(wrong, str) and isinstance(layers[wrong], str):
        message = f'The layer "{wrong}" is no dictionary. Write {{"BACKEND": …}}.'
        location = item_location(project, setting, wrong)
        class_name = f'"{layers[wrong]}"'
        fix = line_diff(project, location, class_name, f'{{"BACKEND": {class_name}}}')
        yield Finding(message, location, fix, depth=setting.depth, symptom=NO_DICTIONARY)
    elif layers and "default" not in layers and all(isinstance(each, str) for each in layers):
        yield from _without_default(project, setting, [*layers])


def _without_default(project: Project, setting: Setting, aliases: list[Any]) -> Iterator[Finding]:
    similar = get_close_matches("default", [each.strip().lower() for each in aliases], 1, 0.8)
    wrong = next((each for each in aliases if each.strip().lower() in similar), None)
    if wrong is None and _uses_default(project):
        wrong = aliases[0]
    if wrong is not None:
        message = (
            f'`CHANNEL_LAYERS` has the alias "{wrong}" but no "default", so'
            ' `get_channel_layer()` returns None. Write "default".'
        )
        location = item_location(project, setting, wrong)
        fix = line_diff(project, location, f'"{wrong}"', '"default"')
        yield Finding(message, location, fix, depth=setting.depth, symptom=no_layer(project))


def _uses_default(project: Project) -> bool:
    """Return whether the code uses the layer without naming an alias anywhere."""
    names = (node.id for _, node in project.find_all(ast.Name))
    if "channel_layer_alias" in names:
        return False
    calls = [call for _, call in project.calls(GET_CHANNEL_LAYER)]
    if any(call.args or call.keywords for call in calls):
        return False
    return bool(calls) or any(project.layer_uses())
