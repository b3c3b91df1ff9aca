"""Loads the tables, serves the one request within its budget, answers."""

import builtins
import gc
import keyword
import os
import platform
import re
import resource
import signal
import sys
import time
import traceback
import warnings

import faults
import protocol
from faults import Fault

FRAMES = "frames.npz"


def run(channel, started, data, memory_mb, judged):
    """The life of the runner. Returns the exit status."""
    limit_memory(memory_mb)
    engine = f"python {sys.version.split()[0]}"
    # Importing pandas asks for the processor's name, for which there is a program.
    platform._Processor.get = staticmethod(str)
    try:
        import pandas as pd

        engine += f" pandas {pd.__version__}"
        session = Session(channel, os.path.join(data, FRAMES), judged)
    except Exception as error:
        traceback.print_exc()
        channel.write(protocol.ready(engine, _since(started), opening_fault(error)))
        return 1
    channel.write(protocol.ready(engine, _since(started)))
    try:
        line = channel.read_line()
        if line is None:
            return 0
        request = protocol.decode_request(line)
    except (ValueError, RecursionError):
        traceback.print_exc()
        channel.write(protocol.failed("", faults.internal(), 0))
        return 0
    session.serve(request)
    return 0


def limit_memory(mb):
    """Lets what asks for too much fail with an error that says so, before the
    kernel ends the process without one. mb is what the sandbox has, of which some
    goes to what is not counted here: libraries, the tmpfs. 0 is no limit."""
    if mb > 0:
        limit = (mb << 20) * 7 // 8
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def opening_fault(error):
    if isinstance(error, MemoryError):
        return Fault(
            faults.RESOURCE, "The dataset does not fit into the memory of a Python run.",
            "Ask with SQL, which does not load whole tables, or allow runs more memory.", resource="memory",
        )  # fmt: skip
    return Fault(
        faults.INTERNAL, "The prepared dataset cannot be opened.",
        "Prepare the dataset again. If that does not help, an administrator finds the cause in Leo's log.",
    )  # fmt: skip


def _since(started):
    return (time.perf_counter() - started) * 1000


