import random
import sys
import time
import unittest

import facades
import policy
from faults import Fault

from support import harness

# Code that is refused, with the place of what is.
REFUSED = [
    ("open('x')", 1, 1),
    ("x = 1\nprint(eval('1'))", 2, 7),
    ("exec('1')", 1, 1),
    ("compile('1', 'x', 'eval')", 1, 1),
    ("__import__('os')", 1, 1),
    ("globals()", 1, 1),
    ("[vars]", 1, 2),
    ("getattr([], '__class__')", 1, 1),
    ("getattr([], 'x' + 'y')", 1, 1),
    ("g = getattr", 1, 5),
    ("orders.query.__name__ = 'x'", 1, 1),
    ("match '':\n    case str(format=f): pass", 2, 10),
    ("a.resize(10, refcheck=False)", 1, 14),
    ("f(refcheck=False)", 1, 3),
    ("class A:\n    def m(self): return orders._mgr", 2, 25),
    ("class A:\n    _typ = 'dataframe'", 2, 5),
    ("import dataclasses", 1, 1),
    ("f = setattr", 1, 5),
    ("input()", 1, 1),
    ("breakpoint()", 1, 1),
    ("().__class__", 1, 1),
    ("x = 'ü'; ().__class__.__base__.__subclasses__()", 1, 10),
    ("(lambda: 0).__globals__", 1, 1),
    ("orders._mgr", 1, 1),
    ("def f(): yield\nf().gi_frame.f_back", 2, 1),
    ("object.mro()", 1, 1),
    ("import os", 1, 1),
    ("x = 1\nimport os.path as p", 2, 1),
    ("from subprocess import Popen", 1, 1),
    ("from numpy import *", 1, 1),
    ("from . import x", 1, 1),
    ("from numpy import load", 1, 1),
    ("from numpy import ctypeslib", 1, 1),
    ("import numpy.ctypeslib", 1, 1),
    ("import numpy as n\nn.load('x')", 2, 1),
    ("np.lib.npyio.DataSource", 1, 1),
    ("np.random.mtrand", 1, 1),
    ("pd.read_csv('x')", 1, 1),
    ("pd.io.common.os", 1, 1),
    ("orders.to_csv('x')", 1, 1),
    ("orders.to_csv(path_or_buf='x')", 1, 1),
    ("orders.to_pickle", 1, 1),
    ("orders.values.tofile('x')", 1, 1),
    ("orders.eval('total')", 1, 1),
    ("f'{().__class__}'", 1, 4),
    ("'{0.__class__}'.format(1)", 1, 1),
    ("'{0:{0.__class__}}'.format(1)", 1, 1),
    ("match 1:\n    case object(__class__=c): pass", 2, 10),
    ("match {}:\n    case {**__x}: pass", 2, 10),
    ("class A(metaclass=type): pass", 1, 1),
    ("class A(type): pass", 1, 9),
    ("class A:\n    def __getattribute__(self, n): pass", 2, 5),
    ("class A:\n    __array_interface__ = {}", 2, 5),
    ("class A:\n    def __init_subclass__(cls): pass", 2, 5),
    ("def __init__(): pass", 1, 1),
    ("type('A', (), {})", 1, 1),
    ("super(int, 1)", 1, 1),
    ("s = super", 1, 5),
    ("async def f(): pass", 1, 1),
    ("async def f():\n    await g()", 1, 1),
    ("try:\n    pass\nexcept Exception as __e:\n    pass", 3, 1),
    ("global __builtins__", 1, 1),
    ("x: __builtins__ = 1", 1, 4),
    ("def f(__x): pass", 1, 7),
    ("lambda *__a: 0", 1, 9),
    ("import numpy as __n", 1, 1),
    ("[x for __x in []]", 1, 8),
    ("@().__class__\ndef f(): pass", 1, 2),
    ("f(__class__=1)", 1, 3),
    ("memoryview(b'')", 1, 1),
    ("json.dump({}, 1)", 1, 1),
    ("functools.update_wrapper", 1, 1),
    ("functools.singledispatch", 1, 1),
]

