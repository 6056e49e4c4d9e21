"""A message is sent before its transaction is committed."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import ON_COMMIT
from ..channels.message_contents import Content, carries_record, contents, tells_state
from ..channels.receivers import reads_database, receivers, sends_on
from ..channels.senders import Senders, Sending
from ..channels.sent_messages import handler_name
from ..diffs import wrapped_diff
from ..finding import Finding, listed_places
from ..orm.transactions import DELETIONS, uncommitted_code
from ..orm.writes import writes_before
from ..packages.requirements import is_older
from ..python.expressions import walk_body
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..channels.layer_calls import LayerCall
    from ..orm.transactions import UncommittedCode
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "matching query does not exist."

OLD_STATE = "The page still shows what is deleted."
ROBUST_SINCE = (4, 2)  # the Django that added `on_commit(…, robust=True)`
DELETED = re.compile(r"delet|remov")  # in the type of a message
LOOPS = (ast.For, ast.AsyncFor, ast.While)
NOT_CALLABLE = "TypeError: on_commit()'s callback must be a callable."


class Early(NamedTuple):
    """A call that sends, and the code of its transaction."""

    module: Module
    sending: Sending
    code: UncommittedCode


def check(project: Project) -> Iterator[Finding]:
    """Find messages in transactions, in receivers of model signals, and in on_commit(f())."""
    senders = Senders(project)
    seen = set()
    for module, call in _called_too_early(project, senders):
        seen.add(call)
        yield _called_finding(module, call)
    by_origin: dict[ast.AST, list[Early]] = {}
    for code in uncommitted_code(project):
        for sending in senders.in_nodes(code.module, code.nodes):
            if sending.call not in seen and _is_early(project, code, sending):
                seen.add(sending.call)
                early = Early(code.module, sending, code)
                by_origin.setdefault(sending.origin.node, []).append(early)
    for calls in by_origin.values():
        yield _finding(project, calls)


def _is_early(project: Project, code: UncommittedCode, sending: Sending) -> bool:
    """Return whether a message is about a record that was written and not yet committed.

    In a loop, it may be one of progress, which must not wait for the commit.
    """
    module = code.module
    loops = {each for each in walk_body(code.nodes) if isinstance(each, LOOPS)}
    if not code.signal and loops & set(module.enclosing_nodes(sending.call)):
        return False
    is_written = bool(code.signal) or writes_before(project, module, code.nodes, sending.call)
    return is_written and _asks_for_a_query(project, code, sending.origin)


def _asks_for_a_query(project: Project, code: UncommittedCode, sent: LayerCall) -> bool:
    """Return whether the receivers of a message, or their pages, have to read the database."""
    found, handlers = contents(sent), receivers(project, sent)
    if Content.UNKNOWN in found or carries_record(sent):
        return False
    if Content.KEY in found and not _needs_no_query(code, sent):
        return not handlers or any(
            sends_on(each) or reads_database(project, each) for each in handlers
        )
    return Content.VALUE not in found and any(reads_database(project, each) for each in handlers)


def _needs_no_query(code: UncommittedCode, sent: LayerCall) -> bool:
    """Return whether a message says that a record is deleted, or carries the record's state."""
    is_of_deletion = code.signal in DELETIONS or DELETED.search(handler_name(sent.message))
    return bool(is_of_deletion) or tells_state(sent, code.nodes)


def _finding(project: Project, calls: list[Early]) -> Finding:
    """Return one finding for the calls that lead to one call of the layer, else at the call."""
    module, (call, _), code = calls[0]
    where = code.where
    cause = (module.path, str(code.nodes[0].lineno))  # type: ignore[attr-defined]
    if len(calls) > 1:
        module, _, call = calls[0].sending.origin
        places = [each.module.location(each.sending.call) for each in calls]
        where = f"the transactions of {listed_places(places)}"
    message = (
        f"`{_name(call)}()` sends in {where}, so the message can arrive before the commit."
        " Use `transaction.on_commit()`."
    )
    is_deletion = code.signal in DELETIONS
    fix, symptom = _fix(project, module, call, is_deletion), OLD_STATE if is_deletion else None
    return Finding(message, module.location(call), fix, symptom=symptom, cause=cause)


def _name(call: ast.Call) -> str:
    wrapped = call.func.args[0] if isinstance(call.func, ast.Call) and call.func.args else call.func
    return short_text(wrapped)


def _fix(project: Project, module: Module, call: ast.Call, is_deletion: bool) -> str:
    if isinstance(module.parents.get(call), ast.Await):
        return "Send after the block of the transaction."
    if is_deletion or any(isinstance(each, LOOPS) for each in module.enclosing_nodes(call)):
        # A lambda would read the variables of the loop after its end, and a key that is deleted.
        return f"transaction.on_commit(partial({source_text(module, call.func)}, …))"
    # Outside of the block, its handlers no longer catch what the layer raises.
    around = module.enclosing_nodes(call)
    is_caught = any(isinstance(each, ast.Try) and each.handlers for each in around)
    is_robust = is_caught and not is_older(project, "django", ROBUST_SINCE)
    end = ", robust=True)" if is_robust else ")"
    return wrapped_diff(module, call, "transaction.on_commit(lambda: ", end)


def _called_too_early(project: Project, senders: Senders) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls whose result on_commit() gets instead of the function."""
    for module, outer in project.calls(ON_COMMIT):
        call = outer.args[0] if outer.args else None
        if isinstance(call, ast.Call):
            called = project.resolver.function(module, call.func)
            if called and senders.origin(called) and not _returns_value(called.node):
                yield module, call


def _returns_value(function: ast.AST) -> bool:
    return any(isinstance(each, ast.Return) and each.value for each in ast.walk(function))


def _called_finding(module: Module, call: ast.Call) -> Finding:
    message = (
        f"`on_commit()` gets the result of `{short_text(call)}`, which has sent before the commit."
        " Pass a function."
    )
    fix = replacement_diff(module, call, f"lambda: {source_text(module, call)}")
    return Finding(message, module.location(call), fix, "error", None, NOT_CALLABLE)
