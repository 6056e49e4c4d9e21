"""Read and validate the facts of an inspection; the project may have written anything."""

from __future__ import annotations

import json
from typing import Any

TYPES: dict[str, type] = {
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
ITEM_TYPES: dict[str, type] = {"loaded": str, "runserver_mro": str, "routes": dict}
KEY_TYPES: dict[str, dict[str, type]] = {
    "failure": {"stage": str, "type": str, "message": str, "frames": list},
    "routes": {"pattern": str, "callback": str, "as_asgi": bool},
}


def read_facts(data: bytes) -> tuple[str, dict[str, Any]]:
    """Return the last stage that began, and the valid facts; the first failure counts."""
    stage, facts = "start", dict[str, Any]()
    for line in data.split(b"\n"):
        record = _read_line(line)
        if isinstance(record.get("stage"), str):
            stage = record["stage"]
        valid = {name: value for name, value in record.items() if _is_valid(name, value)}
        if "failure" in facts:
            valid.pop("failure", None)
        facts.update(valid)
    return stage, facts


def _read_line(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
        if b"\\ud" in line.lower():  # a lone surrogate, which cannot be printed
            record = json.loads(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _is_valid(name: str, value: object) -> bool:
    if name not in TYPES or not isinstance(value, TYPES[name]):
        return False
    if isinstance(value, list):
        return all(isinstance(item, ITEM_TYPES[name]) and _has_keys(name, item) for item in value)
    return _has_keys(name, value)


def _has_keys(name: str, value: Any) -> bool:
    types = KEY_TYPES.get(name, {})
    return all(isinstance(value.get(key), kind) for key, kind in types.items())