# Ordinary code, which must pass.
ACCEPTED = [
    "import pandas as pd, numpy as np\nfrom datetime import datetime, timedelta\nfrom collections import Counter, defaultdict",
    "from numpy.linalg import lstsq\nimport numpy.random as rnd\nimport collections.abc",
    "from __future__ import annotations",
    "class A:\n    def __init__(self, x):\n        self.x = x\n    def __repr__(self):\n        return f'A({self.x!r})'\n    def __eq__(self, o):\n        return self.x == o.x",
    "class A(dict):\n    def __init__(self):\n        super().__init__()\n    @property\n    def n(self): return len(self)",
    "type(1).__name__",
    "open = orders['total']\nopen.mean()",
    "input = 5\ninput + 1",
    "def f(*args, dir='asc', **kwargs):\n    return dir",
    "for _ in range(3): pass",
    "_total = 5\n_total",
    "x = lambda a, b=1, *c, d, **e: (a, b, c, d, e)",
    "with np.errstate(all='ignore'):\n    pass",
    "try:\n    1 / 0\nexcept (ZeroDivisionError, KeyError) as e:\n    print(type(e).__name__, e.args)\nelse:\n    pass\nfinally:\n    pass",
    "match [1, 2]:\n    case [a, *rest] if a > 0: print(rest)\n    case {'k': v, **o}: pass\n    case int() | str(): pass\n    case _: pass",
    "if (n := len([1])) > 0: print(f'{n:>10} {n!r:{n}}')",
    "'{:.2f} {x[a]} {0.real}'.format(1.0, x={'a': 1})",
    "orders.total.map('{:,.2f}'.format)",
    "def g():\n    x = yield 1\n    yield from [2]\nlist(g())",
    "a, *b = [1, 2, 3]\nb[0] += 1\ndel a\nassert b, 'x'",
    "global z\nz = {**{'a': 1}, 'b': [i for i in range(3) if i % 2]}",
    "if __name__ == '__main__': print('main')",
    "for r in orders.itertuples(): print(r._asdict(), r.city)",
    "orders.to_csv(index=False)\norders.to_json(orient='records')\norders.to_string()\norders.to_dict()",
    "orders.query('total > 1 and city == \"Rome\"')",
    "f = np.load_ if False else 1",
    "isinstance(1, type)",
    "json.dumps({'a': 1})",
    "@functools.lru_cache(None)\ndef fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(30)",
]


def judge(source):
    policy.judge(policy.parse(source), source, facades.missing)


class Policy(unittest.TestCase):
    def test_refuses_with_the_place_and_a_hint(self):
        for source, line, column in REFUSED:
            with self.subTest(source):
                with self.assertRaises(Fault) as caught:
                    judge(source)
                fault = caught.exception
                self.assertEqual(fault.code, "PYTHON_POLICY_VIOLATION")
                self.assertEqual((fault.details["line"], fault.details["column"]), (line, column), fault.message)
                self.assertTrue(fault.hint and fault.message.endswith("."), fault.message)

    def test_accepts_ordinary_code(self):
        for source in ACCEPTED:
            with self.subTest(source):
                judge(source)

    def test_depth_and_length_are_bounded(self):
        for source in [
            "(" * 150 + "1" + ")" * 150 + "+1" * 100_000,
            "-" * 100_000 + "1",
            "x" + ".a" * 100_000,
            "x" + "[0]" * 50_000,
            "f" + "(0)" * 50_000,
            "lambda: " * 20_000 + "0",
            "[" * 100_000,
            "not " * 60_000 + "1",
            "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 99)) + " " * 99 + "pass",
            "1 if 1 else " * 20_000 + "1",
            "x = " * 60_000 + "1",
            "'" + "a" * 300_000 + "'",
            "1 < " * 60_000 + "1",
            "def f(" + ",".join(f"a{i}" for i in range(30_000)) + "): pass",
        ]:
            with self.subTest(source[:20]):
                began = time.process_time()
                try:
                    compile_judged(source)
                except Fault as fault:
                    self.assertIn(fault.code, ("PYTHON_POLICY_VIOLATION", "PYTHON_EXECUTION_ERROR"))
                self.assertLess(time.process_time() - began, 5)

    def test_text_that_is_no_program_is_an_execution_error(self):
        for source, line in [("if True\n  x", 1), ("x = (\n", 1), ("a\x00b", 1), ("return 1", 1), ("exec 'x'", 1), ("\ud800", 1), ("  x\n y", 1)]:
            with self.subTest(repr(source)):
                with self.assertRaises(Fault) as caught:
                    compile_judged(source)
                self.assertEqual(caught.exception.code, "PYTHON_EXECUTION_ERROR")
                self.assertEqual(caught.exception.details["line"], line)

    def test_any_text_is_judged_without_an_accident(self):
        words = [s for s, *_ in REFUSED] + ACCEPTED
        dice = random.Random(1)
        for _ in range(2000):
            a, b = dice.choice(words), dice.choice(words)
            i, j = dice.randrange(len(a) + 1), dice.randrange(len(b) + 1)
            try:
                compile_judged(a[:i] + dice.choice(["", " ", "\n", "(", "'", ":", ".", "__"]) + b[j:])
            except Fault:
                pass

    def test_judging_is_linear(self):
        unit = "x = orders.groupby('city')['total'].sum().reset_index()\n"
        policy.parse(unit * 10)
        times = []
        for n in (200, 2000):
            began = time.process_time()
            judge(unit * n)
            times.append(time.process_time() - began)
        self.assertLess(times[1], times[0] * 30 + 0.05)
        print(f"policy: {times[1] * 1e6 / (len(unit) * 2000):.2f} ms per KB", file=sys.__stderr__)


def compile_judged(source):
    import program

    program.Program(source)


harness()
