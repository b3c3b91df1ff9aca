"""Encodes the values of one column as JSON texts, and names its type.

Types are DuckDB's names. Numbers keep every digit, NaN and the other ways to say
"missing" are null, infinities are texts, dates and times are ISO 8601 without a
zone, what has parts is JSON in a text.
"""

import decimal
import json

import numpy as np
import pandas as pd

import exact
import protocol
from exact import isa, kind, missing, trim  # noqa: F401 (results asks here)

quote = json.encoder.encode_basestring
NULL = "null"

NUMPY_TYPES = {
    "int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT",
    "uint8": "UTINYINT", "uint16": "USMALLINT", "uint32": "UINTEGER", "uint64": "UBIGINT",
    "float16": "FLOAT", "float32": "FLOAT", "float64": "DOUBLE", "bool": "BOOLEAN", "boolean": "BOOLEAN",
}  # fmt: skip

DAY_NS, SECOND_NS = 86_400_000_000_000, 1_000_000_000
MIDNIGHT = "T00:00:00"
MAX_DEPTH = 32
# Whole numbers up to here are exact as floats.
EXACT = 2**53


def encode(values):
    """The type of a pandas array and one JSON text for each value."""
    if isa(values, pd.arrays.PandasArray):
        values = values.to_numpy()
    dtype = values.dtype
    if isa(dtype, pd.CategoricalDtype):
        return encode(pd.Series(np.asarray(values)).array)
    if isa(dtype, pd.DatetimeTZDtype):
        return _moments(np.asarray(values.tz_convert("UTC").tz_localize(None), "datetime64[ns]"))
    if isa(dtype, (pd.SparseDtype, np.dtype)):
        # Never an array of a class of the program's own.
        values = np.asarray(values)
        return _array(values, values.dtype)
    known = NUMPY_TYPES.get(exact.text(dtype).lower())
    name, texts = _objects(list(values.astype(object)))
    return (known or name), texts


def _array(values, dtype):
    if dtype.kind == "M":
        return _moments(values.astype("datetime64[ns]"))
    if dtype.kind == "m":
        return "INTERVAL", [_interval(v) for v in values.astype("timedelta64[ns]").view(np.int64).tolist()]
    name = NUMPY_TYPES.get(dtype.name)
    if name is not None:
        return name, [ENCODERS[dtype.kind](v) for v in _numbers(values)]
    return _objects(list(values.astype(object)))


def whole(values):
    """An array of floats as one of integers with missing ones, if they are whole."""
    if isa(values, pd.arrays.PandasArray):
        values = values.to_numpy()
    if not (isa(values, np.ndarray) and values.dtype == np.float64):
        return values
    values = np.asarray(values)
    nulls = np.isnan(values)
    known = np.where(nulls, 0, values)
    if (np.abs(known) > EXACT).any() or (known != np.floor(known)).any() or nulls.all():
        return values
    return pd.arrays.IntegerArray(known.astype(np.int64), nulls)


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
    return float.__repr__(v)


def _bool(v):
    return "true" if v else "false"


ENCODERS = {"i": int.__repr__, "u": int.__repr__, "f": _float, "b": _bool}


def _moments(values):
    """datetime64[ns]: dates if no value has a time of day, as pandas shows them."""
    known = values[~np.isnat(values)].view(np.int64)
    if known.size and not (known % DAY_NS).any():
        return "DATE", [NULL if t == "NaT" else f'"{t}"' for t in np.datetime_as_string(values, unit="D").tolist()]
    return "TIMESTAMP", [NULL if t == "NaT" else f'"{trim(t)}"' for t in np.datetime_as_string(values, unit="ns").tolist()]


def _interval(ns):
    if ns == np.iinfo(np.int64).min:
        return NULL
    return quote(_duration(ns))


def _duration(ns):
    """A duration in nanoseconds the way DuckDB writes an interval."""
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    days, rest = divmod(ns, DAY_NS)
    parts = [f"{sign}{days} day{'' if days == 1 and not sign else 's'}"] if days else []
    if rest or not days:
        seconds, fraction = divmod(rest, SECOND_NS)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:09}"
        parts.append(sign + trim(clock))
    return " ".join(parts)


