"""Encodes the values of one column as JSON texts, and names its type.

Types are DuckDB's names. Numbers keep every digit, NaN and the other ways to say
"missing" are null, infinities are texts, dates and times are ISO 8601 without a
zone, what has parts is JSON in a text.
"""

import datetime as dt
import decimal
import json

import numpy as np
import pandas as pd

quote = json.encoder.encode_basestring
NULL = "null"

NUMPY_TYPES = {
    "int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT",
    "uint8": "UTINYINT", "uint16": "USMALLINT", "uint32": "UINTEGER", "uint64": "UBIGINT",
    "float16": "FLOAT", "float32": "FLOAT", "float64": "DOUBLE", "bool": "BOOLEAN", "boolean": "BOOLEAN",
}  # fmt: skip

DAY_NS, SECOND_NS = 86_400_000_000_000, 1_000_000_000
NESTED = (list, tuple, dict, set, frozenset, np.ndarray, pd.Series, pd.Index, pd.DataFrame)
MAX_DEPTH = 32


def encode(values):
    """The type of a pandas array and one JSON text for each value."""
    if isinstance(values, pd.arrays.PandasArray):
        values = values.to_numpy()
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return encode(pd.Series(np.asarray(values)).array)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _moments(np.asarray(values.tz_convert("UTC").tz_localize(None)))
    if isinstance(dtype, pd.SparseDtype) or (isinstance(dtype, np.dtype) and not isinstance(values, np.ndarray)):
        values = np.asarray(values)
        dtype = values.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind == "M":
            return _moments(values.astype("datetime64[ns]"))
        if dtype.kind == "m":
            return "INTERVAL", [_interval(v) for v in values.astype("timedelta64[ns]").tolist()]
        name = NUMPY_TYPES.get(dtype.name)
        if name is not None:
            return name, [ENCODERS[dtype.kind](v) for v in _numbers(values)]
    known = NUMPY_TYPES.get(str(dtype).lower())
    kind, texts = _objects(list(values.astype(object)))
    return (known or kind), texts


def _numbers(values):
    # float32 as text and back is the shortest number that means the same.
    if values.dtype.kind == "f" and values.dtype.itemsize < 8:
        return [float(str(v)) for v in values]
    return values.tolist()


def _float(v):
    if v != v:
        return NULL
    if v in (float("inf"), float("-inf")):
        return '"Infinity"' if v > 0 else '"-Infinity"'
    return float.__repr__(float(v))


def _bool(v):
    return "true" if v else "false"


ENCODERS = {"i": int.__repr__, "u": int.__repr__, "f": _float, "b": _bool}


def _moments(values):
    """datetime64[ns]: dates if no value has a time of day, as pandas shows them."""
    known = values[~np.isnat(values)].view(np.int64)
    if known.size and not (known % DAY_NS).any():
        return "DATE", [NULL if t == "NaT" else f'"{t}"' for t in np.datetime_as_string(values, unit="D").tolist()]
    return "TIMESTAMP", [NULL if t == "NaT" else f'"{_trim(t)}"' for t in np.datetime_as_string(values, unit="ns").tolist()]


