"""Modules that programs import out of habit, of which nothing is needed here:
warnings and typing. Their names are there and do nothing."""


class Anything:
    """What stands for a name of typing: any use in an annotation gives itself."""

    __slots__ = ("_name",)

    def __init__(self, name="Any"):
        object.__setattr__(self, "_name", name)

    def __setattr__(self, name, value):
        raise AttributeError(f"typing.{self._name} cannot be changed")

    def __getitem__(self, _):
        return self

    def __or__(self, _):
        return self

    __ror__ = __or__

    def __call__(self, *_, **__):
        return self

    def __repr__(self):
        return f"typing.{self._name}"


class Quiet:
    """What warnings.catch_warnings gives."""

    __slots__ = ()

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return []

    def __exit__(self, *_):
        return None


def _nothing(*_, **__):
    return None


def _same(value, *_, **__):
    return value


def _cast(_, value):
    return value


TYPES = """Any Optional Union List Dict Tuple Set FrozenSet Iterable Iterator Sequence MutableSequence Mapping MutableMapping Callable Type
Literal Final ClassVar Generator Hashable Sized Deque DefaultDict OrderedDict Counter Text Annotated Self TypeAlias TypeVar NewType
Collection Container Number NoReturn AnyStr""".split()


def typing():
    return {**{name: Anything(name) for name in TYPES}, "TYPE_CHECKING": False, "cast": _cast, "final": _same, "overload": _same, "no_type_check": _same}


def warnings(warn):
    """warn(message) shows a warning of the program's own."""
    quiet = dict.fromkeys(("filterwarnings", "simplefilter", "resetwarnings", "showwarning"), _nothing)
    return {**quiet, "catch_warnings": Quiet, "warn": warn}
