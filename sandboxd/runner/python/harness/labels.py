"""Tells row labels that carry information from those that only count rows.

A frame that nobody gave an index has the labels 0, 1, 2, …; selecting and sorting
rows keeps what is left of them, in any order. Such labels are noise in a result,
while the years that somebody made an index are not, and the numbers alone do not
tell which is which. So the origin is remembered: an index that was taken out of a
default one is marked, and so is what is taken out of that.
"""

import functools

import pandas as pd

MARK = "_leo_counts"
# The methods through which rows are selected.
METHODS = ("take", "repeat", "__getitem__", "_getitem_slice", "delete", "view", "_view", "copy")


def only_counts(index):
    """Whether an index says nothing but where a row once was."""
    if isinstance(index, pd.MultiIndex) or index.name is not None:
        return False
    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1:
        return True
    return getattr(index, MARK, False) or (len(index) == 0 and index.dtype == object)


def remember():
    """Makes pandas keep the marks. Call it once, before there is user code."""
    for kind in (pd.Index, pd.RangeIndex, pd.core.indexes.numeric.NumericIndex, pd.core.indexes.numeric.Int64Index):
        for name in METHODS:
            if name in vars(kind):
                setattr(kind, name, _marking(vars(kind)[name]))
    pd.Index.append = _marking_append(pd.Index.append)
    merge = pd.core.reshape.merge._MergeOperation
    merge.get_result = _marking_merge(merge.get_result)


def _marking(method):
    @functools.wraps(method)
    def select(self, *args, **kwargs):
        out = method(self, *args, **kwargs)
        if isinstance(out, pd.Index) and out is not self and only_counts(self):
            setattr(out, MARK, True)
        return out

    return select


def _marking_append(append):
    @functools.wraps(append)
    def joined(self, other):
        out = append(self, other)
        others = list(other) if isinstance(other, (list, tuple)) else [other]
        if isinstance(out, pd.Index) and all(isinstance(i, pd.Index) and only_counts(i) for i in [self, *others]):
            setattr(out, MARK, True)
        return out

    return joined


def _marking_merge(get_result):
    """A merge on columns numbers its rows, with an index like any other."""

    @functools.wraps(get_result)
    def merged(self, *args, **kwargs):
        out = get_result(self, *args, **kwargs)
        if not (self.left_index or self.right_index) and out.index.name is None and not isinstance(out.index, pd.MultiIndex):
            setattr(out.index, MARK, True)
        return out

    return merged
