"""What a running program gets instead of Python's own built-ins.

Built-in functions that lead out of the code are replaced by ones that refuse, the
others are as they are; import hands out facades. A refusal that the program
catches is remembered: the run has broken the policy all the same.
"""

import builtins
import sys
import warnings

import classes
import facades
import program
import rewrite
import rules
import stores
import texts
from faults import POLICY, Fault

PLAIN = """abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float format frozenset
hash hex id int isinstance issubclass iter len list map max min next object oct ord pow print property range repr reversed round set
slice sorted staticmethod str sum super tuple zip None True False Ellipsis NotImplemented __debug__""".split()


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
        self.classes = classes.Classes(self.refuse, facades.offered())

    def namespace(self):
        """Globals of a program: the built-ins, and the modules under their names."""
        if not self.facades:
            self.facades = facades.build(self.refuse, self.classes.is_own, self._warning)
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
        out["__build_class__"] = self.classes.build
        out["type"] = self.classes.type()
        out["hasattr"], out["getattr"] = self._hasattr, self._getattr
        out[rewrite.METHOD], out[rewrite.STORES], out[rewrite.OWN] = self._method, self._stores, self._private
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
        return hasattr(value, self._attribute(name))

    def _getattr(self, value, name, *default):
        name = self._attribute(name)
        if name in rules.FORMATS | rules.OWNED and hasattr(value, name):
            return self._method(value, name)
        return getattr(value, name, *default)

    def _attribute(self, name):
        name = str.__str__(name)
        refusal = rules.attribute_refusal(name)
        if refusal:
            self.refuse(*refusal, name=name)
        return name

    def _stores(self, value, name):
        """What an attribute is set on, or deleted from."""
        if not self.classes.is_own(value) and not stores.allowed(value, name, program.FILE):
            self.refuse(f"The attribute {name} cannot be set or deleted here.", stores.HINT, name=name)
        return value

    def _private(self, value):
        """What an attribute with one leading underscore is read from."""
        if not self.classes.is_own(value):
            self.refuse("Attributes with an underscore are internal and are not available.", "Use the object's public attributes.")
        return value

    def _warning(self, message, category=UserWarning, *_, **__):
        kind = category if isinstance(category, type) and issubclass(category, Warning) else UserWarning
        warnings.warn_explicit(str(message), kind, program.FILE, sys._getframe(1).f_lineno)

    def _method(self, value, name):
        if name in rules.FORMATS:
            return self._format(value, name)
        if not isinstance(value, facades.Module) and not self.classes.is_own(value) and type(value) is not super:
            hint = "For arrays, use np.resize or reshape." if name == "resize" else "Remove it."
            self.refuse(f"The method {name} is not available.", hint, name=name)
        return getattr(value, name)

    def _format(self, value, name):
        """The attribute format or format_map of anything."""
        if type(value) is super:
            owner = vars(super)["__self__"].__get__(value)
            value = owner if issubclass(owner if isinstance(owner, type) else type(owner), str) else value
        if isinstance(value, type) and issubclass(value, str):
            return lambda template, *args, **kwargs: self._formatted(template, name, args, kwargs)
        if issubclass(type(value), str):
            return lambda *args, **kwargs: self._formatted(value, name, args, kwargs)
        return getattr(value, name)

    def _formatted(self, template, name, args, kwargs):
        template = str.__str__(template)
        refusal = texts.format_refusal(template)
        if refusal:
            self.refuse(*refusal)
        return getattr(template, name)(*args, **kwargs)
