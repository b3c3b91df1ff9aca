"""Runs the texts in /corpora, each in a process of its own, and looks for effects.

An effect is anything that the interpreter reports to an audit hook while a text
runs: a file opened outside of the interpreter's own library, a socket, a process, a
call through ctypes. A canary and a listener confirm it from the other side.
"""

import collections
import glob
import json
import os
import socket
import sys
import unittest

from support import harness

OWN = ("/usr/lib/python3", "/usr/share/zoneinfo", "<")
EFFECTS = ("socket.", "subprocess.", "os.", "ctypes.", "shutil.", "urllib.", "ftplib.", "pty.", "glob.", "tempfile.", "pickle.find_class", "mmap.")
CANARY = "/tmp/canary"
SONG = "a-song-nobody-must-hear"
ORDINARY = ("allow", "ordinary", "benign")


def rows():
    for path in sorted(glob.glob("/corpora/python_*.jsonl")):
        with open(path, encoding="utf-8") as f:
            for line in f:
                if line.strip():
                    yield json.loads(line)


def watch(effects):
    def hook(event, args):
        if event == "open" and not str(args[0]).startswith(OWN) and not isinstance(args[0], int):
            effects.append(f"open {args[0]!r}")
        elif event.startswith(EFFECTS):
            effects.append(f"{event} {args!r}"[:200])

    sys.addaudithook(hook)


def run(text):
    """What became of one text: its answer and its effects."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        effects = []
        watch(effects)
        answer = harness().ask(text, timeout_ms=3000)
        os.write(write, json.dumps([answer, list(effects)]).encode())
        os._exit(0)
    os.close(write)
    with open(read, "rb") as f:
        data = f.read()
    os.waitpid(child, 0)
    return json.loads(data)


class Escapes(unittest.TestCase):
    def test_no_text_has_an_effect(self):
        with open(CANARY, "w", encoding="utf-8") as f:
            f.write(SONG)
        listener = socket.create_server(("127.0.0.1", 0)) if loopback() else None
        harness()  # before the first process, which are copies of this one
        counts, answered, refused, had = collections.Counter(), [], [], []
        for row in rows():
            answer, effects = run(row["text"])
            code = answer["error"]["code"] if answer["status"] == "error" else "answered"
            ordinary = any(word in row["label"] for word in ORDINARY)
            counts["ordinary" if ordinary else "escapes", code] += 1
            if not ordinary and code == "answered":
                answered.append(f"{row['text'].strip()[:70]!r}")
            if ordinary and code == "PYTHON_POLICY_VIOLATION":
                refused.append(f"{row['text'].strip()[:70]!r}: {answer['error']['message']}")
            if effects or SONG in json.dumps(answer):
                had.append((row["text"][:200], effects, answer))
        print("\ncounts:", *(f"{kind} {code} {n};" for (kind, code), n in sorted(counts.items())), f"effects {len(had)}", file=sys.stderr)
        print("escapes answered:", *answered, sep="\n  ", file=sys.stderr)
        print("ordinary code refused:", *refused, sep="\n  ", file=sys.stderr)
        self.assertTrue(counts)
        self.assertEqual(had, [])
        if listener:
            self.addCleanup(listener.close)
            listener.setblocking(False)
            self.assertRaises(BlockingIOError, listener.accept)

    def test_the_watch_sees_what_it_should(self):
        read, write = os.pipe()
        if os.fork() == 0:
            effects = []
            watch(effects)
            open(CANARY, "w").close()
            os.system("true")
            socket.socket().close()
            os.write(write, str(len(effects)).encode())
            os._exit(0)
        os.wait()
        self.assertEqual(int(os.read(read, 10)), 3)


def loopback():
    try:
        socket.create_server(("127.0.0.1", 0)).close()
        return True
    except OSError:
        return False
