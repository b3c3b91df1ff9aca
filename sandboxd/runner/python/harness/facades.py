"""The modules as a program sees them: the public names that are listed, as
attributes of an object that is no module and has no way to one."""

import collections
import collections.abc
import datetime
import functools
import itertools
import json
import math
import re
import statistics
import types
import __future__

import numpy as np
import numpy.lib.stride_tricks
import pandas as pd
import pandas.api.types
import pandas.arrays
import pandas.errors
import pandas.tseries.offsets

import classes
import idle
import rules

# Names of numpy that reach files, memory, modules or the interpreter.
NUMPY_REFUSED = frozenset(
    """load save savez savez_compressed savetxt loadtxt genfromtxt recfromtxt recfromcsv fromfile fromregex memmap DataSource source lookfor info who test
    add_newdoc add_newdoc_ufunc add_docstring bmat deprecate deprecate_with_doc get_include seterrcall geterrobj seterrobj
    set_string_function set_numeric_ops show_config show_runtime safe_eval byte_bounds obj2sctype disp get_array_wrap may_share_memory
    tracemalloc_domain compare_chararrays nested_iters setbufsize frombuffer from_dlpack fromflex""".split()
)
PANDAS_REFUSED = frozenset("eval HDFStore ExcelFile ExcelWriter to_pickle test show_versions describe_option".split())

NAMES = {
    "math": [n for n in dir(math) if not n.startswith("_")],
    "itertools": [n for n in dir(itertools) if not n.startswith("_")],
    "statistics": statistics.__all__,
    "datetime": "date datetime time timedelta timezone tzinfo MINYEAR MAXYEAR UTC".split(),
    "re": """compile search match fullmatch split findall finditer sub subn escape error Pattern Match RegexFlag NOFLAG
        A ASCII I IGNORECASE L LOCALE M MULTILINE S DOTALL X VERBOSE U UNICODE""".split(),
    "json": "dumps loads JSONDecodeError JSONEncoder JSONDecoder".split(),
    "collections": collections.__all__,
    "collections.abc": collections.abc.__all__,
    "functools": "reduce partial partialmethod lru_cache cache cmp_to_key".split(),
    "__future__": __future__.all_feature_names,
    "pandas.api.types": [n for n in dir(pandas.api.types) if not n.startswith("_")],
    "pandas.arrays": pandas.arrays.__all__,
    "pandas.errors": pandas.errors.__all__,
    "pandas.tseries.offsets": pandas.tseries.offsets.__all__,
    "numpy.lib.stride_tricks": ["sliding_window_view"],
}  # fmt: skip

SOURCES = {
    "math": math, "itertools": itertools, "statistics": statistics, "datetime": datetime, "re": re, "json": json,
    "collections": collections, "collections.abc": collections.abc, "functools": functools, "__future__": __future__,
    "pandas.api.types": pandas.api.types, "pandas.arrays": pandas.arrays, "pandas.errors": pandas.errors, "pandas.tseries.offsets": pandas.tseries.offsets,
    "pandas.offsets": pandas.tseries.offsets, "numpy.lib.stride_tricks": numpy.lib.stride_tricks,
    "numpy": np, "numpy.random": np.random, "numpy.linalg": np.linalg, "numpy.fft": np.fft, "numpy.ma": np.ma, "numpy.char": np.char,
    "numpy.polynomial": np.polynomial, "pandas": pd, "numpy.lib": np.lib, "pandas.api": pd.api, "pandas.tseries": pd.tseries,
}  # fmt: skip
NAMES.update({"numpy.lib": (), "pandas.api": (), "pandas.tseries": ()})
NAMES["pandas.offsets"] = NAMES["pandas.tseries.offsets"]


class Module:
    """What import hands out. It has no __name__: the interpreter would look up
    what is missing among the real modules under that name. Nothing in it can be
    changed, and its class makes nothing."""

    def __new__(cls, *_, **__):
        raise TypeError("modules cannot be made")

    def __setattr__(self, *_):
        raise AttributeError("modules cannot be changed")

    def __delattr__(self, *_):
        raise AttributeError("modules cannot be changed")

    def __repr__(self):
        return f"<module {_own(self)[1]!r}>"

    def __getattr__(self, attribute):
        refuse, name = _own(self)
        reason = missing(name, attribute)
        if reason and not attribute.startswith("__"):
            refuse(f"{name}.{attribute} is not available: {reason}.", rules.PARTS_HINT, name=f"{name}.{attribute}")
        raise AttributeError(f"module {name!r} has no attribute {attribute!r}")


