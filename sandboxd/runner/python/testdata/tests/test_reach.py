"""Walks every public attribute from a program's globals and finds no module."""

import collections
import types
import unittest
import warnings

import facades
import numpy as np
import pandas as pd
import rules

from support import harness

DANGEROUS = {"os", "posix", "io", "_io", "sys", "subprocess", "socket", "_socket", "importlib", "_imp", "shutil", "ctypes", "pickle", "_pickle", "mmap"}
KINDS = (types.ModuleType, types.FrameType, types.CodeType, types.TracebackType)
LEAVES = (int, float, complex, str, bytes, type(None))
FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
SAME = 3  # instances of one type that are looked into
DEPTH = 5


def samples(space):
    o = space["orders"]
    groups, total = o.groupby("city"), o["total"]
    return {
        "groups": groups, "group": groups["total"], "rolling": total.rolling(2), "ewm": total.ewm(span=2), "expanding": total.expanding(),
        "resample": o.dropna(subset=["day"]).set_index("day").resample("M"), "multi": o.set_index(["city", "order_id"]).index, "dt": o["day"].dt,
        "str": o["city"].str, "cat": o["city"].astype("category").cat, "array": total.values, "masked": np.ma.masked_array([1]),
        "zoned": pd.Timestamp("2024-01-01", tz="Europe/Rome"), "delta": pd.Timedelta(1), "period": pd.Period("2024"), "rng": np.random.default_rng(1),
        "state": np.random.RandomState(1), "pattern": space["re"].compile("a"), "match": space["re"].match("a", "a"),
        "decoder": space["json"].JSONDecoder(), "encoder": space["json"].JSONEncoder(), "offset": pd.offsets.Day(1), "error": ValueError("x"),
        "poly": np.polynomial.Polynomial([1]), "partial": space["functools"].partial(len), "cached": space["functools"].lru_cache(len),
        "vectorize": np.vectorize(len), "record": np.rec.array([(1,)]), "chars": np.char.array(["a"]), "generator": (i for i in [1]),
        "rows": o.itertuples(), "sparse": pd.arrays.SparseArray([1.0]), "iloc": o.iloc, "dtypes": o.dtypes, "interval": pd.Interval(0, 1),
    }  # fmt: skip


class Reach(unittest.TestCase):
    def test_no_module_frame_or_dangerous_function_is_reachable(self):
        warnings.simplefilter("ignore")
        space = harness().session._namespace([])
        builtins = space.pop("__builtins__")
        start = {**space, **samples(space), **{n: v for n, v in builtins.items() if not n.startswith("__")}}
        seen, kinds, found = {}, collections.Counter(), []
        queue = collections.deque((name, value, 0) for name, value in start.items())
        while queue:
            path, value, depth = queue.popleft()
            if isinstance(value, KINDS) or getattr(value, "__module__", None) in DANGEROUS:
                found.append((path, value))
            if id(value) in seen or isinstance(value, LEAVES) or depth > DEPTH:
                continue
            if not isinstance(value, (type, facades.Module, *FUNCTIONS)):
                kinds[type(value)] += 1
                if kinds[type(value)] > SAME:
                    continue
            seen[id(value)] = value  # and keeps it, so that its id stays its own
            for name in dir(value):
                if rules.attribute_refusal(name) is None:
                    try:
                        queue.append((f"{path}.{name}", getattr(value, name), depth + 1))
                    except BaseException:  # refusals, and properties that fail
                        continue
        harness().session._guard.fault = None
        self.assertGreater(len(seen), 3000)
        self.assertEqual(found, [])

    def test_no_function_for_files_is_offered(self):
        for module in rules.MODULES:
            names = facades.available(module)
            files = [n for n in names if n.startswith(("read_", "load", "save", "open", "to_pickle", "mem")) or n.endswith(("file", "txt", "csv"))]
            files = [n for n in files if (module, n) != ("json", "loads")]
            self.assertEqual(files, [], module)

    def test_the_walk_would_find_one(self):
        self.assertIsInstance(pd.io, types.ModuleType)
        self.assertEqual(open.__module__, "io" if open.__module__ == "io" else "_io")