class Session:
    """The tables, and everything that is needed to answer, loaded and warm."""

    def __init__(self, channel, path, judged):
        import failures
        import frames
        import guard
        import labels
        import output
        import patches
        import program
        import results

        self._failures, self._program, self._results = failures, program, results
        self._channel, self._guard = channel, guard.Guard() if judged else None
        self._out, self._err = output.Capped(), output.Capped()
        labels.remember()
        if judged:
            patches.apply(self._guard.refuse)
        self._frames = frames.load(path)
        self._warm_up()
        gc.collect()
        gc.freeze()

    def _warm_up(self):
        """The first use of much in pandas is slow: this is it."""
        warm = protocol.Request({"max_rows": 10})
        source = (
            "a = pd.DataFrame({'k': list('abab'), 'x': [1, 2, 3, 4], 't': pd.to_datetime(['2024-01-01'] * 4)})\n"
            "b = a.groupby('k', as_index=False).agg(n=('x', 'sum'), t=('t', 'max'))\n"
            "c = a[a['x'] > 1].merge(b, on='k').sort_values('n', ascending=False).head(2)\n"
            "c['m'] = c['t_x'].dt.month + c['n'].mean()\n"
            "d = a.query('x > 1').pivot_table(index='k', values='x', aggfunc='sum')\n"
            "c.reset_index(drop=True)\n"
        )
        namespace = self._namespace([])
        code = self._program.Program(source, self._guard is not None)
        value = code.run(namespace)
        self._results.table("result", value, namespace, warm, self._frames.integers)

    def serve(self, request):
        """Answers one request. The alarm answers in its place when the budget is
        spent: it ends the process, so that nothing can catch it."""
        self._request, self._began = request, time.perf_counter()
        signal.signal(signal.SIGALRM, self._alarm(faults.timeout(request.timeout_ms)))
        # Again and again: where there was no room for the first call, the error
        # was the code's, which may have caught it.
        signal.setitimer(signal.ITIMER_REAL, request.timeout_ms / 1000, 0.005)
        # Made now, while no code has run: they need nothing to be sent.
        unknown, no_memory = (self._failed(f, printed=False) for f in (self._failures.unknown(), faults.out_of_memory()))
        try:
            line = self._line()
        except BaseException as error:
            line = no_memory if issubclass(type(error), MemoryError) else unknown
            self._log()
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._channel.write(line)

    def _alarm(self, fault):
        """The handler of the alarm. It needs little that can fail, and the process
        ends even if that does: the alarm itself is never switched off."""
        bare, ending, leave = self._failed(fault, printed=False), [False], os._exit
        raise_limit, limit = sys.setrecursionlimit, sys.getrecursionlimit

        def over(*_):
            if ending[0]:
                return
            # Code may be as deep in recursion as it can be: where there is no room even
            # for this, the error is the code's, and the next alarm finds it elsewhere.
            raise_limit(limit() + 1000)
            ending[0] = True
            try:
                try:
                    line = self._failed(fault)
                except BaseException:
                    line = bare
                self._channel.write(line)
            finally:
                leave(0)

        return over

    def _log(self):
        try:
            traceback.print_exc(file=sys.__stderr__)
        except BaseException:  # what the program left has no text
            pass

    def _line(self):
        """The response, as the bytes to send."""
        try:
            table = self._answer()
            return protocol.answered(self._request.id, table, _since(self._began), self._out.text(), self._err.text())
        except Fault as fault:
            return self._failed(fault)

    def _failed(self, fault, printed=True):
        texts = (self._out.text(), self._err.text()) if printed else ()
        return protocol.failed(self._request.id, fault, _since(self._began), *texts)

    def _answer(self):
        request = self._request
        if request.query_type not in ("python", "check"):
            raise Fault(
                faults.VALIDATION, f"A sandbox for python cannot serve a request of type {request.query_type!r}.",
                "This is a mistake inside Leo: an administrator should report it.",
            )  # fmt: skip
        sys.stdout, sys.stderr = self._out, self._err
        warnings.showwarning = self._warn
        code = self._program.Program(request.statement, self._guard is not None)
        if request.query_type == "check":
            return None
        return self._run(code, self._namespace(request.tables))

    def _run(self, code, namespace):
        injected = dict(namespace)
        try:
            last = code.run(namespace)
            name, value = self._results.find(namespace, injected, last)
            table = None if name is None else self._results.table(name, value, namespace, self._request, self._frames.integers)
        except BaseException as error:
            # What the guard refused counts even where the program caught it, and
            # where the text of its exception is what was refused.
            fault = self._failures.fault(error, code, namespace)
            raise self._refused() or fault from None
        if self._refused():
            raise self._refused()
        if table is None and not self._out.text():
            raise Fault(faults.EXECUTION, "The code ran and returned nothing.", self._results.HINT)
        return table

    def _refused(self):
        return self._guard.fault if self._guard else None

    def _warn(self, message, category, filename, lineno, file=None, line=None):
        where = f" (line {lineno})" if filename == self._program.FILE else ""
        self._err.write(f"{category.__name__}: {message}{where}\n")

    def _namespace(self, tables):
        """The globals of a program: its tables by name, and in dfs."""
        frames = self._tables(tables)
        names = {"dfs": frames}
        for table, frame in frames.items():
            for name in (table, identifier(table)):
                if name.isidentifier() and not keyword.iskeyword(name) and not hasattr(builtins, name) and not name.startswith("_"):
                    names.setdefault(name, frame)
        if self._guard:
            return {**self._guard.namespace(), **names}
        import numpy
        import pandas

        return {"__name__": "__main__", "__builtins__": builtins, "pd": pandas, "np": numpy, **names}

    def _tables(self, tables):
        if not tables:
            return dict(self._frames)
        folded = {name.lower(): name for name in self._frames}
        found = {}
        for table in tables:
            name = table if table in self._frames else folded.get(table.lower())
            if name is None:
                raise Fault(faults.NOT_FOUND, f"There is no table {table!r} in the dataset.", f"Its tables are {', '.join(self._frames)}.")
            found[name] = self._frames[name]
        return found


def identifier(name):
    """A table's name as a variable can have it."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")
