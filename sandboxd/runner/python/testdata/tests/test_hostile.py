import json
import os
import subprocess
import sys
import tempfile
import unittest

import framesfile
from support import harness

import protocol

# What a response must not contain unless it is inside of a text.
INJECTED = 'x"]],"row_count":1,"status":"ok"}\\n{"id":"'

# Classes of a program that answer with something else than they hold.
SUBCLASSES = [
    ("datetime.date", "(2024, 1, 1)", "isoformat", ["2024-01-01"]),
    ("datetime.time", "(9, 30)", "isoformat", ["09:30:00"]),
    ("datetime.datetime", "(2024, 1, 1, 5)", "isoformat", ["2024-01-01T05:00:00"]),
    ("pd.Timestamp", "('2024-01-01 05:00')", "isoformat", ["2024-01-01T05:00:00"]),
    ("datetime.timedelta", "(1)", "days", None),
    ("bytes", "(b'a')", "hex", ["61"]),
    ("bytearray", "(b'a')", "hex", ["61"]),
    ("str", "('a')", "__str__", ["a"]),
    ("str", "('a')", "encode", ["a"]),
    ("int", "(7)", "__repr__", [7]),
    ("int", "(7)", "__int__", [7]),
    ("int", "(7)", "__index__", [7]),
    ("float", "(1.5)", "__repr__", [1.5]),
    ("float", "(1.5)", "__float__", [1.5]),
    ("decimal.Decimal", "('1.5')", "__format__", None),
    ("decimal.Decimal", "('1.5')", "is_infinite", None),
    ("np.float64", "(1.5)", "__repr__", [1.5]),
    ("np.int64", "(7)", "__int__", [7]),
    ("np.int64", "(7)", "item", [7]),
    ("np.datetime64", "('2024-01-01T05:00:00')", "astype", None),
    ("list", "([1])", "__iter__", None),
    ("tuple", "((1,))", "__iter__", None),
    ("dict", "(a=1)", "items", None),
    ("object", "()", "__str__", None),
]

# A program that changes whatever it reaches, before this.
PATCHES = """
import json
class Broken:
    def __call__(self, *a, **k): raise KeyError('broken')
    def __get__(self, *a): raise KeyError('broken')
for kind in (json.JSONEncoder, json.JSONDecoder):
    kind.encode = kind.iterencode = kind.default = kind.__init__ = Broken()
json.dumps = json.loads = json.JSONEncoder = Broken()
json.encoder.encode_basestring = json.encoder.encode_basestring_ascii = json.encoder.c_make_encoder = Broken()
"""
POISON = """
import sys
sys.stdout.__dict__.update(_parts=[1, 'x'], _left='x', _cut=None)
"""


def life(statement, policy="off", **request):
    """One life of a runner in a process of its own, and its exit status."""
    folder = tempfile.mkdtemp(dir="/tmp")
    framesfile.write(os.path.join(folder, "frames.npz"))
    command = [sys.executable, "-I", "-B", "-X", "utf8", "/leo/harness", "-data", folder, "-policy", policy]
    raw = {"id": "t", "query_type": "python", "statement": statement, "timeout_ms": 10_000, **request}
    done = subprocess.run(command, input=json.dumps(raw).encode() + b"\n", capture_output=True, timeout=60, cwd="/")
    lines = done.stdout.split(b"\n")
    if len(lines) != 3 or lines[2]:
        raise AssertionError(f"{done.stdout!r} is not two lines; {done.stderr.decode()}")
    return json.loads(lines[1]), done.returncode