def _trim(text):
    """Drops the zeros at the end of a fraction of a second."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _interval(ns):
    """A duration in nanoseconds the way DuckDB writes an interval."""
    if ns is None or ns == np.iinfo(np.int64).min:
        return NULL
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    days, rest = divmod(ns, DAY_NS)
    parts = [f"{sign}{days} day{'' if days == 1 and not sign else 's'}"] if days else []
    if rest or not days:
        seconds, fraction = divmod(rest, SECOND_NS)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:09}"
        parts.append(sign + _trim(clock))
    return f'"{" ".join(parts)}"'


def missing(v):
    if v is None or v is pd.NA or v is pd.NaT:
        return True
    if isinstance(v, (float, np.floating)):
        return v != v
    if isinstance(v, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(v))
    return isinstance(v, decimal.Decimal) and v.is_nan()


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


def kind(v):
    """What a value is, or None for what has no column of its own."""
    for name, types in KINDS:
        if isinstance(v, types):
            return name
    return None


def _objects(values):
    """A column of Python objects: its type follows from what is in it."""
    kinds = [None if missing(v) else kind(v) or "other" for v in values]
    found = {k for k in kinds if k}
    if found <= {"int", "float"} and len(found) == 2:
        return "DOUBLE", [NULL if k is None else _float(float(v)) for k, v in zip(kinds, values)]
    if found == {"int", "decimal"}:
        return _decimals(kinds, [v if k != "int" else decimal.Decimal(int(v)) for k, v in zip(kinds, values)])
    if found == {"date", "timestamp"}:
        found = {"timestamp"}
    if len(found) > 1 or found == {"other"}:
        return "VARCHAR", [NULL if k is None else quote(plain(v)) for k, v in zip(kinds, values)]
    only = next(iter(found), "text")
    if only == "decimal":
        return _decimals(kinds, values)
    name, encoder = OBJECTS[only]
    if only == "int":
        name = _int_type([int(v) for k, v in zip(kinds, values) if k])
    return name, [NULL if k is None else encoder(v) for k, v in zip(kinds, values)]


def _int_type(values):
    for name, bits in (("BIGINT", 63), ("HUGEINT", 127)):
        if all(-(1 << bits) <= v < (1 << bits) for v in values):
            return name
    return "BIGNUM"


def _decimals(kinds, values):
    scale, digits, texts = 0, 1, []
    for k, v in zip(kinds, values):
        if k is None:
            texts.append(NULL)
            continue
        if v.is_infinite():
            texts.append('"Infinity"' if v > 0 else '"-Infinity"')
            continue
        text = format(v, "f")
        whole, _, fraction = text.lstrip("-").partition(".")
        scale, digits = max(scale, len(fraction)), max(digits, len(whole.lstrip("0")))
        texts.append(text)
    return f"DECIMAL({min(38, digits + scale)},{min(38, scale)})", texts


def _timestamp(v):
    """A moment as text. With a zone it becomes that of UTC."""
    if isinstance(v, np.datetime64):
        return str(v.astype("datetime64[us]"))
    if not isinstance(v, dt.datetime):
        return v.isoformat() + "T00:00:00"
    if v.tzinfo is not None:
        v = v.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return _trim(v.isoformat())


def _nanoseconds(v):
    if isinstance(v, pd.Timedelta):
        return v.value
    if isinstance(v, np.timedelta64):
        return int(v.astype("timedelta64[ns]").astype(np.int64))
    return (v.days * 86_400 + v.seconds) * SECOND_NS + v.microseconds * 1000


def plain(v):
    """A value as the text that a person would expect."""
    k = kind(v)
    if k == "timestamp":
        return _timestamp(v)
    if k == "nested":
        return nested(v)
    if k == "interval":
        return _interval(_nanoseconds(v)).strip('"')
    if k == "blob":
        return v.hex()
    if k == "bool":
        return _bool(v)
    return str(v)


def nested(v):
    """What has parts, as JSON text."""
    return json.dumps(_parts(v, 0), ensure_ascii=False)


def _parts(v, depth):
    if depth > MAX_DEPTH:
        return str(v)
    if isinstance(v, dict):
        return {k if isinstance(k, str) else plain(k): _parts(x, depth + 1) for k, x in v.items()}
    if isinstance(v, pd.DataFrame):
        return [_parts(row, depth + 1) for row in v.to_dict("records")]
    if isinstance(v, pd.Series):
        return _parts(v.to_dict(), depth)
    if isinstance(v, (np.ndarray, pd.Index)):
        v = v.tolist()
        if not isinstance(v, list):
            return _parts(v, depth + 1)
    if isinstance(v, (set, frozenset)):
        v = ordered(v)
    if isinstance(v, (list, tuple)):
        return [_parts(x, depth + 1) for x in v]
    if missing(v):
        return None
    k = kind(v)
    if k == "bool":
        return bool(v)
    if k == "int":
        return int(v)
    if k == "float":
        return float(v) if np.isfinite(v) else plain(v)
    return plain(v)


def ordered(values):
    """A set as a list: sorted if its members can be compared."""
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=repr)


OBJECTS = {
    "text": ("VARCHAR", lambda v: quote(str.__str__(v))),
    "bool": ("BOOLEAN", _bool),
    "int": ("BIGINT", lambda v: int.__repr__(int(v))),
    "float": ("DOUBLE", lambda v: _float(float(v))),
    "timestamp": ("TIMESTAMP", lambda v: f'"{_timestamp(v)}"'),
    "date": ("DATE", lambda v: f'"{v.isoformat()}"'),
    "time": ("TIME", lambda v: f'"{_trim(v.isoformat())}"'),
    "interval": ("INTERVAL", lambda v: _interval(_nanoseconds(v))),
    "blob": ("BLOB", lambda v: f'"{v.hex()}"'),
    "nested": ("JSON", lambda v: quote(nested(v))),
}
