"""No consumer handles the type of a message."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Iterator

from ..browser.pages import only_listens
from ..channels.api import BUILT_IN_HANDLERS, LIBRARY
from ..channels.consumers import is_async_consumer
from ..channels.handler_names import known_handler_names, names_set_elsewhere
from ..channels.handlers import handled_types
from ..channels.layer_calls import LayerCall, layer_calls, message_type
from ..channels.message_fixes import added_type
from ..channels.worker_channels import is_for_no_worker
from ..finding import Finding
from ..message_values.group_members import Deaf, deaf_members
from ..message_values.joined_groups import joined_groups, unjoined_group
from ..message_values.message_types import Text, type_texts
from ..message_values.returned_messages import returned_dicts
from ..python.expressions import dict_items, string_value
from ..python.source_text import source_text
from ..reachability.locations import is_reached

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "ValueError: No handler for message type"

NO_TYPE = "ValueError: Incoming message has no 'type' attribute"
UNDERSCORE = "ValueError: Malformed type in message (leading underscore)"
RECEIVING = {"receive", "receive_json", "websocket_receive"}


def check(project: Project) -> Iterator[Finding]:
    """Find literal types without a method, in projects whose consumers are all known."""
    handlers = known_handler_names(project)
    received, joined = _received_elsewhere(project), joined_groups(project)
    for call in layer_calls(project, "group_send", "send") if handlers else []:
        joins = joined if call.method == "group_send" else None
        is_unjoined = joins is not None and unjoined_group(project, call, joins)
        if call.method in received or is_unjoined or is_for_no_worker(project, call):
            continue
        if not _answers_nobody(project, call):
            yield from _in_message(project, call, handlers)
    for each in deaf_members(project) if handlers else ():
        if is_reached(project, *each.call.module.location(each.call.node)):
            yield _of_member(project, each)


def _in_message(project: Project, call: LayerCall, handlers: set[str]) -> Iterator[Finding]:
    yield from _without_type(call, returned_dicts(project, call), handled_types(project))
    if isinstance(call.message, ast.Dict):
        for text in type_texts(project, call):
            if _method_name(text) not in names_set_elsewhere(project):
                effect = _effect(project, project.consumers)
                yield from _with_type(call, text, handlers, effect)


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


def _effect(project: Project, consumers: list[Definition]) -> str:
    """Return the effect of an unknown type: consumers of the library log it, others fail."""
    bases = [base for each in consumers for base in project.resolver.outside_bases(each)]
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


def _of_member(project: Project, deaf: Deaf) -> Finding:
    """Return the finding of a consumer in a group that others handle a message for."""
    sent, name = deaf.call.module.location(deaf.call.node), deaf.handler
    problem = (
        f'`{deaf.consumer.name}` joins a group that gets the type "{deaf.text}" ({sent}), without'
        f" a method `{name}()`: {_effect(project, [deaf.consumer])}. Add the method."
    )
    is_async = is_async_consumer(project.resolver, deaf.consumer) is not False
    fix = f"{'async ' if is_async else ''}def {name}(self, event): …"
    symptom = f"{SYMPTOM} {deaf.text}"
    cause = (deaf.consumer.full_name,)
    return Finding(problem, deaf.place, fix, symptom=symptom, cause=cause)


def _method_name(found: Text) -> str:
    return found.text.replace(".", "_")


def _changed_type(found: Text, right: str) -> str:
    """Return the change of a type, in words where a constant or an f-string has it."""
    if string_value(found.node) == found.text:
        return f'-"type": "{found.text}"\n+"type": "{right}"'
    return f'Let `{source_text(found.module, found.node)}` give the type "{right}".'
