"""What code may name. The tables behind policy and guard."""

import re

# Modules that may be imported, and their parts that may be imported by name.
MODULES = (
    "pandas", "pandas.api", "pandas.api.types", "pandas.arrays", "pandas.errors", "pandas.offsets", "pandas.tseries", "pandas.tseries.offsets",
    "numpy", "numpy.random", "numpy.linalg", "numpy.fft", "numpy.ma", "numpy.char", "numpy.polynomial",
    "numpy.lib", "numpy.lib.stride_tricks",
    "math", "statistics", "datetime", "re", "json", "collections", "collections.abc", "itertools", "functools", "typing", "warnings", "__future__",
)  # fmt: skip
TOP_MODULES = "pandas, numpy, math, statistics, datetime, re, json, collections, itertools and functools"

TABLES_HINT = "Code works with the tables of its dataset only: they are in dfs, as data frames."
RETURN_HINT = "Return the data instead: assign a data frame to result_df. A result can be downloaded as CSV, JSON or Parquet."

PARTS_HINT = f"Parts that reach files, memory or the interpreter are left out. {TABLES_HINT}"

# Why a well-known module is refused, and what does its job.
MODULE_HINTS = (
    (("matplotlib", "seaborn", "plotly", "bokeh", "altair"), "Return the data instead: a chart is drawn from the result."),
    (("random", "secrets"), "Use numpy.random."),
    (("decimal", "fractions", "operator", "string", "enum", "calendar", "heapq", "bisect", "copy", "textwrap", "time"),
     f"Only {TOP_MODULES} can be imported."),
    (("dataclasses",), "Write the class with an __init__, or use collections.namedtuple."),
    (("scipy", "sklearn", "statsmodels", "polars", "duckdb", "numexpr", "dask"), "Use pandas and numpy: nothing else is installed."),
)  # fmt: skip

# Built-in functions that lead out of the code, with what to do instead.
NAMES = {
    "open": TABLES_HINT, "input": "Nobody answers while code runs: write the value into the code.",
    "exec": "Write the code itself.", "eval": "Write the expression itself.", "compile": "Write the code itself.",
    "execfile": "Write the code itself.", "reload": f"Only {TOP_MODULES} can be imported.",
    "globals": "The tables are in dfs.", "locals": "Use a dictionary.", "vars": "Use a dictionary.", "dir": "Print the columns of a frame instead.",
    "getattr": "Use row['name'] for columns, or write the attribute itself.", "setattr": "Use frame['name'] = value, or write the attribute itself.",
    "delattr": "Use frame.drop(columns='name').", "breakpoint": "Print values instead.", "help": "Print values instead.",
    "memoryview": "Use numpy arrays.", "exit": "Let the code run to its end.", "quit": "Let the code run to its end.",
    "copyright": "", "credits": "", "license": "",
}  # fmt: skip

# Attributes that lead to frames, code and classes behind objects.
INTERNALS = frozenset(
    """gi_frame gi_code gi_yieldfrom gi_running gi_suspended cr_frame cr_code cr_await cr_running cr_origin ag_frame ag_code ag_await
    ag_running tb_frame tb_next tb_lasti tb_lineno f_back f_builtins f_code f_globals f_lasti f_lineno f_locals f_trace f_trace_lines
    f_trace_opcodes co_code co_consts co_names co_varnames co_filename co_freevars co_cellvars co_positions co_lines co_name co_qualname
    co_argcount co_flags co_stacksize func_globals func_code func_closure func_defaults func_dict im_func im_self im_class mro capsule""".split()
)

# Attributes that lead to the memory of arrays, and the parameters that make it
# unsafe.
MEMORY = frozenset("setflags setfield getfield as_strided".split())
REFCHECK = "refcheck"

# Methods of texts whose fields name attributes.
FORMATS = frozenset(("format", "format_map"))
# Methods that are the program's own or a module's function, or refused: arrays
# change the size of their memory, abstract classes take on others.
OWNED = frozenset(("resize", "register"))

