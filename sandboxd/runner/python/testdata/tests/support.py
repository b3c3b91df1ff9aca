"""Runs programs through the harness, in this process, and reads the answers."""

import json
import os
import sys
import tempfile

sys.path.insert(0, "/leo/harness")

import framesfile
import protocol
import runner


class Lines:
    """A channel that keeps what is written to it."""

    def __init__(self):
        self.sent = []

    def write(self, line):
        if line.count(b"\n") != 1 or not line.endswith(b"\n"):
            raise AssertionError(f"{line!r} is not one line")
        self.sent.append(json.loads(line))


def session(judged=True, tables=None):
    path = os.path.join(tempfile.mkdtemp(dir="/tmp"), "frames.npz")
    framesfile.write(path, tables)
    return runner.Session(Lines(), path, judged)


class Harness:
    """One session that serves many programs, which the real one never does."""

    def __init__(self):
        self.session = session()

    def ask(self, source, **request):
        self.session._guard.fault = None
        self.session._out.__init__()
        self.session._err.__init__()
        raw = {"id": "t", "query_type": "python", "statement": source, "max_rows": 100, "timeout_ms": 20_000, **request}
        self.session.serve(protocol.Request(raw))
        return self.session._channel.sent.pop()

    def rows(self, source, **request):
        answer = self.ask(source, **request)
        if answer["status"] != "ok":
            raise AssertionError(f"{source!r}: {answer['error']}")
        return answer.get("rows")

    def fault(self, source, **request):
        answer = self.ask(source, **request)
        if answer["status"] == "ok":
            raise AssertionError(f"{source!r} is accepted: {answer}")
        return answer["error"]


_shared = []


def harness():
    """The one of this process: pandas is patched once."""
    if not _shared:
        _shared.append(Harness())
    return _shared[0]
