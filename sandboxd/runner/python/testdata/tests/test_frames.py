import datetime as dt
import os
import tempfile
import unittest

import numpy as np
import pandas as pd

import support  # noqa: F401 (finds the harness)
import framesfile
import frames


def load(tables=None, **options):
    path = os.path.join(tempfile.mkdtemp(dir="/tmp"), "frames.npz")
    framesfile.write(path, tables, **options)
    return frames.load(path)


def column(kind, values, **options):
    return load({"t": [("c", kind, values)]}, **options)["t"]["c"]


class Frames(unittest.TestCase):
    def test_loads_every_kind(self):
        tables = load()
        self.assertEqual(list(tables), ["orders", "Customer Names"])
        orders = tables["orders"]
        self.assertEqual(list(orders.dtypes.astype(str)), ["int64", "object", "float64", "datetime64[ns]", "boolean", "float64"])
        self.assertEqual(orders["city"].tolist(), ["Rome", "Oslo", "Rome", None])
        self.assertEqual(tables["Customer Names"]["name"].tolist(), ["Zoë", "\U0001f600 Bo"])

    def test_frames_can_be_changed(self):
        orders = load()["orders"]
        orders.loc[0, "total"] = 1.0
        orders["order_id"] += 1
        self.assertEqual(orders["order_id"].tolist(), [2, 3, 4, 5])

    def test_integers_keep_their_digits(self):
        self.assertEqual(column("BIGINT", [2**63 - 1, -(2**63)]).tolist(), [2**63 - 1, -(2**63)])
        self.assertEqual(column("UBIGINT", [2**64 - 1]).tolist(), [2**64 - 1])
        large = column("BIGINT", [2**60 + 1, None])
        self.assertEqual(str(large.dtype), "Int64")
        self.assertEqual((large[0], large[1] is pd.NA), (2**60 + 1, True))
        self.assertEqual(str(column("UBIGINT", [2**64 - 1, None]).dtype), "UInt64")
        self.assertEqual(str(column("BIGINT", [None, None]).dtype), "float64")

    def test_moments_beyond_nanoseconds_are_objects(self):
        self.assertEqual(column("DATE", ["1500-01-01", None]).tolist(), [dt.date(1500, 1, 1), None])
        self.assertEqual(column("TIMESTAMP", ["9999-12-31T10:00:00"]).tolist(), [dt.datetime(9999, 12, 31, 10)])
        self.assertEqual(column("TIMESTAMP", ["-0044-03-15T00:00:00"]).tolist(), ["-044-03-15T00:00:00.000000"])
        self.assertTrue(column("TIMESTAMP", [None, None]).isna().all())

    def test_texts(self):
        for codes in ((), ("c",)):
            values = ["", "a\x00b", "ü\U0001f600", None, "", "'\""]
            self.assertEqual(column("VARCHAR", values, codes=codes).tolist(), values)
            self.assertEqual(column("VARCHAR", [None, None], codes=codes).tolist(), [None, None])

    def test_empty_tables(self):
        tables = load({"none": [], "empty": [("a", "BIGINT", []), ("b", "VARCHAR", []), ("d", "DATE", []), ("e", "BOOLEAN", [])]})
        self.assertEqual((tables["none"].shape, tables["empty"].shape), ((0, 0), (0, 4)))
        self.assertEqual(load({}), {})

    def test_a_broken_file_is_an_error_and_no_crash(self):
        def meta(**change):
            return lambda m, _: m.update(change)

        def first(**change):
            return lambda m, _: m["tables"][0]["columns"][1].update(change)

        def member(name, array):
            return lambda _, members: members.update({name: array})

        for change in [
            meta(version=2),
            meta(tables=[{"name": "x"}]),
            meta(tables=[{"name": "x", "rows": -1, "columns": []}]),
            meta(tables=[{"name": "x", "rows": "3", "columns": []}]),
            first(kind="object"),
            first(data="missing.npy"),
            first(kind="int"),
            first(codes="t0c0.npy"),
            member("t0c1c.npy", np.array([5, 0, 0, 0], dtype="<i4")),
            member("t0c1c.npy", np.array([-2, 0, 0, 0], dtype="<i4")),
            member("t0c1c.npy", np.array([0], dtype="<i4")),
            member("t0c1e.npy", np.array([4, 2], dtype="<i8")),
            member("t0c1e.npy", np.array([4, 2**40], dtype="<i8")),
            member("t0c1d.npy", np.array([255, 254, 0, 0, 0, 0, 0, 0], dtype="|u1")),
            member("t0c0d.npy", np.array([1.0, 2, 3, 4])),
            member("t0c0d.npy", np.array([[1], [2], [3], [4]], dtype="<i8")),
            member("t0c2d.npy", np.array([1.0])),
            member("t0c4n.npy", np.array([True])),
        ]:
            with self.assertRaises((ValueError, KeyError)):
                load(change=change)

    def test_bytes_that_are_no_file(self):
        good = os.path.join(tempfile.mkdtemp(dir="/tmp"), "frames.npz")
        framesfile.write(good)
        with open(good, "rb") as f:
            data = f.read()
        bad = good + ".bad"
        for cut in (0, 10, len(data) // 2, len(data) - 5):
            with open(bad, "wb") as f:
                f.write(data[:cut])
            with self.assertRaises(Exception):
                frames.load(bad)
        for at in range(0, len(data), 7):
            with open(bad, "wb") as f:
                f.write(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
            try:
                frames.load(bad)
            except Exception:
                pass  # any error will do: it becomes a fault of the preparation
