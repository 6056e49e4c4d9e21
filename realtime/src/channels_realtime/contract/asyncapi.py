"""The contract as an AsyncAPI 3 document, from the server's side: it receives what clients send."""

import inspect
import json
import re
from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import Any, get_origin

from channels_realtime.conf import conf
from channels_realtime.contract.declarations import (
    MessageType,
    accepted_types,
    all_types,
    is_typed,
    sent_types,
)
from channels_realtime.contract.routes import Channel
from channels_realtime.contract.schemas import REFERENCE, describe_types
from channels_realtime.messages import CloseCode

VERSION = "3.0.0"

Object = dict[str, Any]


def to_asyncapi(channels: Sequence[Channel]) -> str:
    """Return the document of the channels, as JSON. Raise ImproperlyConfigured."""
    document = describe(channels)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def describe(channels: Sequence[Channel]) -> Object:
    """Return the AsyncAPI document of the channels. Raise ImproperlyConfigured."""
    names, schemas = describe_types(all_types(each.consumer for each in channels))
    by_id = dict(zip(channel_ids(channels), channels, strict=True))
    return {
        "asyncapi": VERSION,
        "info": {"title": conf.CONTRACT_TITLE, "version": conf.CONTRACT_VERSION},
        "defaultContentType": "application/json",
        "channels": {key: describe_channel(each, names) for key, each in by_id.items()},
        "operations": {
            f"{key}.{action}": describe_operation(key, action, [names[each] for each in types])
            for key, channel in by_id.items()
            for action, types in operations(channel).items()
        },
        "components": {
            "messages": {
                name: describe_message(each, name)
                for each, name in sorted(names.items(), key=lambda item: item[1])
            },
            "schemas": schemas,
        },
    }


def channel_ids(channels: Sequence[Channel]) -> list[str]:
    """Return an id for each channel, from its address: "ws.chat.room" for "/ws/chat/{room}/"."""
    ids: list[str] = []
    for channel in channels:
        base = ".".join(re.findall(r"[\w-]+", channel.address, re.ASCII)) or "root"
        candidates = chain([base], (f"{base}-{number}" for number in count(2)))
        ids.append(next(each for each in candidates if each not in ids))
    return ids


def operations(channel: Channel) -> dict[str, list[MessageType]]:
    """Return what the server does with the messages of a channel, if they are declared."""
    found = {"receive": accepted_types(channel.consumer), "send": sent_types(channel.consumer)}
    return {action: types for action, types in found.items() if types}


def describe_channel(channel: Channel, names: dict[MessageType, str]) -> Object:
    """Return the Channel Object of a channel."""
    parameters = {
        name: {"description": f"Matches {regex}"} if regex else {}
        for name, regex in channel.parameters.items()
    }
    found = {names[each] for types in operations(channel).values() for each in types}
    messages = {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(found)}
    return {
        "address": channel.address,
        **describe_consumer(channel.consumer),
        **({"parameters": parameters} if parameters else {}),
        **({"messages": messages} if messages else {}),
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
    }


def describe_consumer(consumer: type | None) -> Object:
    """Return the title of a channel, and its description if the consumer has one."""
    if consumer is None:
        return {}
    doc = inspect.cleandoc(consumer.__doc__ or "")
    if is_typed(consumer) and consumer.login_required:
        doc = f"{doc}\n\nAnonymous clients are closed with {CloseCode.LOGIN_REQUIRED:d}.".strip()
    return {"title": consumer.__name__, **({"description": doc} if doc else {})}


def describe_operation(channel: str, action: str, names: Iterable[str]) -> Object:
    """Return the Operation Object of a channel's messages in one direction."""
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in sorted(names)],
    }


def describe_message(message: MessageType, name: str) -> Object:
    """Return the Message Object of a type of message."""
    return {
        "name": str((get_origin(message) or message).__struct_config__.tag),
        "title": message.__name__,
        "payload": {"$ref": REFERENCE.format(name=name)},
    }
