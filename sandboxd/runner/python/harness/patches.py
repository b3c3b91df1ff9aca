"""Closes the places where pandas looks up what a text names.

Every function here is replaced once, before there is user code. What code gives
them is taken apart and put together again from plain values: a text is compared
as the text it is, whatever a class of the code's own says about it.
"""

import collections
import difflib
import functools
import re
import sys
import types

import dateutil.tz
import numpy as np
import pandas as pd
import pandas.plotting._core
import pandas.plotting._misc
from pandas.core.computation.expr import _compose, _preparse, _replace_booleans, _replace_locals
from pandas.core.computation.ops import LOCAL_TAG
from pandas.core.computation.parsing import clean_backtick_quoted_toks
from pandas.core.generic import NDFrame
from pandas.core.groupby.generic import DataFrameGroupBy, SeriesGroupBy
from pandas.core.resample import DatetimeIndexResamplerGroupby, PeriodIndexResamplerGroupby, TimedeltaIndexResamplerGroupby
from pandas.core.window import Expanding, ExpandingGroupby, ExponentialMovingWindow, ExponentialMovingWindowGroupby, Rolling, RollingGroupby
from pandas.core.window.rolling import Window

import facades
import policy
import rules
import texts
from faults import Fault

AGGREGATORS = (
    pd.DataFrame, pd.Series, DataFrameGroupBy, SeriesGroupBy, DatetimeIndexResamplerGroupby, PeriodIndexResamplerGroupby,
    TimedeltaIndexResamplerGroupby, Rolling, RollingGroupby, Expanding, ExpandingGroupby, ExponentialMovingWindow,
    ExponentialMovingWindowGroupby, Window,
)  # fmt: skip
ZONE = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+){0,3}\Z")


def apply(refuse):
    """Replaces them. refuse(message, hint, **details) ends the code that runs."""
    _aggregations(refuse)
    _queries(refuse)
    _texts(refuse)
    _blocks(refuse)
    _writers(refuse)
    _attributes()
    _zones()
    _plots(refuse)


# Aggregations by name.


def _aggregations(refuse):
    checked = functools.partial(_checked, refuse)
    for kind in {base: None for kind in AGGREGATORS for base in kind.__mro__ if base.__module__.startswith("pandas.")}:
        for name in ("agg", "aggregate", "apply", "transform"):
            if name in vars(kind):
                setattr(kind, name, _aggregation(vars(kind)[name], checked))
    pd.DataFrame.pivot_table = _pivot(pd.DataFrame.pivot_table, checked, "aggfunc", 4)
    # Facades are built after this, from the module.
    pd.pivot_table = _pivot(pd.pivot_table, checked, "aggfunc", 4)
    pd.crosstab = _pivot(pd.crosstab, checked, "aggfunc", 5)


def _aggregation(method, checked):
    @functools.wraps(method)
    def call(self, func=None, *args, **kwargs):
        if func is None:
            kwargs = {k: _named(v, checked) for k, v in kwargs.items()}
        return method(self, checked(func), *args, **kwargs)

    return call


def _named(value, checked):
    """The value of a named aggregation: a function, or a column and one."""
    if isinstance(value, pd.NamedAgg):
        return pd.NamedAgg(value.column, checked(value.aggfunc))
    if isinstance(value, tuple) and len(value) == 2:
        return tuple.__getitem__(value, 0), checked(tuple.__getitem__(value, 1))
    return checked(value)


def _pivot(method, checked, name, at):
    @functools.wraps(method)
    def call(*args, **kwargs):
        if name in kwargs:
            kwargs[name] = checked(kwargs[name])
        if len(args) > at:
            args = (*args[:at], checked(args[at]), *args[at + 1 :])
        return method(*args, **kwargs)

    return call


def _checked(refuse, func, depth=0):
    """What an aggregation is given, rebuilt, with every name in it allowed."""
    if func is None or depth > 4:
        return func if func is None else refuse("The aggregation is nested too deeply.", "Use a dictionary of columns and lists of names.")
    if isinstance(func, str):
        return _aggregation_name(refuse, str.__str__(func))
    if isinstance(func, pd.NamedAgg):
        return pd.NamedAgg(func.column, _checked(refuse, func.aggfunc, depth + 1))
    # In the order pandas asks: an object of the code's own may be callable too.
    if pd.api.types.is_dict_like(func):
        return {k: _value(refuse, func[k], depth) for k in list(func.keys())}
    if pd.api.types.is_list_like(func):
        return [_value(refuse, v, depth) for v in list(func)]
    return func


def _value(refuse, value, depth):
    # (name, function) is how a column of the result is named in older code.
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return str.__str__(value[0]), _checked(refuse, value[1], depth + 1)
    return _checked(refuse, value, depth + 1)


def _aggregation_name(refuse, name):
    if name in rules.AGGREGATIONS:
        return name
    refusal = rules.attribute_refusal(name)
    if refusal:
        refuse(*refusal, name=name)
    close = difflib.get_close_matches(name, rules.AGGREGATIONS, 1)
    meant = f" Did you mean {close[0]!r}?" if close else " Use a name such as 'sum' or 'mean', or a function."
    raise AttributeError(f"{name!r} is no aggregation.{meant}")


