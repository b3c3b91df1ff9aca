"""Judges a program before it runs, by its syntax tree.

Every node must be of a kind that is on the list, every import on the list of
modules, and every name and attribute outside of what leads behind objects. The
tree that was judged is the tree that is compiled, with calls of the guard added
(rewrite). What a tree does not show, texts that name things and whose an object is,
is the guard's part.

Judging takes time and memory in proportion to the program, which is bounded, and
does not recurse.
"""

import ast

import rules
import texts
from faults import EXECUTION, POLICY, VALIDATION, Fault

NODES = frozenset(
    getattr(ast, name)
    for name in """Module Expression Interactive FunctionDef ClassDef Return Delete Assign AugAssign AnnAssign For While If With Match Raise
    Try TryStar Assert Import ImportFrom Global Nonlocal Expr Pass Break Continue BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set
    ListComp SetComp DictComp GeneratorExp Yield YieldFrom Compare Call FormattedValue JoinedStr Constant Attribute Subscript Starred
    Name List Tuple Slice Load Store Del And Or Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv Invert Not
    UAdd USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn comprehension ExceptHandler arguments arg keyword alias withitem match_case
    MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar MatchAs MatchOr""".split()
)

# The prefix of names that pandas writes for @name in the text of a query.
QUERY_LOCAL = "__pd_eval_local_"


def parse(source):
    """The syntax tree of a program. A mistake of its author is an execution
    error; what is too large or too deep to look at is refused."""
    if not source.strip():
        raise Fault(VALIDATION, "There is no code to run.", "Write some Python.")
    if len(source.encode("utf-8", "surrogatepass")) > rules.MAX_SOURCE:
        raise Fault(POLICY, "The code is longer than 256 KiB.", "Write less code, or split it into several runs.", line=1, column=1)
    try:
        return ast.parse(source, "<code>")
    except SyntaxError as e:
        raise syntax_fault(e) from None
    except (RecursionError, MemoryError):
        raise too_deep() from None
    except ValueError as e:  # NUL, surrogates
        raise Fault(EXECUTION, f"The code cannot be read: {e}.", "Remove characters that are no text.", line=1) from None


def syntax_fault(e):
    """What is wrong with a text that is no program."""
    kind, line = type(e).__name__, e.lineno or 1
    return Fault(
        EXECUTION, f"{kind}: {e.msg} (line {line})", "Correct the code at this place.",
        line=line, column=e.offset or 1, error=kind, source=(e.text or "").strip("\n")[:200] or None,
    )  # fmt: skip


def too_deep():
    return Fault(POLICY, "The code is nested too deeply.", "Use variables for parts of the expression.", line=1, column=1)


def judge(tree, source, modules):
    """Raises a Fault for the first thing in a tree that is not allowed. modules
    tells what the modules offer: modules(name, attribute) is "" if that is
    available or nobody knows it, and otherwise the reason why not."""
    Judge(source, modules).walk(tree)