class Hostile(unittest.TestCase):
    def test_values_are_what_their_types_hold(self):
        """Without the policy: the encoder trusts no class."""
        programs = []
        for base, args, method, want in SUBCLASSES:
            body = "property(lambda *a: lie)" if method == "days" else "lambda *a, **k: lie"
            programs.append((f"class D({base}):\n    pass\nlie = '{INJECTED}'\nv = D{args}\nD.{method} = {body}\n", f"{base}.{method}", want))
        session = harness().session
        guard, session._guard = session._guard, None
        try:
            for source, name, want in programs:
                source = "import datetime, decimal\n" + source
                for last in ("[v]", "v", "[v, None, 'text']", "[{'k': [v]}]", "[{v}] if v.__hash__ else 1", "pd.DataFrame({v: [1]}) if v.__hash__ else 1"):
                    with self.subTest(name, last=last):
                        session._out.__init__()
                        session.serve(protocol.Request({"id": "t", "query_type": "python", "statement": source + "result = " + last}))
                        answer = session._channel.sent.pop()
                        self.assertEqual(answer["id"], "t")
                        if last == "[v]" and want:
                            self.assertEqual(answer.get("rows"), [want], answer)
        finally:
            session._guard = guard

    def test_a_class_does_not_say_what_a_value_is(self):
        rows = harness().rows("class S(str):\n    def encode(self, *a): return b'}' * 9\n    def __len__(self): return 0\nresult = [S('ab')]")
        self.assertEqual(rows, [["ab"]])

    def test_exceptions_that_misbehave_are_answers(self):
        for source in [
            "class E(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise E()",
            "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E()",
            "class S(str):\n    def strip(self): raise KeyboardInterrupt\nclass E(Exception):\n    def __str__(self): return S('x')\nraise E()",
            "class S(str):\n    def lower(self): raise KeyboardInterrupt\nraise KeyError(S('x'))",
            "class S(str):\n    def lower(self): raise KeyboardInterrupt\nd = pd.DataFrame({S('x'): [1]})\nraise KeyError('y')",
            "class S(str):\n    def lower(self): raise KeyboardInterrupt\nraise AttributeError(name=S('x'), obj=1)",
            "class E(OSError):\n    errno = property(lambda self: 1 / 0)\nraise E()",
            "class E(KeyError):\n    args = property(lambda self: 1 / 0)\nraise E('x')",
            "dfs[5] = orders\ndel orders\nresult = ordrs",
            "class D(dict):\n    def items(self): raise KeyboardInterrupt\ndfs = D()\nraise KeyError('y')",
        ]:
            with self.subTest(source):
                answer = harness().ask(source)
                self.assertEqual(answer["status"], "error")
                self.assertEqual(answer["error"]["code"], "PYTHON_EXECUTION_ERROR", answer)
                self.assertIn("line", answer["error"]["details"], answer)

    def test_a_refusal_in_a_text_counts(self):
        fault = harness().fault("class E(Exception):\n    def __str__(self): return orders.agg('__cl' + 'ass__')\nraise E()")
        self.assertEqual(fault["code"], "PYTHON_POLICY_VIOLATION")

    def test_what_the_program_raises_is_its_own(self):
        for source in [
            "raise OSError(11, 'x')",
            "raise OSError(28, 'x')",
            "raise MemoryError",
            "raise RuntimeError(\"can't start new thread\")",
            "def f():\n    try: raise MemoryError()\n    except MemoryError: raise\nf()",
            "def f():\n    yield\nf().throw(MemoryError)",
            "def f():\n    yield\ng = f()\nnext(g)\ng.throw(MemoryError)",
            "orders.apply(lambda row: (_ for _ in ()).throw(MemoryError()), axis=1)",
        ]:
            with self.subTest(source):
                self.assertEqual(harness().fault(source)["code"], "PYTHON_EXECUTION_ERROR")
        for source in ["x = 'a' * (1 << 60)", "def f():\n    return np.ones(1 << 50)\ntry:\n    f()\nexcept MemoryError:\n    raise", "x = [0] * (1 << 58)"]:
            with self.subTest(source):
                self.assertEqual(harness().fault(source)["code"], "RUNNER_RESOURCE_EXCEEDED")

    def test_output_has_its_bound_whatever_is_printed(self):
        body = "def encode(self, *a): return b''\n    def __len__(self): return 0\n    def __getitem__(self, i): return self\n    def __str__(self): return self"
        answer = harness().ask(f"class S(str):\n    {body}\nclass P:\n    def __str__(self): return S('x' * 1000000)\nprint(P())\nprint(S('y'))")
        self.assertEqual(answer["status"], "ok", answer)
        self.assertLessEqual(len(answer["stdout_trunc"]), 64 << 10)
        self.assertIn("cut", answer["stdout_trunc"])

    def test_a_patched_process_answers(self):
        answer, status = life(PATCHES + "result = [1, {'a': [2]}]")
        self.assertEqual((answer["status"], status), ("ok", 0), answer)
        answer, status = life(PATCHES + "1 / 0")
        self.assertEqual((answer["error"]["code"], status), ("PYTHON_EXECUTION_ERROR", 0))
        answer, status = life(PATCHES + "while True:\n    try:\n        while True: pass\n    except BaseException: pass", timeout_ms=300)
        self.assertEqual((answer["error"]["code"], status), ("RUNNER_TIMEOUT", 0))

    def test_a_poisoned_output_is_an_answer(self):
        for last, timeout in [("result = 1", 5000), ("1 / 0", 5000), ("while True: pass", 300)]:
            answer, status = life(POISON + last, timeout_ms=timeout)
            self.assertEqual((answer["status"], status), ("error", 0))
            self.assertEqual(answer["error"]["code"], "RUNNER_TIMEOUT" if timeout == 300 else "PYTHON_EXECUTION_ERROR")

    def test_what_was_printed_before_the_alarm_is_kept(self):
        answer, _ = life("print('before')\nwhile True: pass", policy="on", timeout_ms=300)
        self.assertEqual((answer["error"]["code"], answer["stdout_trunc"]), ("RUNNER_TIMEOUT", "before\n"))
