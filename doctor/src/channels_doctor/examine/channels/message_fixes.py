"""The fix of a message without a type of its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import constant_value, dict_items
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..python.modules import Module
    from .layer_calls import LayerCall

EXAMPLE = "chat.message"
OR = '" or "'


def added_type(message: str, is_returned: bool, types: list[str]) -> str:
    """Return a message with the type of the only handler, else the types of all of them."""
    if len(types) > 1:
        return f'Add a "type" that says which method is to handle it: "{OR.join(types)}".'
    kind = types[0] if types else EXAMPLE
    if is_returned:
        return f'{{"type": "{kind}", **{message}}}'
    return f'type="{kind}",' if message.startswith("dict(") else f'"type": "{kind}",'


def with_type(call: LayerCall, kind: str, chosen: ast.AST) -> str:
    """Return the message of a call with a type of its own, where a client has chosen it."""
    message = call.message
    if not isinstance(message, ast.Dict):
        return f'{{**{source_text(call.module, message)}, "type": "{kind}"}}' if message else ""
    if any(key is not None and value is chosen for key, value in dict_items(message)):
        return replacement_diff(call.module, chosen, f'"{kind}"')
    items = [*_other_items(call.module, message), f'"type": "{kind}"']
    return f"{{{', '.join(items)}}}"


def _other_items(module: Module, message: ast.Dict) -> Iterator[str]:
    """Yield the source of the items of a message, without its types."""
    for key, value in zip(message.keys, message.values):
        text = source_text(module, value)
        if key is None:
            yield f"**{text}"
        elif constant_value(key) != "type":
            yield f"{source_text(module, key)}: {text}"
