"""What a running program gets instead of Python's own built-ins.

Built-in functions that lead out of the code are replaced by ones that refuse, the
others are as they are; import hands out facades. A refusal that the program
catches is remembered: the run has broken the policy all the same.
"""

import builtins
import sys

import facades
import policy
import program
import rules
from faults import POLICY, Fault

PLAIN = """abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float format frozenset
hash hex id int isinstance issubclass iter len list map max min next object oct ord pow print property range repr reversed round set
slice sorted staticmethod str sum super tuple zip None True False Ellipsis NotImplemented __build_class__ __debug__""".split()


class Refusal(BaseException):
    """Ends a program that broke the policy while it ran."""

    def __init__(self, fault):
        super().__init__(fault.message)
        self.fault = fault


class Guard:
    """The guard of one process."""

    def __init__(self):
        self.fault = None
        self.facades = {}

    def namespace(self):
        """Globals of a program: the built-ins, and the modules under their names."""
        if not self.facades:
            self.facades = facades.build(self.refuse)
        modules = {name: f for name, f in self.facades.items() if "." not in name and name != "__future__"}
        aliases = {"pd": modules["pandas"], "np": modules["numpy"]}
        return {"__name__": "__main__", "__builtins__": self._builtins(), **modules, **aliases}

    def refuse(self, message, hint, **details):
        """Refuses something at the line of the program that runs now."""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != program.FILE:
            frame = frame.f_back
        fault = Fault(POLICY, message, hint, line=frame.f_lineno if frame else None, column=1 if frame else None, **details)
        if self.fault is None:
            self.fault = fault
        raise Refusal(fault)

    def _builtins(self):
        out = {name: getattr(builtins, name) for name in PLAIN}
        for name, value in vars(builtins).items():
            if isinstance(value, type) and issubclass(value, BaseException):
                out[name] = value
        for name, hint in rules.NAMES.items():
            out[name] = self._refused(name, hint)
        out["__import__"] = self._import
        out["type"] = Type
        out["hasattr"] = self._hasattr
        out[program.FORMAT] = self._format
        return out

    def _refused(self, name, hint):
        def refused(*args, **kwargs):
            self.refuse(f"{name} is not available.", hint or "Remove it.", name=name)

        return refused

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        """import: the policy has judged the names, this keeps to them."""
        if type(fromlist) is list:
            # Not the code: C below it, which imports through the built-ins of the
            # caller and passes a list, where the interpreter passes a tuple.
            return builtins.__import__(name, globals, locals, fromlist, level)
        if level or type(name) is not str or name not in self.facades:
            self.refuse(f"The module {name} is not available.", rules.module_hint(str(name)), name=str(name))
        return self.facades[name if fromlist else name.partition(".")[0]]

    def _hasattr(self, value, name):
        name = str.__str__(name)
        refusal = rules.attribute_refusal(name)
        if refusal:
            self.refuse(*refusal, name=name)
        return hasattr(value, name)

    def _format(self, value, name):
        """The attribute format or format_map of anything."""
        if isinstance(value, type) and issubclass(value, str):
            return lambda template, *args, **kwargs: self._formatted(template, name, args, kwargs)
        if issubclass(type(value), str):
            return lambda *args, **kwargs: self._formatted(value, name, args, kwargs)
        return getattr(value, name)

    def _formatted(self, template, name, args, kwargs):
        template = str.__str__(template)
        refusal = policy.format_refusal(template)
        if refusal:
            self.refuse(*refusal)
        return getattr(template, name)(*args, **kwargs)


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


class Type(metaclass=_TypeOfTypes):
    """type, as far as it asks: the type of a type is this again, so that no
    program gets what makes classes."""

    __slots__ = ()

    def __new__(cls, value):
        kind = type(value)
        return Type if issubclass(kind, type) else kind


Type.__name__ = Type.__qualname__ = "type"
