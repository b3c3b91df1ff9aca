"""Which attributes a program may set and delete: those of what it made itself, and
the ones of frames, series, indexes and arrays that are data."""

import types

import numpy as np
import pandas as pd
from pandas._config.config import DictWrapper

# Not data, dtype, strides or flags of an array: those are its memory.
ATTRIBUTES = (
    (pd.DataFrame, ("columns", "index", "attrs")),
    (pd.Series, ("index", "name", "attrs")),
    ((pd.DatetimeIndex, pd.TimedeltaIndex), ("freq", "name", "names")),
    (pd.Index, ("name", "names")),
    (np.ma.MaskedArray, ("shape", "mask", "fill_value")),
    (np.ndarray, ("shape", "flat", "real", "imag")),
)
HINT = "Attributes can be set on objects of the code's own classes. For columns, write frame['name'] = value."


def allowed(value, name, file):
    """Whether an attribute of something that is not of a class of the program's own
    may be set. file is where the functions of the program are."""
    if type(value) is types.FunctionType:
        return value.__code__.co_filename == file and not name.startswith("_")
    if type(value) is DictWrapper:
        return True  # facades hand out those of display and mode
    for kind, names in ATTRIBUTES:
        if isinstance(value, kind):
            return name in names or _is_label(value, name)
    return False


def _is_label(value, name):
    """Whether this is a column of a frame, or a row of a series."""
    if hasattr(type(value), name) or not isinstance(value, (pd.DataFrame, pd.Series)):
        return False
    labels = value.columns if isinstance(value, pd.DataFrame) else value.index
    return any(type(label) is str and label == name for label in labels[:10_000])
