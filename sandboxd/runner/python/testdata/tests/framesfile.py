"""Writes columnar copies for tests, the way the format describes them."""

import io
import json
import zipfile

import numpy as np

SAMPLES = {
    "orders": [
        ("order_id", "BIGINT", [1, 2, 3, 4]),
        ("city", "VARCHAR", ["Rome", "Oslo", "Rome", None]),
        ("total", "DOUBLE", [10.0, 12.5, 20.5, None]),
        ("day", "DATE", ["2024-01-01", "2024-01-02", None, "2024-02-01"]),
        ("paid", "BOOLEAN", [True, False, None, True]),
        ("items", "INTEGER", [1, None, 3, 4]),
    ],
    "Customer Names": [("id", "BIGINT", [1, 2]), ("name", "VARCHAR", ["Zoë", "\U0001f600 Bo"])],
}
KINDS = {"BIGINT": "int", "INTEGER": "int", "UBIGINT": "int", "DOUBLE": "float", "BOOLEAN": "bool", "DATE": "datetime", "TIMESTAMP": "datetime"}
NULL_TIME = np.iinfo(np.int64).min


def write(path, tables=None, codes=("city",), change=None):
    """Writes tables: name → [(column, type, values)]. Columns named in codes are
    written as distinct values. change may alter meta and members before."""
    meta, members = {"version": 1, "tables": []}, {}
    for t, (name, columns) in enumerate((SAMPLES if tables is None else tables).items()):
        entries = []
        for c, (column, kind, values) in enumerate(columns):
            parts = _parts(KINDS.get(kind, "text"), kind, values, column in codes)
            entry = {"name": column, "type": kind, "kind": KINDS.get(kind, "text")}
            for part, array in parts.items():
                entry[part] = f"t{t}c{c}{part[0]}.npy"
                members[entry[part]] = array
            entries.append(entry)
        rows = len(columns[0][2]) if columns else 0
        meta["tables"].append({"name": name, "rows": rows, "columns": entries})
    if change:
        change(meta, members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in members.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, array, version=(1, 0), allow_pickle=False)
            archive.writestr(name, data.getvalue())
        archive.writestr("meta.json", json.dumps(meta))


def _parts(kind, type_name, values, coded):
    nulls = np.array([v is None for v in values], dtype=bool)
    mask = {"nulls": nulls} if nulls.any() else {}
    if kind == "int":
        dtype = "<u8" if type_name == "UBIGINT" else "<i8"
        return {"data": np.array([v or 0 for v in values], dtype=dtype), **mask}
    if kind == "float":
        return {"data": np.array([np.nan if v is None else v for v in values], dtype="<f8")}
    if kind == "bool":
        return {"data": np.array([bool(v) for v in values], dtype=bool), **mask}
    if kind == "datetime":
        data = [NULL_TIME if v is None else int(np.datetime64(v, "us").astype("i8")) for v in values]
        return {"data": np.array(data, dtype="<i8")}
    if coded:
        distinct = list(dict.fromkeys(v for v in values if v is not None))
        codes = [-1 if v is None else distinct.index(v) for v in values]
        return {**_texts(distinct), "codes": np.array(codes, dtype="<i4")}
    return {**_texts([v or "" for v in values]), **mask}


def _texts(values):
    data = np.frombuffer("".join(values).encode(), dtype="|u1")
    return {"data": data, "ends": np.cumsum([len(v) for v in values], dtype="<i8") if values else np.zeros(0, "<i8")}