# Attributes that read or write files or evaluate text, whatever they belong to.
FILES = frozenset(
    """to_pickle to_parquet to_feather to_hdf to_sql to_excel to_gbq to_stata to_orc to_xml to_clipboard tofile dump
    read_csv read_table read_fwf read_excel read_json read_html read_xml read_hdf read_feather read_parquet read_orc read_sas read_spss
    read_sql read_sql_table read_sql_query read_gbq read_stata read_pickle read_clipboard HDFStore ExcelFile ExcelWriter
    loadtxt savetxt savez savez_compressed genfromtxt fromfile fromregex memmap open_memmap ctypeslib ctypes cffi""".split()
)

# Methods that return a text unless they are told where to write it, with the
# parameter that says so.
WRITERS = {
    "to_csv": "path_or_buf", "to_json": "path_or_buf", "to_string": "buf", "to_html": "buf", "to_latex": "buf", "to_markdown": "buf",
}  # fmt: skip

# Names with underscores that are part of ordinary code.
PUBLIC_UNDERSCORES = frozenset(("_asdict", "_fields", "_replace", "_make", "__name__", "__doc__"))
# A class with this attribute poses as one of pandas' own.
POSES = frozenset(("_typ",))
POSITION = re.compile(r"_\d+\Z")  # of a column, in what itertuples returns

# Methods that a class may define.
METHODS = frozenset(
    f"__{name}__"
    for name in """init repr str format bool len iter next reversed contains getitem setitem delitem missing call enter exit hash
    eq ne lt le gt ge int float index abs neg pos invert round trunc floor ceil add sub mul truediv floordiv mod divmod pow matmul
    radd rsub rmul rtruediv rfloordiv rmod rdivmod rpow rmatmul iadd isub imul itruediv ifloordiv imod ipow
    and or xor lshift rshift rand ror rxor iand ior ixor""".split()
)

# What can be given by name to agg, apply, transform and pivot_table.
AGGREGATIONS = frozenset(
    """sum mean median mode min max count size nunique first last nth prod product std var sem skew kurt kurtosis mad idxmin idxmax
    argmin argmax quantile describe cumsum cumprod cummax cummin cumcount rank shift diff pct_change ffill bfill pad backfill fillna
    interpolate abs sqrt square cbrt exp expm1 log log2 log10 log1p sin cos tan sign floor ceil trunc rint round clip any all unique
    value_counts head tail ngroup ohlc corr cov isna isnull notna notnull dropna sort_values nlargest nsmallest is_unique
    is_monotonic_increasing is_monotonic_decreasing nanmean nansum nanmin nanmax nanmedian nanstd nanvar ptp average amin amax
    bool str int float to_list tolist list set tuple len sample autocorr hasnans str""".split()
)

# The file that a program seems to come from.
FILE = "<code>"

MAX_SOURCE = 256 << 10
MAX_DEPTH = 200


def is_private(name):
    """Whether an attribute has one leading underscore and is no part of ordinary
    code: only objects of the program's own have such."""
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC_UNDERSCORES and not POSITION.match(name)


def attribute_refusal(name):
    """Why an attribute cannot be named: message and hint, or None if it can."""
    if name.startswith("_"):
        if name in PUBLIC_UNDERSCORES or POSITION.match(name):
            return None
        if name.startswith("__"):
            return f"The attribute {name} leads behind an object and is not available.", "Use the object's public methods."
        return f"The attribute {name} is internal and is not available.", "Use public attributes; name your own without the underscore."
    if name in INTERNALS:
        return f"The attribute {name} leads behind an object and is not available.", "Use the object's public methods."
    if name in MEMORY:
        return f"The attribute {name} reaches the memory of an array and is not available.", "Make a new array with the functions of numpy."
    if name in FILES:
        return f"{name} reads or writes outside of the code and is not available.", TABLES_HINT if name.startswith("read_") else RETURN_HINT
    if name == "eval":
        return "eval runs text as code and is not available.", "Use frame.query(…) to filter and frame.assign(…) to compute."
    return None


def module_hint(name):
    top = name.partition(".")[0]
    for names, hint in MODULE_HINTS:
        if top in names:
            return hint
    return f"Only {TOP_MODULES} can be imported. {TABLES_HINT}"
