"""The contract as a module of TypeScript types, from the client's side: it sends and receives."""

from collections.abc import Mapping, Sequence

from channels_realtime.contract.declarations import accepted_types, all_types, sent_types
from channels_realtime.contract.routes import Channel
from channels_realtime.contract.schemas import describe_types
from channels_realtime.contract.typescript_types import TypeWriter, comment, literal

HEAD = "// Written by `manage.py asyncapi --typescript`. Do not edit.\n"
CHANNELS = "Channels"  # the interface that names the messages of each channel


def to_typescript(channels: Sequence[Channel]) -> str:
    """Return a module of types, for a file that ends in .ts. Raise ImproperlyConfigured."""
    names, schemas = describe_types(all_types(each.consumer for each in channels))
    writer = TypeWriter(schemas, reserved=CHANNELS)
    types = [writer.declare(name) for name in schemas]
    identifiers = {each: writer.identifiers[name] for each, name in names.items()}
    return "\n".join([HEAD, *types, declare_channels(channels, identifiers)])


def declare_channels(channels: Sequence[Channel], identifiers: Mapping[type, str]) -> str:
    """Return the interface with the messages of each channel, by its address."""
    # Two routes with one address differ in what they accept as a parameter.
    sent: dict[str, set[str]] = {}
    received: dict[str, set[str]] = {}
    for channel in channels:
        if types := sent_types(channel.consumer):
            found = {identifiers[each] for each in accepted_types(channel.consumer)}
            sent.setdefault(channel.address, set()).update(found)
            received.setdefault(channel.address, set()).update(identifiers[each] for each in types)
    lines = [comment("The messages that clients of each address send and receive.")]
    lines.append(f"export interface {CHANNELS} {{\n")
    for address in sent:
        lines.append(f"  {literal(address)}: {{\n")
        lines.append(f"    send: {' | '.join(sorted(sent[address]))};\n")
        lines.append(f"    receive: {' | '.join(sorted(received[address]))};\n")
        lines.append("  };\n")
    return "".join([*lines, "}\n"])
