"""A program from its text to what it returned."""

import ast

import facades
import policy
import rewrite
import rules

FILE = rules.FILE
# Where the value of a final expression is kept: no program can write this name.
LAST = "__leo_last__"


class Program:
    """A program that has been judged and compiled."""

    def __init__(self, source, judged=True):
        """Raises a Fault if the program cannot be read or is not allowed."""
        self.source = source
        tree = policy.parse(source)
        if judged:
            policy.judge(tree, source, facades.missing)
            rewrite.guarded(tree)
        _keep_last(tree)
        ast.fix_missing_locations(tree)
        try:
            self._code = compile(tree, FILE, "exec", dont_inherit=True)
        except SyntaxError as e:  # return outside of a function, and the like
            raise policy.syntax_fault(e) from None
        except (RecursionError, MemoryError):
            raise policy.too_deep() from None

    def run(self, namespace):
        """Runs to the end, or to the exception that ends it, and returns the value
        of the final expression."""
        namespace[LAST] = None
        exec(self._code, namespace)
        return namespace.pop(LAST, None)


def _keep_last(tree):
    """Makes a final expression keep its value, as a notebook does."""
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = tree.body[-1]
        target = ast.copy_location(ast.Name(LAST, ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
