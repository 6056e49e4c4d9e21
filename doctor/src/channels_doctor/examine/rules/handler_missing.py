"""No consumer handles the type of a message."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Iterator

from ..browser.pages import only_listens
from ..channels.api import BUILT_IN_HANDLERS, LIBRARY
from ..channels.consumers import is_fully_resolved
from ..channels.foreign_consumers import serves_foreign_consumers
from ..channels.handlers import handled_types
from ..channels.layer_calls import LayerCall, layer_calls, message_type
from ..channels.message_changes import added_type
from ..channels.worker_channels import is_for_no_worker
from ..finding import Finding
from ..message_values.joined_groups import joined_groups, unjoined_group
from ..message_values.message_types import Text, type_texts
from ..message_values.returned_messages import returned_dicts
from ..python.expressions import dict_items, is_variable, last_name, string_value
from ..python.modules import FUNCTIONS
from ..python.source_text import source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "ValueError: No handler for message type"

NO_TYPE = "ValueError: Incoming message has no 'type' attribute"
UNDERSCORE = "ValueError: Malformed type in message (leading underscore)"
RECEIVING = {"receive", "receive_json", "websocket_receive"}
DYNAMIC_NAMES = ("dispatch", "__getattr__", "__getattribute__", "setattr", "locals", "vars")


def check(project: Project) -> Iterator[Finding]:
    """Find literal types without a method, in projects whose consumers are all known."""
    handlers = _handlers(project)
    received, joined = _received_elsewhere(project), joined_groups(project)
    for call in layer_calls(project, "group_send", "send") if handlers else []:
        joins = joined if call.method == "group_send" else None
        is_unjoined = joins is not None and unjoined_group(project, call, joins)
        if call.method in received or is_unjoined or is_for_no_worker(project, call):
            continue
        if not _answers_nobody(project, call):
            yield from _in_message(project, call, handlers)


def _in_message(project: Project, call: LayerCall, handlers: set[str]) -> Iterator[Finding]:
    yield from _without_type(call, returned_dicts(project, call), handled_types(project))
    if isinstance(call.message, ast.Dict):
        for text in _checked_types(project, call):
            yield from _with_type(call, text, handlers, _effect(project))


def _answers_nobody(project: Project, call: LayerCall) -> bool:
    """Return whether a call is in a method for messages of clients, and the pages send none."""
    function = call.module.nearest_function(call.node)
    return function is not None and function.name in RECEIVING and only_listens(project)


def _received_elsewhere(project: Project) -> set[str]:
    """Return the methods whose messages code other than a consumer may receive."""
    if not any(layer_calls(project, "receive")):
        return set()
    consumers = {each.node for each in project.consumers}
    adds = layer_calls(project, "group_add")
    is_added = any(not consumers & {*each.module.enclosing_nodes(each.node)} for each in adds)
    return {"send", "group_send"} if is_added else {"send"}


def _effect(project: Project) -> str:
    """Return the effect of an unknown type: consumers of the library log it, others fail."""
    bases = [base for each in project.consumers for base in project.resolver.outside_bases(each)]
    if all(base.startswith(LIBRARY) for base in bases):
        return "each receiver only logs it"
    return "each receiver is closed with 1011"


def _without_type(call: LayerCall, returned: list[ast.Dict], types: list[str]) -> Iterator[Finding]:
    message: Any = call.message
    displays = returned or ([message] if isinstance(message, ast.Dict) else [])
    if displays and not any(map(_may_have_type, displays)):
        problem = f"`{call.method}()` sends a message without a type, which every consumer refuses."
        fix = added_type(source_text(call.module, message), bool(returned), types)
        yield Finding(problem, call.module.location(message), fix, symptom=NO_TYPE)


def _may_have_type(message: ast.Dict) -> bool:
    """Return whether a display has a type, or a key that is unknown."""
    is_literal = all(isinstance(key, str) and key for key, _ in dict_items(message))
    return message_type(message) is not None or not message.keys or not is_literal


def _with_type(call: LayerCall, found: Text, handlers: set[str], effect: str) -> Iterator[Finding]:
    name = _method_name(found)
    if name.startswith("_"):
        problem = (
            f'`{call.method}()` sends the type "{found.text}". A consumer refuses a type that'
            " starts with an underscore."
        )
        fix = _changed_type(found, found.text.lstrip("._"))
        yield Finding(problem, found.module.location(found.node), fix, symptom=UNDERSCORE)
    elif name and name not in handlers:
        yield _unhandled(call, found, handlers, effect)


def _unhandled(call: LayerCall, found: Text, handlers: set[str], effect: str) -> Finding:
    name = _method_name(found)
    problem = (
        f'`{call.method}()` sends the type "{found.text}", but no consumer has a method'
        f" `{name}()`: {effect}. Add the method."
    )
    known = [each for each in sorted(handlers - BUILT_IN_HANDLERS) if not each.startswith("_")]
    near = get_close_matches(name, known, n=1, cutoff=0.9)
    fix = _changed_type(found, near[0]) if near else f"async def {name}(self, event): …"
    place = found.module.location(found.node)
    return Finding(problem, place, fix, symptom=f"{SYMPTOM} {found.text}", cause=(found.text,))


def _method_name(found: Text) -> str:
    return found.text.replace(".", "_")


def _changed_type(found: Text, right: str) -> str:
    """Return the change of a type, in words where a constant or an f-string has it."""
    if string_value(found.node) == found.text:
        return f'-"type": "{found.text}"\n+"type": "{right}"'
    return f'Let `{source_text(found.module, found.node)}` give the type "{right}".'


def _handlers(project: Project) -> set[str]:
    """Return the method names of all consumers, nothing when some methods are unknown."""
    is_complete = not project.unparsed_files and not serves_foreign_consumers(project)
    if not all(is_fully_resolved(project.resolver, each) for each in project.consumers):
        is_complete = False
    classes = [cls for each in project.consumers for cls in project.resolver.mro(each)]
    if not classes or not is_complete or any(each.uses_name(*DYNAMIC_NAMES) for each in classes):
        return set()
    return BUILT_IN_HANDLERS | {name for each in classes for name in _attributes(each)}


def _checked_types(project: Project, call: LayerCall) -> Iterator[Text]:
    """Yield the types of a call, without those whose method other code sets on a consumer."""
    names = _assigned_names(project)
    yield from (each for each in type_texts(project, call) if _method_name(each) not in names)


@lru_cache(maxsize=1)
def _assigned_names(project: Project) -> set[str]:
    """Return the attributes that code sets on other objects than `self`, such as a consumer."""
    return {
        target.attr
        for _, statement in project.find_all(ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Attribute) and not is_variable(target.value, "self")
    }


def _attributes(cls: Definition) -> Iterator[str]:
    for node in ast.walk(cls.node):
        if isinstance(node, FUNCTIONS):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from map(last_name, node.targets)