class Judge:
    def __init__(self, source, modules, bound=()):
        self._lines, self._modules = source.splitlines(), modules
        # What a plain name stands for, as far as imports tell.
        self._aliases = {"pd": "pandas", "np": "numpy", **{name: name for name in rules.MODULES if "." not in name}}
        self._bound = set(bound)
        self._parents = {}

    def walk(self, tree):
        nodes = list(self._in_order(tree))
        for node, parent in nodes:
            self._bind(node)
            self._parents[node] = parent
        checks = {kind: getattr(self, f"_{kind.__name__}", None) for kind in {type(node) for node, _ in nodes}}
        for node, parent in nodes:
            check = checks[type(node)]
            if check is not None:
                check(node, parent)

    def _in_order(self, tree):
        """Every node with its parent, in the order of the text."""
        stack = [(tree, None, 0)]
        while stack:
            node, parent, depth = stack.pop()
            if type(node) not in NODES:
                self._refuse(node, f"{_words(node)} cannot be used here.", "Write it with ordinary statements and functions.")
            if depth > rules.MAX_DEPTH:
                raise too_deep()
            yield node, parent
            stack.extend((child, node, depth + 1) for child in reversed(list(ast.iter_child_nodes(node))))

    def _bind(self, node):
        """Notes names that the code itself gives a meaning."""
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self._bound.add(node.id)
        elif isinstance(node, ast.arg):
            self._bound.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self._bound.add(node.name)
        elif isinstance(node, ast.alias):
            self._bound.add(node.asname or node.name)

    def _refuse(self, node, message, hint, **details):
        line = getattr(node, "lineno", 1)
        column = 1
        if 0 < line <= len(self._lines):
            before = self._lines[line - 1].encode("utf-8", "surrogatepass")[: getattr(node, "col_offset", 0)]
            column = len(before.decode("utf-8", "ignore")) + 1
        raise Fault(POLICY, message, hint, line=line, column=column, **details)

    # Names.

    def _Name(self, node, parent):
        if not texts.asks_by_name(node, parent):
            self._name(node, node.id)
        if node.id == "super" and not (isinstance(parent, ast.Call) and parent.func is node and not parent.args and not parent.keywords):
            self._refuse(node, "super is only available as super().", "Call super() without arguments, inside of a method.", name="super")
        if node.id == "type" and isinstance(parent, ast.ClassDef):
            self._refuse(node, "Classes of classes are not available.", "Write an ordinary class.", name="type")

    def _name(self, node, name):
        if name.startswith("__") and name != "__" and name != "__name__":
            self._refuse(node, f"The name {name} is internal and is not available.", "Choose a name without leading underscores.", name=name)
        if name in rules.POSES:
            self._refuse(node, f"The name {name} is internal to pandas.", "Choose another name.", name=name)
        if name in rules.NAMES and name not in self._bound:
            self._refuse(node, f"{name} is not available.", rules.NAMES[name] or "Remove it.", name=name)

    def _arg(self, node, _):
        self._name(node, node.arg)

    def _ExceptHandler(self, node, _):
        self._name(node, node.name or "")

    def _MatchAs(self, node, _):
        self._name(node, node.name or "")

    _MatchStar = _MatchAs

    def _MatchMapping(self, node, _):
        self._name(node, node.rest or "")

    def _Global(self, node, _):
        for name in node.names:
            self._name(node, name)

    _Nonlocal = _Global

    def _FunctionDef(self, node, parent):
        if not (isinstance(parent, ast.ClassDef) and node.name in rules.METHODS):
            self._name(node, node.name)

    def _ClassDef(self, node, _):
        self._name(node, node.name)
        if node.keywords:
            self._refuse(node, "Classes with keywords, such as metaclass, are not available.", "Write an ordinary class.")

    # Attributes.

    def _Attribute(self, node, _):
        name = node.attr
        if name in rules.METHODS and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "super":
            return
        stores = not isinstance(node.ctx, ast.Load)
        if stores and name.startswith("_") and not rules.is_private(name):
            self._refuse(node, f"The attribute {name} cannot be set.", "Choose a name without leading underscores.", name=name)
        if not (rules.is_private(name) and name not in rules.POSES and self._may_be_own(node.value)):
            self._attribute(node, name)
        if name in rules.FORMATS and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            refusal = texts.format_refusal(node.value.value)
            if refusal:
                self._refuse(node, *refusal)
        module = self._module(node.value)
        reason = module and self._modules(module, name)
        if reason:
            self._refuse(node, f"{module}.{name} is not available: {reason}.", rules.PARTS_HINT, name=f"{module}.{name}")

    def _may_be_own(self, node):
        """Whether this starts, as self does, from a variable of the program's in a
        method of one of its classes. What it is the guard looks at."""
        inner = node
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        while isinstance(node, ast.Name) and node.id in self._bound and inner in self._parents:
            outer = self._parents[inner]
            if isinstance(inner, ast.FunctionDef) and isinstance(outer, ast.ClassDef):
                return True
            inner = outer
        return False

    def _attribute(self, node, name):
        refusal = rules.attribute_refusal(name)
        if refusal:
            self._refuse(node, *refusal, name=name)

    def _module(self, node):
        """The module that an expression like np or np.linalg stands for, or None."""
        path = []
        while isinstance(node, ast.Attribute):
            path.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._aliases:
            return None
        name = ".".join([self._aliases[node.id], *reversed(path)])
        return name if name in rules.MODULES else None

    def _MatchClass(self, node, _):
        for name in node.kwd_attrs:
            self._attribute(node, name)
            if name in rules.FORMATS or name in rules.OWNED:
                self._refuse(node, f"A pattern cannot take the method {name}.", "Write the call itself.", name=name)

    # Calls.

    def _Call(self, node, _):
        if isinstance(node.func, ast.Name) and node.func.id == "type" and (len(node.args) != 1 or node.keywords) and "type" not in self._bound:
            self._refuse(node, "Making classes with type(…) is not available.", "Use type(x) to ask for a type, and class to make one.", name="type")
        if isinstance(node.func, ast.Attribute) and node.func.attr in rules.WRITERS:
            self._writer(node, node.func.attr)

    def _writer(self, node, name):
        targets = node.args[:1] + [k.value for k in node.keywords if k.arg == rules.WRITERS[name]]
        for target in targets:
            if not (isinstance(target, ast.Constant) and target.value is None):
                self._refuse(node, f"{name} cannot write a file here.", rules.RETURN_HINT, name=name)

    def _keyword(self, node, _):
        if node.arg == rules.REFCHECK:
            self._refuse(node, "refcheck is not available.", "Use np.resize or reshape.", name=node.arg)
        if node.arg and node.arg.startswith("__"):
            self._refuse(node, f"The name {node.arg} is internal and is not available.", "Choose a name without leading underscores.", name=node.arg)

    # Imports.

    def _Import(self, node, _):
        for alias in node.names:
            self._importable(node, alias.name)
            self._imported(node, alias, alias.name if alias.asname else alias.name.partition(".")[0])

    def _ImportFrom(self, node, _):
        if node.level or not node.module:
            self._refuse(node, "Relative imports are not available.", f"Only {rules.TOP_MODULES} can be imported.")
        self._importable(node, node.module)
        for alias in node.names:
            if alias.name == "*":
                self._refuse(node, "Importing everything with * is not available.", f"Use import {node.module}, or name what you need.")
            reason = self._modules(node.module, alias.name)
            if reason:
                name = f"{node.module}.{alias.name}"
                self._refuse(node, f"{name} is not available: {reason}.", rules.PARTS_HINT, name=name)
            self._attribute(node, alias.name)
            self._imported(node, alias, f"{node.module}.{alias.name}")

    def _importable(self, node, name):
        if name not in rules.MODULES:
            self._refuse(node, f"The module {name} is not available.", rules.module_hint(name), name=name)

    def _imported(self, node, alias, module):
        bound = alias.asname or alias.name.partition(".")[0]
        self._name(node, bound)
        self._aliases[bound] = module


def _words(node):
    known = {"AsyncFunctionDef": "async def", "AsyncFor": "async for", "AsyncWith": "async with", "Await": "await"}
    return known.get(type(node).__name__, type(node).__name__)


def judge_query(expression, modules):
    """Judges what pandas makes of the text of a query: it parses it as a program,
    and so does this. A mistake of its author is a SyntaxError."""
    try:
        tree = ast.parse(expression, "<query>")
    except (RecursionError, MemoryError):
        raise too_deep() from None
    except (SyntaxError, ValueError) as e:
        raise SyntaxError(f"The text of the query is no expression: {getattr(e, 'msg', e)}") from None
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        raise Fault(POLICY, "A query is one expression.", "Combine comparisons with and, or and not.")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id.startswith(QUERY_LOCAL):
            node.id = node.id[len(QUERY_LOCAL) :]
        if isinstance(node, ast.Attribute) and node.attr in rules.FORMATS:
            raise Fault(POLICY, "Texts are not formatted in a query.", "Format the text before, and use it with @name.", name=node.attr)
    # Names in a query are columns and variables, never functions of Python's.
    Judge(expression, modules, rules.NAMES).walk(tree)