def _module(refuse, name, contents):
    module = object.__new__(Module)
    vars(module).update(contents, _leo=(refuse, name))
    return module


def _own(module):
    return object.__getattribute__(module, "_leo")


def available(name):
    """The public names of a module, with what they stand for."""
    source = SOURCES.get(name)
    if source is None:
        return {}
    names = NAMES.get(name)
    if names is None:
        refused = PANDAS_REFUSED if name == "pandas" else NUMPY_REFUSED
        names = [n for n in (source.__all__ if name != "numpy" else np.__all__ + ["nan", "inf"]) if n not in refused]
    out = {}
    for n in names:
        value = getattr(source, n, None)
        if not isinstance(value, types.ModuleType) and not n.startswith("_") and rules.attribute_refusal(n) is None and hasattr(source, n):
            out[n] = value
    return out


@functools.cache
def _names(module):
    children = {m.rpartition(".")[2] for m in rules.MODULES if m.rpartition(".")[0] == module}
    return frozenset(available(module)) | children | SPECIAL.get(module, frozenset())


def missing(module, attribute):
    """Why a module that exists does not offer an attribute that it really has, or
    "" for one that it offers or that is not there."""
    if module not in rules.MODULES or attribute in _names(module):
        return ""
    source = SOURCES.get(module)
    return "it is not among the parts for analysing data" if source is not None and hasattr(source, attribute) else ""


def offered():
    """The classes that modules offer."""
    return [v for module in rules.MODULES for v in available(module).values() if isinstance(v, type)]


def build(refuse, is_own, warn):
    """A fresh set of facades, by the name of the module. is_own tells classes of
    the program, warn shows a warning of the program's."""
    modules = {}
    for name in sorted(rules.MODULES, key=lambda n: n.count("."), reverse=True):
        contents = {n: classes.stand_in(v) if isinstance(v, type) and v in classes.MEMORY else v for n, v in available(name).items()}
        for other, module in modules.items():
            parent, _, last = other.rpartition(".")
            if parent == name:
                contents[last] = module
        contents.update(_special(name, refuse, is_own, warn))
        modules[name] = _module(refuse, name, contents)
    return modules


SPECIAL = {"functools": frozenset(["wraps", "total_ordering"]), "typing": frozenset(idle.typing()), "warnings": frozenset(idle.warnings(None)), "pandas": frozenset("options set_option get_option reset_option option_context".split())}


def _special(name, refuse, is_own, warn):
    if name == "functools":
        return {"wraps": _wraps, "total_ordering": _ordering(is_own)}
    if name == "typing":
        return idle.typing()
    if name == "warnings":
        return idle.warnings(warn)
    if name == "pandas":
        return _options(refuse)
    return {}


def _wraps(wrapped, *_, **__):
    """functools.wraps for functions: the name and the description, and nothing
    that is named while the program runs."""

    def decorate(function):
        if type(function) is not types.FunctionType or function.__code__.co_filename != rules.FILE:
            raise TypeError("wraps is for functions of the code itself")
        for attribute in ("__name__", "__qualname__", "__doc__"):
            value = getattr(wrapped, attribute, None)
            if type(value) is str:
                setattr(function, attribute, value)
        return function

    return decorate


def _ordering(is_own):
    def total_ordering(kind):
        if not isinstance(kind, type) or not is_own(kind):
            raise TypeError("total_ordering is for classes of the code itself")
        return functools.total_ordering(kind)

    return total_ordering


class Options:
    """pandas.options, without those that load modules."""

    def __init__(self):
        self.display, self.mode = pd.options.display, pd.options.mode


def _options(refuse):
    def checked(key):
        key = str.__str__(key)
        found = pd._config.config._select_options(key)
        if not all(k.startswith(("display.", "mode.")) for k in found):
            refuse(f"The option {key} is not available.", "Options of display and mode can be set.", name=key)
        return key

    def set_option(*args, **kwargs):
        pd.set_option(*[checked(a) if i % 2 == 0 else a for i, a in enumerate(args)], **kwargs)

    def option_context(*args):
        return pd.option_context(*[checked(a) if i % 2 == 0 else a for i, a in enumerate(args)])

    return {
        "options": Options(),
        "set_option": set_option,
        "option_context": option_context,
        "get_option": lambda key: pd.get_option(checked(key)),
        "reset_option": lambda key: pd.reset_option(checked(key)),
    }
