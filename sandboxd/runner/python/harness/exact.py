"""Turns values of a program into exactly the types they claim to be.

A program may derive classes from str, int or date and give them methods of its
own. Nothing here calls a method of a value: only those of the types themselves,
found before there is user code, so that what comes out is what the value holds.
"""

import datetime as dt
import decimal

import numpy as np
import pandas as pd

DAY_SECONDS, SECOND_NS = 86_400, 1_000_000_000
NESTED = (list, tuple, dict, set, frozenset, np.ndarray, pd.Series, pd.Index, pd.DataFrame)

# The first that fits decides: bool is an int of Python's, datetime is a date.
KINDS = (
    ("text", str),
    ("bool", (bool, np.bool_)),
    ("int", (int, np.integer)),
    ("interval", (dt.timedelta, np.timedelta64)),
    ("float", (float, np.floating)),
    ("decimal", decimal.Decimal),
    ("timestamp", (dt.datetime, np.datetime64)),
    ("date", dt.date),
    ("time", dt.time),
    ("blob", (bytes, bytearray)),
    ("nested", NESTED),
)


def isa(v, types):
    """isinstance by the type alone: a value has no say, as it would by __class__."""
    return issubclass(type(v), types)


def kind(v):
    """What a value is, or None for what has no column of its own."""
    for name, types in KINDS:
        if isa(v, types):
            return name
    return None


def text(v):
    """A str. Calls __str__ of what is none, and raises whatever that raises."""
    return str.__str__(v if isa(v, str) else str(v))


def value(v):
    """The kind of a value and what it holds: (None, v) for what is missing, "other"
    for what has no column of its own. Moments, dates and times are ISO texts, bytes
    hexadecimal ones, durations nanoseconds; what has parts is as it was."""
    if v is None or v is pd.NA or v is pd.NaT:
        return None, None
    name = kind(v)
    if name is None:
        return "other", v
    held = READ[name](v)
    if held is None or (name == "float" and held != held) or (name == "decimal" and held.is_nan()):
        return None, held
    return name, held


def missing(v):
    return value(v)[0] is None


def trim(clock):
    """Drops the zeros at the end of a fraction of a second."""
    return clock.rstrip("0").rstrip(".") if "." in clock else clock


def _int(v):
    return int.__int__(v) if isa(v, int) else _item(v)


def _float(v):
    return float.__float__(v) if isa(v, float) else _item(_astype(v, np.float64))


_item, _astype = np.generic.item, np.generic.astype
_stamp, _delta = pd.Timestamp.value.__get__, pd.Timedelta.value.__get__
_days, _seconds, _micros = (getattr(dt.timedelta, n).__get__ for n in ("days", "seconds", "microseconds"))
_fields = tuple(getattr(dt.datetime, n).__get__ for n in ("year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"))
_fold = dt.datetime.fold.__get__


def _nanoseconds(v):
    if isa(v, pd.Timedelta):
        return _delta(v)
    if isa(v, np.timedelta64):
        v = _astype(v, "m8[ns]")
        return None if np.isnat(v) else int(v.astype(np.int64))
    return (_days(v) * DAY_SECONDS + _seconds(v)) * SECOND_NS + _micros(v) * 1000


def _timestamp(v):
    """A moment as text. With a zone it becomes that of UTC."""
    if isa(v, np.datetime64):
        v = _astype(v, "M8[us]")
        return None if np.isnat(v) else trim(str(v))
    if isa(v, pd.Timestamp):
        return trim(str(np.datetime64(_stamp(v), "ns")))
    moment = dt.datetime(*(field(v) for field in _fields), fold=_fold(v))
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return trim(moment.isoformat())


def _blob(v):
    return bytes.hex(v) if isa(v, bytes) else bytearray.hex(v)


READ = {
    "text": str.__str__, "bool": bool, "int": _int, "float": _float, "decimal": decimal.Decimal,
    "interval": _nanoseconds, "timestamp": _timestamp, "date": dt.date.isoformat, "time": dt.time.isoformat,
    "blob": _blob, "nested": lambda v: v,
}  # fmt: skip
