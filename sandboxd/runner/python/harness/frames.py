"""Reads a dataset's columnar copy into data frames.

The file is a ZIP of uncompressed members: meta.json, which lists tables and
columns, and one .npy array (version 1.0) for each part of a column. Nothing is
ever unpickled. Every length is checked against the number of rows: a file that
is broken is a ValueError and never half a table.
"""

import json
import zipfile

import numpy as np
import pandas as pd
from numpy.lib import format as npy

VERSION = 1
NULL_TIME = np.iinfo(np.int64).min
# What datetime64[ns] can hold, in microseconds.
MIN_NS, MAX_NS = -(2**63) // 1000 + 1, (2**63 - 1) // 1000 - 1
# Integers up to here are exact as floats.
EXACT = 2**53


class Tables(dict):
    """The tables by name, in the order of the file.

    integers are the columns of whole numbers: by name, whether one of them came
    with missing values, which makes it floats, as merging does to the others. (The
    losing option, pandas' own integers with missing values, breaks what programs
    usually do with a column: np.where, np.percentile, an if in a loop.) A name
    that is a column of floats elsewhere is none of them.
    """

    def __init__(self, tables, columns):
        super().__init__(tables)
        floats = {column["name"] for column in columns if column["kind"] == "float"}
        self.integers = {}
        for column in columns:
            if column["kind"] == "int" and column["name"] not in floats:
                self.integers[column["name"]] = self.integers.get(column["name"], False) or bool(column.get("nulls"))


def load(path):
    """The tables of a file."""
    with zipfile.ZipFile(path) as archive:
        meta = json.loads(archive.read("meta.json"))
        if meta.get("version") != VERSION:
            raise ValueError(f"the version is {meta.get('version')!r}")
        tables = {table["name"]: _table(archive, table) for table in meta["tables"]}
        return Tables(tables, [column for table in meta["tables"] for column in table["columns"]])


def _table(archive, table):
    rows = table["rows"]
    if type(rows) is not int or rows < 0:
        raise ValueError(f"a table has {rows!r} rows")
    columns = table["columns"]
    values = {i: READERS[column["kind"]](archive, column, rows) for i, column in enumerate(columns)}
    frame = pd.DataFrame(values, index=pd.RangeIndex(rows))
    frame.columns = pd.Index([column["name"] for column in columns], dtype=object)
    return frame


def _array(archive, name, dtypes, rows=None):
    """One member as a writable array. Its header must say what is expected."""
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed")
    with archive.open(info) as member:
        if npy.read_magic(member) != (1, 0):
            raise ValueError(f"{name} is not version 1.0")
        shape, _, dtype = npy.read_array_header_1_0(member)
        if len(shape) != 1 or dtype.str not in dtypes or (rows is not None and shape[0] != rows):
            raise ValueError(f"{name} is {dtype.str}{shape}, expected {dtypes} of {rows} rows")
        size = shape[0] * dtype.itemsize
        if size != info.file_size - member.tell():
            raise ValueError(f"{name} has not the size its header says")
        data = bytearray(size)
        view, at = memoryview(data), 0
        while at < size:
            n = member.readinto(view[at : at + (1 << 20)])
            if not n:
                raise ValueError(f"{name} ends early")
            at += n
    return np.frombuffer(data, dtype)


def _nulls(archive, column, rows):
    name = column.get("nulls")
    if not name:
        return None
    mask = _array(archive, name, ("|b1", "|u1"), rows).astype(bool)
    return mask if mask.any() else None


def _ints(archive, column, rows):
    values = _array(archive, column["data"], ("<i8", "<u8"), rows)
    nulls = _nulls(archive, column, rows)
    if nulls is None:
        return values
    values[nulls] = 0
    if values.max() <= EXACT and values.min() >= -EXACT:
        floats = values.astype(np.float64)
        floats[nulls] = np.nan
        return floats
    return pd.arrays.IntegerArray(values, nulls)


def _floats(archive, column, rows):
    return _array(archive, column["data"], ("<f8",), rows)


def _bools(archive, column, rows):
    values = _array(archive, column["data"], ("|b1",), rows)
    nulls = _nulls(archive, column, rows)
    return values if nulls is None else pd.arrays.BooleanArray(values, nulls)


def _datetimes(archive, column, rows):
    """datetime64[ns] if every value fits, otherwise dates or datetimes of Python
    as far as they go, and the rest as text."""
    values = _array(archive, column["data"], ("<i8",), rows)
    nulls = values == NULL_TIME
    known = values[~nulls]
    if not known.size or (known.min() >= MIN_NS and known.max() <= MAX_NS):
        values[~nulls] *= 1000
        return values.view("datetime64[ns]")
    moments = values.view("datetime64[us]")
    if column.get("type") == "DATE":
        moments = moments.astype("datetime64[D]")
    objects = moments.astype(object)
    for i in np.nonzero([type(v) is int for v in objects])[0]:
        objects[i] = str(moments[i])
    objects[nulls] = None
    return objects


def _texts(archive, column, rows):
    text = _array(archive, column["data"], ("|u1",)).tobytes().decode()
    codes_name = column.get("codes")
    ends = _array(archive, column["ends"], ("<i8",), None if codes_name else rows)
    if ends.size and (ends[0] < 0 or (np.diff(ends) < 0).any()) or (ends[-1] if ends.size else 0) != len(text):
        raise ValueError(f"{column['ends']} does not cut {column['data']} into values")
    values, at = np.empty(ends.size + 1, dtype=object), 0
    for i, end in enumerate(ends.tolist()):
        values[i], at = text[at:end], end
    # The last one stands for null: it is where a code of -1 leads.
    if codes_name:
        codes = _array(archive, codes_name, ("<i4",), rows)
        if codes.size and (codes.min() < -1 or codes.max() >= ends.size):
            raise ValueError(f"{codes_name} leads to values that are not there")
        return values[codes]
    values = values[:-1]
    nulls = _nulls(archive, column, rows)
    if nulls is not None:
        values[nulls] = None
    return values


READERS = {"int": _ints, "float": _floats, "bool": _bools, "datetime": _datetimes, "text": _texts}
