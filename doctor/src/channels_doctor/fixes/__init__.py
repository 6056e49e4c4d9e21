"""The fixes of `--fix`, a module for each rule with a safe one.

`fix(source, line)` of such a module returns the changed tree, or raises CannotFix. These modules
import libcst, so they run in a process of their own; see isolated_fix.py.
"""

# In the order in which they change a file: a later fix needs the setting's right name.
FIX_ORDER = (
    "layer-setting-misspelt",
    "daphne-order",
    "redis-hosts",
    "redis-socket-timeout",
    # The last, because only this one moves other statements to other lines.
    "asgi-application-missing",
)
