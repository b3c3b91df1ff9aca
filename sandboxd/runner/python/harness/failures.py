"""Turns what a program raised into a fault its author can work with."""

import difflib
import dis
import errno

import pandas as pd

import faults
import guard
from exact import isa, text as exactly
from faults import EXECUTION, RESOURCE, Fault
from program import FILE

MAX_MESSAGE = 500
MAX_FRAMES = 12
CLOSE, MANY = 0.6, 3


# A program can derive classes from exceptions that answer differently: what an
# exception holds is read the way its base class does.
arguments, number, trace_of = BaseException.args.__get__, OSError.errno.__get__, BaseException.__traceback__.__get__
type_name = vars(type)["__name__"].__get__

# Where an exception begins that the program raised or threw itself: below a line
# of it that only calls something, it is of the machine.
RAISES = {dis.opmap[name] for name in ("RAISE_VARARGS", "RETURN_GENERATOR", "RESUME", "YIELD_VALUE", "SEND")}


def fault(error, program, namespace):
    """The fault for an exception that ended a program, whatever the exception does."""
    if isa(error, guard.Refusal):
        return error.fault
    if isa(error, Fault):
        return error
    try:
        return _resource(error) or describe(error, list(_steps(trace_of(error))), program.source.splitlines(), namespace)
    except BaseException:
        return unknown()


def unknown():
    return Fault(EXECUTION, "The code failed in a way that cannot be described.", "Let it raise ordinary exceptions, with a text.")


def _resource(error):
    if _raised_by_program(trace_of(error)):
        return None
    if isa(error, MemoryError):
        return faults.out_of_memory()
    errnum = number(error) if isa(error, OSError) else None
    if errnum in (errno.EAGAIN, errno.ENOMEM):
        return Fault(RESOURCE, "The code starts more processes or threads than it may.", "Use pandas operations on whole columns.", resource="pids")
    if errnum in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return Fault(RESOURCE, "The code writes more than it may.", "Keep the data in memory and return it.", resource="disk")
    if isa(error, RuntimeError) and "can't start new thread" in _text(error):
        return Fault(RESOURCE, "The code starts more threads than it may.", "Use pandas operations on whole columns.", resource="pids")
    return None


def _raised_by_program(trace):
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_filename != FILE:
        return False
    return trace.tb_frame.f_code.co_code[trace.tb_lasti] in RAISES


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
    kind = exactly(type_name(type(error)))
    text = _text(error)
    place = steps[-1].place(lines) if steps else {}
    message = f"{kind}: {text}" if text else kind
    where = f" (line {place['line']})" if place else ""
    return Fault(
        EXECUTION, message[:MAX_MESSAGE] + where, _hint(error, namespace) or "Correct the code at this place and run it again.",
        error=kind, traceback=_trace(steps, lines, message[:MAX_MESSAGE]), **place,
    )  # fmt: skip


def _text(error):
    try:
        return exactly(error).strip()
    except BaseException:  # an exception of the program's own, whose __str__ fails
        return ""


def _trace(steps, lines, message):
    """The traceback, of the program's own steps only."""
    out = ["Traceback (most recent call last):"]
    if len(steps) > MAX_FRAMES:
        steps = steps[:3] + steps[3 - MAX_FRAMES :]
    for step in steps:
        out.append(f'  File "{FILE}", line {step.line}, in {step.name}')
        out.extend("    " + line.strip()[:200] for line in lines[step.line - 1 : step.line])
    return "\n".join(out + [message])


def _hint(error, namespace):
    try:
        return hint(error, namespace)
    except BaseException:  # what the program made of its names
        return None


def hint(error, namespace):
    """What to do about it, where that can be guessed."""
    if isa(error, KeyError) and arguments(error):
        return _close(arguments(error)[0], _columns(namespace), "column")
    if isa(error, NameError) and NameError.name.__get__(error):
        names = [*namespace, *namespace.get("__builtins__", ())]
        return _close(NameError.name.__get__(error), [n for n in names if not n.startswith("__")], "name") or _tables(namespace)
    if isa(error, AttributeError) and AttributeError.name.__get__(error):
        return _close(AttributeError.name.__get__(error), _columns(namespace) + _attributes(error), "attribute")
    if isa(error, (SystemExit, KeyboardInterrupt)):
        return "Let the code run to its end."
    if isa(error, ImportError):
        return "Use pandas and numpy: nothing else is installed."
    if isa(error, RecursionError):
        return "Use a loop, or pandas operations on whole columns, instead of recursion."
    return None


def _attributes(error):
    return [n for n in dir(type(AttributeError.obj.__get__(error))) if not n.startswith("_")]


def _columns(namespace):
    columns = {}
    for frame in [v for v in namespace.values() if isa(v, pd.DataFrame)] + list(_dfs(namespace).values()):
        columns.update((exactly(c), None) for c in _labels(frame) if isa(c, str))
    columns.update((n, None) for n in _dfs(namespace))
    return list(columns)


_labels = pd.DataFrame.columns.__get__


def _dfs(namespace):
    dfs = namespace.get("dfs")
    return {exactly(k): v for k, v in dfs.items() if isa(k, str) and isa(v, pd.DataFrame)} if type(dfs) is dict else {}


def _tables(namespace):
    names = list(_dfs(namespace))[:10]
    return f"The tables are {', '.join(names)}." if names else None


def _close(name, names, what):
    if not isa(name, str):
        return None
    name, folded = exactly(name), {}
    for n in names:
        folded.setdefault(n.lower(), n)
    close = difflib.get_close_matches(name.lower(), list(folded), MANY, CLOSE)
    if not close:
        if what == "column" and names:
            return f"There is no {name!r}. Columns are: {', '.join(names[:20])}."
        return None
    quoted = " or ".join(repr(folded[c]) for c in close)
    return f"There is no {what} {name!r}. Did you mean {quoted}?"
