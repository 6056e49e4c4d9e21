"""Read what the inspected process has written, which may be anything."""

from __future__ import annotations

import json
from typing import Any

KINDS: dict[str, type] = {
    "python": str,
    "interpreter": str,
    "settings_module": str,
    "versions": dict,
    "loaded": list,
    "settings": dict,
    "layer": dict,
    "runserver": str,
    "runserver_class": str,
    "runserver_mro": list,
    "application": dict,
    "has_router": bool,
    "routes": list,
    "failure": dict,
}
PARTS: dict[str, type] = {"loaded": str, "runserver_mro": str, "routes": dict}
SHAPES: dict[str, dict[str, type]] = {
    "failure": {"stage": str, "type": str, "message": str, "frames": list},
    "routes": {"pattern": str, "callback": str, "as_asgi": bool},
}


def merge(data: bytes) -> tuple[str, dict[str, Any]]:
    """Return the last stage that was begun, and the facts of all lines: those of the right kind, the first failure."""
    stage, facts = "start", dict[str, Any]()
    for line in data.split(b"\n"):
        record = _read(line)
        if isinstance(record.get("stage"), str):
            stage = record["stage"]
        sound = {name: value for name, value in record.items() if _is_sound(name, value)}
        if "failure" in facts:
            sound.pop("failure", None)
        facts.update(sound)
    return stage, facts


def _read(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
        if b"\\ud" in line.lower():  # half of a character, which nobody could print
            record = json.loads(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _is_sound(name: str, value: object) -> bool:
    if name not in KINDS or not isinstance(value, KINDS[name]):
        return False
    if isinstance(value, list):
        return all(isinstance(each, PARTS[name]) and _has_shape(name, each) for each in value)
    return _has_shape(name, value)


def _has_shape(name: str, value: Any) -> bool:
    return all(isinstance(value.get(key), kind) for key, kind in SHAPES.get(name, {}).items())
