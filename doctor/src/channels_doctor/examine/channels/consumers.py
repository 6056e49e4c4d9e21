"""The consumer classes of a project, and what their ancestors say about them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import HARMLESS_BASES, Definition
from .api import CONSUMERS, RAW_WEBSOCKET_CONSUMERS

if TYPE_CHECKING:
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

PLAIN_CONSUMERS = "channels.consumer."
HTTP_CONSUMERS = "channels.generic.http."


def find_consumers(modules: list[Module]) -> list[Definition]:
    """Return the classes that inherit from a consumer of Channels or of the library.

    The base may be a consumer of the project, which its last name tells: an import that cannot
    be resolved, as from sources below an unknown folder, must not hide a consumer.
    """
    classes = [
        Definition(module, node) for module in modules for node in module.find_all(ast.ClassDef)
    ]
    bases = {each: _base_names(each) for each in classes}
    found = [each for each in classes if any(base.startswith(CONSUMERS) for base in bases[each])]
    added = found
    while added:
        names = {each.name for each in found}
        added = [
            each
            for each in classes
            if each not in found and any(base.split(".")[-1] in names for base in bases[each])
        ]
        found = [*found, *added]
    return found


def _base_names(cls: Definition) -> list[str]:
    return [cls.module.full_name(base) for base in cls.bases]


def is_raw_websocket_consumer(resolver: Resolver, consumer: Definition) -> bool:
    """Return whether a consumer of Channels handles handshakes and raw messages itself."""
    return any(
        base.startswith(RAW_WEBSOCKET_CONSUMERS) for base in resolver.outside_bases(consumer)
    )


def is_http_consumer(resolver: Resolver, consumer: Definition) -> bool:
    """Return whether a consumer handles requests, and no socket."""
    return any(base.startswith(HTTP_CONSUMERS) for base in resolver.outside_bases(consumer))


def have_no_websockets(resolver: Resolver, consumers: list[Definition]) -> bool:
    """Return whether there are consumers, and certainly none of them handles a WebSocket."""
    bases = {base for each in consumers for base in resolver.outside_bases(each)}
    handles_sockets = any(
        method.name.startswith("websocket_") for each in consumers for method in each.methods()
    )
    return (
        bool(bases)
        and not handles_sockets
        and all(
            base.startswith((HTTP_CONSUMERS, PLAIN_CONSUMERS)) or base in HARMLESS_BASES
            for base in bases
        )
    )


def handles_messages(resolver: Resolver, consumer: Definition) -> bool:
    """Return whether Channels itself calls the methods of a consumer with its messages."""
    bases = resolver.outside_bases(consumer)
    return any(base.startswith((*RAW_WEBSOCKET_CONSUMERS, PLAIN_CONSUMERS)) for base in bases)


def is_async_consumer(resolver: Resolver, consumer: Definition) -> bool | None:
    """Return whether Channels awaits the methods of a consumer, None if its bases do not tell."""
    bases = [
        base.split(".")[-1]
        for base in resolver.outside_bases(consumer)
        if base.startswith(("channels.generic.", "channels.consumer."))
    ]
    kinds = {base.startswith("Async") for base in bases}
    return kinds.pop() if len(kinds) == 1 else None


def is_fully_resolved(resolver: Resolver, consumer: Definition) -> bool:
    """Return whether the whole code of a consumer is visible.

    All ancestors are classes of the project, of Channels or of the library, and no decorator
    changes one.
    """
    bases = resolver.outside_bases(consumer)
    decorated = any(each.node.decorator_list for each in resolver.mro(consumer))
    return not decorated and all(
        base.startswith(CONSUMERS) or base in HARMLESS_BASES for base in bases
    )


def related_classes(
    resolver: Resolver, consumers: list[Definition], consumer: Definition
) -> Iterator[Definition]:
    """Yield a consumer with its ancestors, then the consumers that inherit from it."""
    yield from resolver.mro(consumer)
    for each in consumers:
        if consumer.full_name in {ancestor.full_name for ancestor in resolver.mro(each)}:
            yield each
