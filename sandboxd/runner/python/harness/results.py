"""Finds what the code returned and makes one table of it.

In this order: result_df, result_rows (with result_columns), result, and the
value of a final expression, as in a notebook. None counts as not returned.
"""

import collections.abc
import itertools

import numpy as np
import pandas as pd

import cells
import exact
import labels
import protocol
from faults import EXECUTION, RESOURCE, Fault

NAMES = ("result_df", "result_rows", "result")
# Kept free for everything in a response that is no row.
ENVELOPE = 2 << 10
MAX_COLUMNS = 5_000
# A tuple of so many values is one row, as in `a.sum(), a.mean()`. A longer one is
# a column, like a list.
MAX_TUPLE = 16
HINT = "Assign a data frame to result_df, or a number, list or dictionary to result."


class Table:
    """A result: columns as the protocol has them, rows as JSON texts."""

    def __init__(self, columns, rows, truncated_by):
        self.columns, self.rows, self.truncated_by = columns, rows, truncated_by


def find(namespace, injected, last):
    """The name and value of what was returned, or (None, None). injected are the
    globals that were there before, last is the value of the final expression."""
    for name in NAMES:
        value = namespace.get(name)
        if value is not None and value is not injected.get(name):
            return name, value
    return (None, None) if last is None else ("result", last)


def table(name, value, namespace, request, integers=None):
    """The table for a value that find found. integers are those of frames.Tables."""
    limit = request.max_rows + 1
    if name == "result_rows":
        frame = _rows(value, namespace.get("result_columns"), limit)
    else:
        frame = _frame(value, limit)
    names, arrays, count = _flat(frame)
    return _encode(names, [_whole(n, a, integers or {}) for n, a in zip(names, arrays)], count, request)


def _whole(name, array, integers):
    """Whole numbers again, where missing values have made floats of a column of
    the dataset: of one that has them there, or that has them now."""
    if name in integers and (integers[name] or pd.isna(array).any()):
        return cells.whole(array)
    return array


def _frame(value, limit):
    """Any value as a data frame, of which only limit rows matter."""
    if isinstance(value, pd.DataFrame):
        return value.head(limit)
    if isinstance(value, pd.Series):
        return _series(value.head(limit))
    if isinstance(value, pd.MultiIndex):
        return value[:limit].to_frame(index=False)
    if isinstance(value, pd.Index):
        return _column(value.name, value[:limit].array)
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return _column(None, value[:limit])
    if isinstance(value, np.ndarray) and value.ndim:
        return _array(value, limit)
    if isinstance(value, dict):
        return _dict(value, limit)
    if isinstance(value, (set, frozenset)):
        value = cells.ordered(value)
    if isinstance(value, tuple) and 0 < len(value) <= MAX_TUPLE and all(_is_scalar(v) for v in value):
        return _sequences([value], list(getattr(type(value), "_fields", ())) or _numbered(len(value), "value"))
    if isinstance(value, (list, tuple)):
        return _list(value, limit)
    if isinstance(value, np.ndarray):
        value = value.item()
    if _is_scalar(value):
        return _objects("result", [value])
    if isinstance(value, (collections.abc.Iterator, collections.abc.KeysView, collections.abc.ValuesView, collections.abc.ItemsView, range)):
        return _list(list(itertools.islice(value, limit)), limit)
    kind = exact.text(type(value).__name__)
    raise Fault(
        EXECUTION, f"The result is {_article(kind)}, which cannot be shown as a table.",
        "Call an aggregation such as .sum() on a group or window first. " + HINT, type=kind,
    )  # fmt: skip


def _is_scalar(value):
    return value is None or value is pd.NA or value is pd.NaT or cells.kind(value) not in (None, "nested") or isinstance(value, (complex, pd.Period, pd.Interval, np.generic, pd.DateOffset))


def _article(name):
    return ("an " if name[:1].lower() in "aeiou" else "a ") + name


def _objects(name, values):
    """A column of Python objects, which keeps them as they are."""
    array = np.empty(len(values), dtype=object)
    for i, v in enumerate(values):
        array[i] = v
    return _column(name, array)


def _column(name, array):
    return pd.DataFrame({"result" if name is None else name: array})


def _series(series):
    """A column, or one row if it is one: values of several kinds, each with the
    name of a column."""
    row = series.dtype == object and series.index.is_unique and all(isinstance(k, str) for k in series.index)
    if row and len({cells.kind(v) for v in series if not cells.missing(v)}) > 1:
        return _dict(series.to_dict(), 1)
    if series.name is None:
        series = series.rename("result")
    elif series.index.nlevels == 1 and series.index.name is None and series.dtype.kind in "iu" and not labels.only_counts(series.index):
        # Counts of the values of a column: what it counts has no name of its own.
        series = series.rename_axis("value")
    return series.to_frame()


def _array(array, limit):
    if array.dtype.names:
        return pd.DataFrame.from_records(array[:limit])
    if array.ndim == 1:
        return _column(None, array[:limit])
    if array.ndim == 2 and array.shape[1]:
        return pd.DataFrame(array[:limit], columns=_numbered(array.shape[1]))
    return _objects("result", list(array[:limit]))


def _numbered(n, what="column"):
    return [f"{what}_{i + 1}" for i in range(n)]


