"""The methods of Django's query sets, instances and sessions, by whether they run a query."""

from __future__ import annotations

# What an expression may hold.
QUERYSET, INSTANCE, USER, SESSION = "queryset", "instance", "user", "session"

# Methods of a query set that return another one, and run nothing.
LAZY_METHODS = {
    "all", "filter", "exclude", "order_by", "select_related", "prefetch_related", "annotate",
    "values", "values_list", "distinct", "reverse", "only", "defer", "using", "select_for_update",
    "union", "intersection", "difference", "dates", "datetimes", "alias", "iterator",
}  # fmt: skip
# The items of these are no instances.
PLAIN_ITEMS = {"values", "values_list", "dates", "datetimes"}
# Methods of a query set that run a query; the first return one instance.
INSTANCE_METHODS = {"get", "create", "first", "last", "latest", "earliest"}
QUERY_METHODS = INSTANCE_METHODS | {
    "get_or_create", "update_or_create", "bulk_create", "bulk_update", "count", "exists",
    "in_bulk", "aggregate", "update", "delete", "contains", "create_user", "create_superuser",
    "get_by_natural_key",
}  # fmt: skip
# Methods of a manager of related objects that run a query, too.
RELATED_METHODS = {"add", "remove", "set", "clear"}
# Methods of such a manager that objects which were read along answer without a query.
PREFETCHED_METHODS = {"all", "count", "exists", "contains"}
INSTANCE_QUERY_METHODS = {"save", "delete", "refresh_from_db"}
SESSION_METHODS = {"save", "flush", "delete", "cycle_key"}
METHODS_THAT_QUERY = {
    QUERYSET: QUERY_METHODS,
    INSTANCE: INSTANCE_QUERY_METHODS,
    USER: INSTANCE_QUERY_METHODS,
    SESSION: SESSION_METHODS,
}
