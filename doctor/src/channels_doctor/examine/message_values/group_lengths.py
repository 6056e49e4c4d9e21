"""The least length of a string that names a group."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..python.expressions import attribute_name, constant_value, method_name

if TYPE_CHECKING:
    from ..python.modules import Module

# Characters of hexdigest().
DIGESTS = {
    "md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128,
    "sha3_256": 64, "sha3_384": 96, "sha3_512": 128,
}  # fmt: skip
UUIDS = {"uuid.uuid1", "uuid.uuid3", "uuid.uuid4", "uuid.uuid5"}
UUID_LENGTH, HEX_LENGTH = 36, 32


def least_length(module: Module, node: Any) -> int:
    """Return how many characters a string has at least; an unknown part counts as none."""
    if isinstance(node, ast.Constant):
        return len(node.value) if isinstance(node.value, str) else 0
    if isinstance(node, ast.JoinedStr):
        return sum(least_length(module, each) for each in node.values)
    if isinstance(node, ast.FormattedValue):
        is_uuid = module.full_name(getattr(node.value, "func", None)) in UUIDS
        return UUID_LENGTH if is_uuid else least_length(module, node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return least_length(module, node.left) + least_length(module, node.right)
    if method_name(node) == "hexdigest":
        return _digest_length(module, node.func.value)
    is_hex = attribute_name(node) == "hex"
    return HEX_LENGTH if is_hex and module.full_name(_function(node.value)) in UUIDS else 0


def _digest_length(module: Module, made: ast.AST) -> int:
    """Return the length of a digest of `hashlib.sha256(…)` or `hashlib.new("sha256", …)`."""
    name = module.full_name(_function(made))
    if name == "hashlib.new":
        return DIGESTS.get(str(constant_value(next(iter(made.args), None))), 0)  # type: ignore[attr-defined]
    return DIGESTS.get(name[len("hashlib.") :], 0) if name.startswith("hashlib.") else 0


def _function(node: ast.AST) -> ast.AST | None:
    return node.func if isinstance(node, ast.Call) else None
