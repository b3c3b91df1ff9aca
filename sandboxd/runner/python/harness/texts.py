"""What the texts in a program name: fields of str.format, the name in getattr."""

import _string
import ast

import rules


def format_refusal(template):
    """Why a text cannot be used with str.format, or None if it can: a field may
    name an attribute, which must be one that code may name."""
    pending = [template]
    while pending:
        try:
            parts = list(_string.formatter_parser(pending.pop()))
        except ValueError:
            return None  # str.format says so itself
        for _, field, spec, _ in parts:
            if field:
                for is_attribute, name in _string.formatter_field_name_split(field)[1]:
                    refusal = is_attribute and rules.attribute_refusal(name)
                    if refusal:
                        return refusal
            if spec:
                pending.append(spec)
    return None


def asks_by_name(node, parent):
    """Whether this is the getattr of getattr(x, "name"), with a name in sight."""
    if node.id != "getattr" or not isinstance(parent, ast.Call) or parent.func is not node or len(parent.args) not in (2, 3) or parent.keywords:
        return False
    name = parent.args[1]
    return isinstance(name, ast.Constant) and isinstance(name.value, str) and rules.attribute_refusal(name.value) is None