def _objects(values):
    """A column of Python objects: its type follows from what is in it."""
    pairs = [exact.value(v) for v in values]
    kinds, held = [k for k, _ in pairs], [v for _, v in pairs]
    found = {k for k in kinds if k}
    if found == {"int", "float"} or (not found and any(type(v) is float for v in held)):
        return "DOUBLE", [NULL if k is None else _float(float(v)) for k, v in pairs]
    if found == {"int", "decimal"}:
        return _decimals(kinds, [decimal.Decimal(v) if k == "int" else v for k, v in pairs])
    if found == {"date", "timestamp"}:
        return "TIMESTAMP", [NULL if k is None else quote(v + MIDNIGHT if k == "date" else v) for k, v in pairs]
    if len(found) > 1 or found == {"other"}:
        return "VARCHAR", _mixed(pairs)
    only = next(iter(found), "text")
    if only == "decimal":
        return _decimals(kinds, held)
    name, encoder = OBJECTS[only]
    if only == "int":
        name = _int_type([v for k, v in pairs if k])
    return name, [NULL if k is None else encoder(v) for k, v in pairs]


def _mixed(pairs):
    """Values of several kinds as texts. Moments that are all midnights are dates."""
    days = all(v.endswith(MIDNIGHT) for k, v in pairs if k == "timestamp")
    texts = (v[: -len(MIDNIGHT)] if k == "timestamp" and days else k and _shown(k, v) for k, v in pairs)
    return [NULL if t is None else quote(t) for t in texts]


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
        units, _, fraction = text.lstrip("-").partition(".")
        scale, digits = max(scale, len(fraction)), max(digits, len(units.lstrip("0")))
        texts.append(text)
    return f"DECIMAL({min(38, digits + scale)},{min(38, scale)})", texts


def plain(v):
    """A value as the text that a person would expect."""
    name, held = exact.value(v)
    return exact.text(v) if name is None else _shown(name, held)


def _shown(name, held):
    if name == "nested":
        return nested(held)
    if name == "interval":
        return _duration(held)
    if name == "bool":
        return _bool(held)
    return exact.text(held)


def nested(v):
    """What has parts, as JSON text."""
    return protocol.dumps(_parts(v, 0), ", ", ": ")


def _parts(v, depth):
    if depth > MAX_DEPTH:
        return exact.text(v)
    if isa(v, dict):
        return {plain(k): _parts(x, depth + 1) for k, x in dict.items(v)}
    if isa(v, pd.DataFrame):
        return [_parts(row, depth + 1) for row in v.to_dict("records")]
    if isa(v, pd.Series):
        return _parts(v.to_dict(), depth + 1)
    if isa(v, (np.ndarray, pd.Index)):
        # An array's own list has bare integers for moments.
        v = pd.Index.tolist(v) if isa(v, pd.Index) else list(np.asarray(v)) if np.ndim(v) else np.asarray(v).item()
        return _parts(v, depth)
    if isa(v, (set, frozenset)):
        v = ordered(v)
    if isa(v, (list, tuple)):
        return [_parts(x, depth + 1) for x in (list if isa(v, list) else tuple).__iter__(v)]
    name, held = exact.value(v)
    if name is None:
        return None
    if name in ("bool", "int") or (name == "float" and np.isfinite(held)):
        return held
    return _shown(name, held)


def ordered(values):
    """A set as a list: sorted if its members can be compared."""
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=repr)


OBJECTS = {
    "text": ("VARCHAR", quote),
    "bool": ("BOOLEAN", _bool),
    "int": ("BIGINT", int.__repr__),
    "float": ("DOUBLE", _float),
    "timestamp": ("TIMESTAMP", quote),
    "date": ("DATE", quote),
    "time": ("TIME", lambda v: quote(trim(v))),
    "interval": ("INTERVAL", _interval),
    "blob": ("BLOB", quote),
    "nested": ("JSON", lambda v: quote(nested(v))),
}
