"""Whether a decorator makes a plain function run in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..channels.api import TO_THREAD
from .expressions import without_call

if TYPE_CHECKING:
    from .definitions import Definition
    from .modules import Module


def runs_in_thread(called: Definition) -> bool:
    """Return whether a decorator alone makes a function run in a thread."""
    decorators = called.node.decorator_list
    names = [called.module.full_name(without_call(each)) for each in decorators]
    return len(names) == 1 and names[0] in TO_THREAD


def is_put_in_thread(module: Module, function: Any) -> bool:
    """Return whether a decorator makes a function run in a thread, which cannot await."""
    names = [module.full_name(without_call(each)) for each in function.decorator_list]
    return any(each in TO_THREAD for each in names)
