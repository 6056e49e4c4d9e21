"""The kinds of values, and the functions and model fields that give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..python.definitions import Definition


class Kind(NamedTuple):
    """What a value is, such as "a datetime"; `model` is that of an instance or a query set.

    `fields` are those that a query set reads as dictionaries or tuples, None for instances.
    """

    name: str
    model: Definition | None = None
    fields: tuple[str, ...] | None = None


TEXT, JSON_TEXT, BYTES, NUMBER, NONE = "text", "JSON text", "bytes", "a number", "None"
JSON_VALUE = "decoded JSON"
DICT, LIST, MANAGER = "a dictionary", "a list", "a manager"
DATETIME, DATE, TIME, TIMEDELTA = "a datetime", "a date", "a time", "a timedelta"
UUID, DECIMAL, SET, LAZY_TEXT = "a UUID", "a Decimal", "a set", "a lazy translation"
INSTANCE, USER, QUERYSET, FILE = "a model instance", "the user", "a query set", "a file field"
ITERATOR, FUNCTION, ENUM = "an iterator", "a function", "an enum member"
OBJECT, EXCEPTION, SESSION = "an object", "an exception", "the session"
# The names that errors have for the classes of some.
CLASS_NAMES = {
    DATETIME: "datetime.datetime", DATE: "datetime.date", DECIMAL: "decimal.Decimal",
    UUID: "UUID", SET: "set", QUERYSET: "QuerySet", DICT: "dict", LIST: "list", BYTES: "bytes",
}  # fmt: skip

# What each can carry; everything else raises an error.
LAYER_KINDS = {TEXT, JSON_TEXT, JSON_VALUE, BYTES, NUMBER, NONE, DICT, LIST}
LAYER_KEYS = {TEXT, JSON_TEXT, JSON_VALUE, BYTES}
JSON_KINDS = LAYER_KINDS - {BYTES}
JSON_KEYS = {TEXT, JSON_TEXT, JSON_VALUE, NUMBER, NONE}

# A change that makes a value of a kind one that both carry; {} is the expression.
CONVERSIONS = {
    DATETIME: "{}.isoformat()", DATE: "{}.isoformat()", TIME: "{}.isoformat()",
    TIMEDELTA: "{}.total_seconds()", UUID: "str({})", DECIMAL: "str({})", SET: "list({})",
    LAZY_TEXT: "str({})", INSTANCE: "{}.pk", USER: "{}.pk", FILE: "{}.url", ITERATOR: "list({})",
    ENUM: "{}.value", EXCEPTION: "str({})", BYTES: "{}.decode()",
}  # fmt: skip

DATETIME_CLASS, ZONE = "datetime.datetime", "django.utils.timezone"
FUNCTIONS = {
    DATETIME_CLASS: DATETIME, f"{ZONE}.now": DATETIME, f"{ZONE}.localtime": DATETIME,
    f"{ZONE}.make_aware": DATETIME, f"{ZONE}.make_naive": DATETIME, f"{ZONE}.localdate": DATE,
    "django.utils.dateparse.parse_datetime": DATETIME, "datetime.date": DATE,
    "datetime.time": TIME, "datetime.timedelta": TIMEDELTA, "decimal.Decimal": DECIMAL,
    "uuid.UUID": UUID, "uuid.uuid1": UUID, "uuid.uuid3": UUID, "uuid.uuid4": UUID,
    "uuid.uuid5": UUID, "set": SET, "frozenset": SET, "range": ITERATOR, "map": ITERATOR,
    "filter": ITERATOR, "zip": ITERATOR, "reversed": ITERATOR, "enumerate": ITERATOR,
    "iter": ITERATOR, "int": NUMBER, "float": NUMBER, "bool": NUMBER, "len": NUMBER,
    "time.time": NUMBER, "str": TEXT, "repr": TEXT, "django.urls.reverse": TEXT,
    "time.ctime": TEXT, "json.dumps": JSON_TEXT,
    "json.loads": JSON_VALUE, "django.core.serializers.serialize": JSON_TEXT, "bytes": BYTES,
    "django.utils.translation.gettext_lazy": LAZY_TEXT,
    "django.utils.translation.ngettext_lazy": LAZY_TEXT,
    "django.utils.translation.pgettext_lazy": LAZY_TEXT,
    "django.utils.translation.npgettext_lazy": LAZY_TEXT,
}  # fmt: skip
# Methods of classes, by the class and the name; others of it are unknown.
CLASS_METHODS = {
    DATETIME_CLASS: {
        "now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp", "strptime", "combine",
        "fromisoformat",
    },
    "datetime.date": {"today", "fromisoformat", "fromtimestamp"},
}  # fmt: skip
# Methods of values of a kind, and what they return.
VALUE_METHODS = {
    DATETIME: {
        "date": DATE, "time": TIME, "replace": DATETIME, "astimezone": DATETIME,
        "isoformat": TEXT, "strftime": TEXT, "timestamp": NUMBER,
    },
    DATE: {"isoformat": TEXT, "strftime": TEXT, "replace": DATE},
    DICT: {"keys": ITERATOR, "values": ITERATOR, "items": ITERATOR, "copy": DICT},
    TEXT: {"encode": BYTES, "split": LIST, **dict.fromkeys(["strip", "lower", "upper"], TEXT)},
    JSON_TEXT: {"encode": BYTES},
    BYTES: {"decode": TEXT},
    SET: dict.fromkeys(["copy", "union", "intersection", "difference"], SET),
    TIMEDELTA: {"total_seconds": NUMBER},
}  # fmt: skip
FIELDS = {
    "DateTimeField": DATETIME, "DateField": DATE, "TimeField": TIME, "DurationField": TIMEDELTA,
    "UUIDField": UUID, "DecimalField": DECIMAL, "FileField": FILE, "ImageField": FILE,
    "IntegerField": NUMBER, "BigIntegerField": NUMBER, "PositiveIntegerField": NUMBER,
    "SmallIntegerField": NUMBER, "AutoField": NUMBER, "BigAutoField": NUMBER,
    "FloatField": NUMBER, "BooleanField": NUMBER, "CharField": TEXT, "TextField": TEXT,
    "SlugField": TEXT, "EmailField": TEXT, "URLField": TEXT,
}  # fmt: skip
USER_FIELDS = {
    "date_joined": DATETIME, "last_login": DATETIME, "username": TEXT, "email": TEXT,
    "first_name": TEXT, "last_name": TEXT, "is_staff": NUMBER, "is_active": NUMBER,
}  # fmt: skip
ANNOTATIONS = {
    "str": TEXT, "bytes": BYTES, "int": NUMBER, "float": NUMBER, "bool": NUMBER, "dict": DICT,
    "list": LIST, "set": SET, DATETIME_CLASS: DATETIME, "datetime.date": DATE, "uuid.UUID": UUID,
    "decimal.Decimal": DECIMAL, "typing.Dict": DICT, "typing.List": LIST, "typing.Set": SET,
}  # fmt: skip
