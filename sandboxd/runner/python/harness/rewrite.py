"""Leads what a tree cannot decide to the guard, while the program runs.

    text.format      __leo_method__(text, "format")
    x.a = 1          __leo_stores__(x, "a").a = 1      and del, for, with, +=
    self._x          __leo_own__(self)._x

No program can write these names.
"""

import ast

import rules

METHOD, STORES, OWN = "__leo_method__", "__leo_stores__", "__leo_own__"


def guarded(tree):
    """Changes a tree that has been judged."""
    _Guarded().visit(tree)


class _Guarded(ast.NodeTransformer):
    def visit_Attribute(self, node):
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            node.value = _call(STORES, node, node.value, ast.Constant(node.attr))
        elif node.attr in rules.FORMATS or node.attr in rules.OWNED:
            return _call(METHOD, node, node.value, ast.Constant(node.attr))
        elif rules.is_private(node.attr):
            node.value = _call(OWN, node, node.value)
        return node


def _call(name, at, *args):
    call = ast.Call(ast.Name(name, ast.Load()), list(args), [])
    for part in (call, call.func, *args[1:]):
        ast.copy_location(part, at)
    return call
