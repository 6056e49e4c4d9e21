"""The mends of `doctor --fix`, one module each: `mend(source, line)` returns the changed tree or raises `Leave`.

Only `apart`, `shown` and this one may be imported by the command itself: the others load libcst.
"""

# In the order in which they are applied to one statement: a setting has to have its name before it is looked for.
ORDER = (
    "layer-setting-misspelt",
    "daphne-order",
    "redis-hosts",
    "redis-socket-timeout",
    # Last, because it is the only one that moves other statements to other lines.
    "asgi-application-missing",
)