# Queries.


def _queries(refuse):
    original = pd.DataFrame.query

    @functools.wraps(original)
    def query(self, expr, inplace=False, **kwargs):
        if set(kwargs) - {"engine", "parser"} or kwargs.get("engine", "python") != "python" or kwargs.get("parser", "pandas") != "pandas":
            refuse("query takes the expression and inplace.", "Use @name in the expression for variables.")
        if isinstance(expr, str):
            expr = " ".join(str.__str__(expr).splitlines()).strip()
            _judge_query(refuse, expr)
        # pandas would take the variables of whatever frame calls this.
        names = _variables()
        return original(self, expr, inplace=bool(inplace), local_dict=names, global_dict=names)

    pd.DataFrame.query = query


def _variables():
    """The variables of the program where it runs now, which are its own names."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename != rules.FILE:
        frame = frame.f_back
    names = {**frame.f_globals, **frame.f_locals} if frame else {}
    return {k: v for k, v in names.items() if not k.startswith("__") and not isinstance(v, types.ModuleType)}


# What pandas does to a text before it parses it.
_PREPARE = _compose(_replace_locals, _replace_booleans, clean_backtick_quoted_toks)


def _judge_query(refuse, expression):
    try:
        prepared = _preparse(expression, f=_PREPARE)
    except Exception:
        prepared = None
    if prepared is None or LOCAL_TAG in expression or len(expression) > rules.MAX_SOURCE:
        refuse("The text of the query cannot be judged.", "Use a comparison of columns, or a mask: frame[frame['a'] > 1].")
    try:
        policy.judge_query(prepared, facades.missing)
    except Fault as fault:
        details = {k: v for k, v in fault.details.items() if k == "name"}
        refuse(f"In the query: {fault.message}", fault.hint, **details)


# Texts and arrays.


def _texts(refuse):
    """UserString formats the text in it."""
    for name in rules.FORMATS:
        setattr(collections.UserString, name, _formatting(getattr(collections.UserString, name), refuse))


def _formatting(method, refuse):
    @functools.wraps(method)
    def call(self, *args, **kwargs):
        # A plain one: its text is what has been judged.
        text = str.__str__(self.data)
        refusal = texts.format_refusal(text)
        if refusal:
            refuse(*refusal)
        return method(collections.UserString(text), *args, **kwargs)

    return call


def _blocks(refuse):
    """np.r_ and np.c_ look up the names in a text in the frame that calls them."""
    kind = np.lib.index_tricks.AxisConcatenator
    original = kind.__getitem__

    @functools.wraps(original)
    def item(self, key):
        if isinstance(key, str):
            refuse("np.r_ and np.c_ take no text alone.", "Write the arrays themselves: np.r_[a, b].")
        return original(self, key)

    kind.__getitem__ = item


# Files.


def _writers(refuse):
    for kind in (NDFrame, pd.DataFrame, pd.Series):
        for name, target in rules.WRITERS.items():
            if name in vars(kind):
                setattr(kind, name, _writer(vars(kind)[name], name, target, refuse))
        for name in rules.FILES:
            if name in vars(kind):
                setattr(kind, name, _refused(name, refuse))


def _writer(method, name, target, refuse):
    @functools.wraps(method)
    def call(self, *args, **kwargs):
        if (args and args[0] is not None) or kwargs.get(target) is not None:
            refuse(f"{name} cannot write a file here.", rules.RETURN_HINT, name=name)
        return method(self, *args, **kwargs)

    return call


def _refused(name, refuse):
    def call(*args, **kwargs):
        refuse(*rules.attribute_refusal(name), name=name)

    return call


# Attributes, zones, plots.


def _attributes():
    """Labels of columns and rows are attributes, which numpy asks for by special
    names. Those are never meant."""
    original = NDFrame.__getattr__

    def attribute(self, name):
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        return original(self, name)

    NDFrame.__getattr__ = attribute


def _zones():
    """dateutil opens any path as a time zone."""
    original = dateutil.tz.gettz

    def gettz(name=None):
        if name is not None and not ZONE.match(str(name)):
            return None
        return original(name)

    dateutil.tz.gettz = gettz
    from pandas._libs.tslibs import timezones

    timezones.dateutil_gettz = gettz


def _plots(refuse):
    """Plots are drawn by a module that is imported by its name."""
    hint = "Return the data instead: a chart is drawn from the result."

    def plot(*_, **__):
        refuse("Plots are not drawn here.", hint)

    for kind in (pd.DataFrame, pd.Series, DataFrameGroupBy, SeriesGroupBy):
        for name in ("plot", "hist", "boxplot"):
            if hasattr(kind, name):
                setattr(kind, name, property(plot))
    for module in (pandas.plotting._core, pandas.plotting._misc):
        module._get_plot_backend = plot
