"""Classes in the hands of a program: which are its own, which it may derive from,
and what type(x) gives for the others."""

import builtins
import collections
import collections.abc
import datetime
import functools
import json
import types

import numpy as np

PLAIN = frozenset((
    object, bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice, type(None), type(Ellipsis),
    enumerate, zip, map, filter, reversed,
))  # fmt: skip
# Their constructors take memory, and keep no hold on it.
MEMORY = frozenset((np.ndarray, np.recarray, np.chararray))
BASES = frozenset((
    object, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, json.JSONEncoder, json.JSONDecoder,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.tzinfo,
    *(v for m in (collections, collections.abc) for v in map(vars(m).get, m.__all__) if isinstance(v, type)),
))  # fmt: skip
BASE_HINT = "Classes may derive from classes of the code itself, exceptions, and Python's own data types. Write functions that take a data frame."


class Classes:
    """The classes of one program."""

    def __init__(self, refuse, offered):
        """offered are the classes that modules offer by name."""
        self._refuse, self._own = refuse, {}
        self._offered = {id(kind): kind for kind in offered if kind not in MEMORY}

    def is_own(self, value):
        """Whether the program made this class, or the class of this object."""
        return id(value) in self._own or id(type(value)) in self._own

    def build(self, body, name, *bases, **keywords):
        """What a class statement calls."""
        for base in bases:
            if not self._may_derive(base):
                named = getattr(base, "__name__", "this")
                self._refuse(f"A class cannot derive from {named}.", BASE_HINT, name=str(named)[:100])
        made = builtins.__build_class__(body, name, *bases, **keywords)
        if isinstance(made, type):
            self._own[id(made)] = made
        return made

    def _may_derive(self, base):
        if type(base) is types.GenericAlias:
            base = base.__origin__
        if not isinstance(base, type):
            return False
        return base in BASES or id(base) in self._own or issubclass(base, BaseException) or _is_record(base)

    def of(self, value):
        """The class of a value where a program may have it, otherwise what stands for it."""
        kind = type(value)
        if kind in PLAIN or id(kind) in self._own or id(kind) in self._offered or _is_record(kind):
            return kind
        if issubclass(kind, BaseException) and vars(builtins).get(kind.__name__) is kind:
            return kind
        return stand_in(kind)

    def type(self):
        """type, as far as it asks: the type of a type is this again, so that no
        program gets what makes classes."""

        def new(cls, value):
            return cls if issubclass(type(value), type) else self.of(value)

        made = _TypeOfTypes("type", (), {"__slots__": (), "__new__": new, "__module__": "builtins"})
        return made


def _is_record(kind):
    return issubclass(kind, tuple) and type(vars(kind).get("_fields")) is tuple


class _TypeOfTypes(type):
    def __instancecheck__(cls, value):
        return isinstance(value, type)

    def __subclasscheck__(cls, value):
        return issubclass(value, type)

    def __eq__(cls, other):
        return other is cls or other is type

    def __hash__(cls):
        return hash(type)

    def __repr__(cls):
        return "<class 'type'>"


_real = {}


class _StandIn(type):
    """The class of classes that tell what they stand for and make nothing."""

    def __call__(cls, *_, **__):
        raise TypeError(f"{cls.__name__} cannot be made this way: use the functions of pandas and numpy, such as np.array or pd.DataFrame.")

    def __instancecheck__(cls, value):
        return isinstance(value, _real[id(cls)])

    def __subclasscheck__(cls, value):
        return value is cls or issubclass(value, _real[id(cls)])

    def __getattr__(cls, name):
        if name.startswith("_") or cls is None or _real.get(id(cls)) not in MEMORY:
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        return getattr(_real[id(cls)], name)

    def __repr__(cls):
        return repr(_real[id(cls)])


@functools.cache
def stand_in(kind):
    """What stands for a class: always the same for one class."""
    made = _StandIn(kind.__name__, (), {"__slots__": (), "__module__": kind.__module__})
    _real[id(made)] = kind
    return made