def _dict(value, limit):
    """Columns if the values are lists, rows if they are dictionaries, otherwise
    one row with a column for each key."""
    values = list(value.values())
    if values and all(isinstance(v, (list, tuple, np.ndarray, pd.Series, pd.Index)) and np.ndim(v) for v in values):
        return _unequal(value).head(limit)
    if values and all(isinstance(v, dict) for v in values):
        return pd.DataFrame.from_dict(value, orient="index").head(limit)
    if all(isinstance(k, str) for k in value):
        return pd.concat([_objects(k, [v]) for k, v in value.items()], axis=1) if value else pd.DataFrame()
    pairs = list(itertools.islice(value.items(), limit))
    return pd.concat([_objects("key", [k for k, _ in pairs]), _objects("value", [v for _, v in pairs])], axis=1)


def _unequal(columns):
    """Columns of any lengths: the short ones end in missing values. Series meet at
    their labels."""
    if any(isinstance(v, pd.Series) for v in columns.values()):
        return pd.DataFrame(columns)
    longest = max(len(v) for v in columns.values())
    return pd.DataFrame({k: list(v) + [None] * (longest - len(v)) for k, v in columns.items()})


def _list(values, limit):
    values = list(values[:limit])
    if values and all(isinstance(v, dict) for v in values):
        return pd.DataFrame.from_records(values)
    if values and all(isinstance(v, pd.Series) for v in values):
        return pd.DataFrame(values).reset_index(drop=True)
    if values and all(isinstance(v, (list, tuple)) for v in values):
        fields = getattr(type(values[0]), "_fields", None)
        return _sequences(values, list(fields) if fields else None)
    return _objects("result", values)


def _sequences(values, names):
    width = max([len(v) for v in values] + [len(names or ())])
    names = list(names or ()) + _numbered(width)[len(names or ()) :]
    columns = [[v[i] if i < len(v) else None for v in values] for i in range(width)]
    frame = pd.concat([_objects(i, c) for i, c in enumerate(columns)], axis=1) if columns else pd.DataFrame()
    frame.columns = names
    return frame


def _rows(value, columns, limit):
    """result_rows: a list of dictionaries or of sequences."""
    if isinstance(value, (pd.DataFrame, pd.Series, np.ndarray, pd.Index)):
        frame = _frame(value, limit)
        if columns is not None and len(columns) == frame.shape[1]:
            frame = frame.set_axis(list(columns), axis=1)
        return frame
    names = None if columns is None else [_text(c) for c in columns]
    rows = list(itertools.islice(iter(value), limit))
    if all(isinstance(row, dict) for row in rows):
        frame = pd.DataFrame.from_records(rows) if rows else pd.DataFrame()
        return frame if names is None else frame.reindex(columns=names)
    if all(isinstance(row, (list, tuple)) for row in rows):
        return _sequences(rows, names) if rows else pd.DataFrame(columns=names)
    if all(isinstance(row, (pd.Series, np.ndarray)) for row in rows):
        return _rows([list(row) for row in rows], columns, limit)
    if any(isinstance(row, (dict, list, tuple)) for row in rows):
        raise Fault(EXECUTION, "The rows in result_rows are of different kinds.", "Make every row a dictionary, or every row a list.")
    return _objects(names[0] if names else "result", rows)


def _flat(frame):
    """Index levels become leading columns, unless they only count rows; nested
    column names become one text each; all names are texts and unique."""
    index = frame.index
    names = [_name(c) for c in frame.columns]
    arrays = [frame.iloc[:, i].array for i in range(frame.shape[1])]
    if frame.shape[1] > MAX_COLUMNS:
        raise Fault(RESOURCE, f"The result has {frame.shape[1]} columns, and {MAX_COLUMNS} can be returned.", "Ask for fewer columns.")
    if not labels.only_counts(index):
        levels = [index.get_level_values(i) for i in range(index.nlevels)]
        found = [(_index_name(level, i, index.nlevels), level) for i, level in enumerate(levels)]
        # A group's key is often in its rows as well.
        found = [(n, level) for n, level in found if n not in names or not level.equals(pd.Index(arrays[names.index(n)]))]
        # A group made of a column, as by qcut, is called like it.
        names = [f"{n}_group" if n in names else n for n, _ in found] + names
        arrays = [level.array for _, level in found] + arrays
    return _unique(names), arrays, len(frame)


def _index_name(level, i, n):
    if level.name is not None:
        return _name(level.name)
    return "index" if n == 1 else f"level_{i}"


def _name(name):
    if isinstance(name, tuple):
        return "_".join(part for part in map(_text, name) if part)
    return _text(name)


def _text(name):
    return cells.plain(name)


def _unique(names):
    taken, out = set(), []
    for name in names:
        base, n = name or "column", 1
        name = base
        while name in taken:
            n += 1
            name = f"{base}_{n}"
        taken.add(name)
        out.append(name)
    return out


def _encode(names, arrays, count, request):
    by = "rows" if count > request.max_rows else ""
    columns, texts = [], []
    for name, array in zip(names, arrays):
        kind, encoded = cells.encode(array[: request.max_rows])
        columns.append({"name": name, "type": kind})
        texts.append(encoded)
    header = protocol.dumps(columns) + request.id
    left = request.max_output_bytes - ENVELOPE - _size(header)
    if left < 0:
        raise Fault(RESOURCE, "The result has too many columns to be returned.", "Ask for fewer columns.")
    rows = []
    for row in zip(*texts):
        text = f"[{','.join(row)}]"
        left -= _size(text) + 1
        if left < 0:
            by = "bytes"
            break
        rows.append(text)
    return Table(columns, rows, by)


def _size(text):
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
