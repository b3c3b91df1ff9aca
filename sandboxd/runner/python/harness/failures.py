"""Turns what a program raised into a fault its author can work with."""

import difflib
import errno

import pandas as pd

import faults
import guard
from faults import EXECUTION, RESOURCE, Fault
from program import FILE

MAX_MESSAGE = 500
MAX_FRAMES = 12
CLOSE, MANY = 0.6, 3


def fault(error, program, namespace):
    """The fault for an exception that ended a program."""
    if isinstance(error, guard.Refusal):
        return error.fault
    if isinstance(error, Fault):
        return error
    resource = _resource(error)
    if resource:
        return resource
    return describe(error, list(_steps(error.__traceback__)), program.source.splitlines(), namespace)


def _resource(error):
    if isinstance(error, MemoryError):
        return faults.out_of_memory()
    if isinstance(error, OSError) and error.errno in (errno.EAGAIN, errno.ENOMEM):
        return Fault(RESOURCE, "The code starts more processes or threads than it may.", "Use pandas operations on whole columns.", resource="pids")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return Fault(RESOURCE, "The code writes more than it may.", "Keep the data in memory and return it.", resource="disk")
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return Fault(RESOURCE, "The code starts more threads than it may.", "Use pandas operations on whole columns.", resource="pids")
    return None


class Step:
    """One step of a traceback: line and column count from 1."""

    def __init__(self, trace):
        code = trace.tb_frame.f_code
        self.name, self.line, self.column = code.co_name, trace.tb_lineno, None
        for i, (_, _, column, _) in enumerate(code.co_positions()):
            if i == trace.tb_lasti // 2 and column is not None:
                self.column = column
                break

    def place(self, lines):
        """The details of a fault: bytes become characters."""
        place = {"line": self.line}
        if self.column is not None and 0 < self.line <= len(lines):
            before = lines[self.line - 1].encode("utf-8", "surrogatepass")[: self.column]
            place["column"] = len(before.decode("utf-8", "ignore")) + 1
        return place


def _steps(trace):
    """The steps of the program itself. The module of Python's own for this would
    look for the texts of all of them on disk."""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            yield Step(trace)
        trace = trace.tb_next


def describe(error, steps, lines, namespace):
    kind = type(error).__name__
    text = _text(error)
    place = steps[-1].place(lines) if steps else {}
    message = f"{kind}: {text}" if text else kind
    where = f" (line {place['line']})" if place else ""
    return Fault(
        EXECUTION, message[:MAX_MESSAGE] + where, hint(error, namespace) or "Correct the code at this place and run it again.",
        error=kind, traceback=_trace(steps, lines, message[:MAX_MESSAGE]), **place,
    )  # fmt: skip


def _text(error):
    try:
        text = str(error)
    except Exception:  # an exception of the program's own, whose __str__ fails
        return ""
    return text.strip()


def _trace(steps, lines, message):
    """The traceback, of the program's own steps only."""
    out = ["Traceback (most recent call last):"]
    if len(steps) > MAX_FRAMES:
        steps = steps[:3] + steps[3 - MAX_FRAMES :]
    for step in steps:
        out.append(f'  File "{FILE}", line {step.line}, in {step.name}')
        out.extend("    " + line.strip()[:200] for line in lines[step.line - 1 : step.line])
    return "\n".join(out + [message])


def hint(error, namespace):
    """What to do about it, where that can be guessed."""
    if isinstance(error, KeyError) and error.args:
        return _close(error.args[0], _columns(namespace), "column")
    if isinstance(error, NameError) and getattr(error, "name", None):
        names = [n for n in namespace if not n.startswith("__")] + list(namespace["__builtins__"]) if "__builtins__" in namespace else list(namespace)
        return _close(error.name, [n for n in names if not n.startswith("__")], "name") or _tables(namespace)
    if isinstance(error, AttributeError) and getattr(error, "name", None):
        return _close(error.name, _columns(namespace) + _attributes(error), "attribute")
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return "Let the code run to its end."
    if isinstance(error, ImportError):
        return "Use pandas and numpy: nothing else is installed."
    if isinstance(error, RecursionError):
        return "Use a loop, or pandas operations on whole columns, instead of recursion."
    return None


def _attributes(error):
    return [n for n in dir(type(getattr(error, "obj", None))) if not n.startswith("_")]


def _columns(namespace):
    columns = {}
    for value in namespace.values():
        if isinstance(value, pd.DataFrame):
            columns.update((c, None) for c in value.columns if isinstance(c, str))
    for frame in _dfs(namespace).values():
        columns.update((c, None) for c in frame.columns if isinstance(c, str))
    columns.update((n, None) for n in _dfs(namespace))
    return list(columns)


def _dfs(namespace):
    dfs = namespace.get("dfs")
    return {k: v for k, v in dfs.items() if isinstance(v, pd.DataFrame)} if type(dfs) is dict else {}


def _tables(namespace):
    names = list(_dfs(namespace))[:10]
    return f"The tables are {', '.join(names)}." if names else None


def _close(name, names, what):
    if not isinstance(name, str):
        return None
    folded = {}
    for n in names:
        folded.setdefault(n.lower(), n)
    close = difflib.get_close_matches(name.lower(), list(folded), MANY, CLOSE)
    if not close:
        if what == "column" and names:
            return f"There is no {name!r}. Columns are: {', '.join(names[:20])}."
        return None
    quoted = " or ".join(repr(folded[c]) for c in close)
    return f"There is no {what} {name!r}. Did you mean {quoted}?"
