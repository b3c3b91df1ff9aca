import unittest

from support import harness

# What no tree shows: each of these passes the policy and is refused while it runs.
REFUSED = [
    "orders.agg('__class__')",
    "orders.total.agg(['sum', '_m' + 'gr'])",
    "orders.groupby('city').agg({'total': '__getattribute__'})",
    "orders.groupby('city').agg(x=('total', '__init__'))",
    "orders.groupby('city').agg(x=pd.NamedAgg('total', '__init__'))",
    "orders.groupby('city').total.agg(x='__init__')",
    "orders.groupby('city').apply('__dir__')",
    "orders.groupby('city').transform('__dir__')",
    "orders.apply('to_' + 'pickle', path='/tmp/x')",
    "orders.total.transform('__reduce__')",
    "orders.total.apply('tofile', args=('/tmp/x',))",
    "orders.groupby('city').rolling(2).agg('__class__')",
    "orders.dropna(subset=['day']).set_index('day').groupby('city').resample('M').apply('__dir__')",
    "orders.total.rolling(2).agg('__class__')",
    "orders.total.expanding().agg('__class__')",
    "orders.total.ewm(1).agg('__class__')",
    "orders.dropna(subset=['day']).set_index('day').resample('M').agg('__class__')",
    "orders.pivot_table(index='city', values='total', aggfunc='__class__')",
    "orders.pivot_table('total', 'city', None, '__class__')",
    "pd.pivot_table(orders, values='total', index='city', aggfunc={'total': '__class__'})",
    "pd.crosstab(orders.city, orders.city, orders.total, None, None, '__class__')",
    "pd.crosstab(orders.city, orders.city, values=orders.total, aggfunc='__class__')",
    "class L(dict):\n    def __call__(self): pass\norders.agg(L(total='__class__'))",
    "class S(str):\n    def __eq__(self, o): return True\n    def __hash__(self): return hash('sum')\norders.agg(S('__class__'))",
    "x = [1]\norders.query('order_id in @x.__cla' + 'ss__')",
    "orders.query('`city`.__class__ == 1')",
    "orders.query('city == city', level=5)",
    "orders.query('city == city', local_dict={})",
    "orders.query('@__builtins__')",
    "orders.query('@pd.read_csv(\"x\")')",
    "orders.query('__pd_eval_local_x')",
    "class Q(str): pass\norders.query(Q('@x.__class__'))",
    "s = '{0.__cl' + 'ass__}'\ns.format(1)",
    "s = '{a.__cl' + 'ass__}'\ns.format_map({'a': 1})",
    "f = str.format\nf('{0.__cl' + 'ass__}', 1)",
    "class S(str): pass\nS('{0.__cl' + 'ass__}').format(1)",
    "list(map(('{0.__cl' + 'ass__}').format, [1]))",
    "np.char.array(['{0.__cl' + 'ass__}'])[0].format(1)",
    "m = np\nm.load",
    "[pd][0].io",
    "[np][0].core",
    "f = orders.to_csv\nf('/tmp/x')",
    "f = orders.to_csv\nf(path_or_buf='/tmp/x')",
    "f = orders.total.to_json\nf('/tmp/x')",
    "f = orders.to_string\nf('/tmp/x')",
    "hasattr(1, '__cl' + 'ass__')",
    "pd.set_option('plotting.back' + 'end', 'os')",
    "pd.set_option('backend', 'os')",
    "pd.option_context('io.excel.xlsx.reader', 1)",
    "pd.set_option('display.width', 1, 'plotting.backend', 'os')",
    "try:\n    orders.agg('__class__')\nexcept:\n    pass\nresult = 1",
    "try:\n    [np][0].core\nfinally:\n    result = 1",
]

# What looks similar and is ordinary, with the first value it gives.
ACCEPTED = [
    ("orders.total.agg(['sum', 'mean']).iloc[0]", 43.0),
    ("orders.agg({'total': 'sum'}).iloc[0]", 43.0),
    ("orders.groupby('city').agg(x=('total', 'sum'), y=('total', lambda s: s.max())).x.max()", 30.5),
    ("orders.groupby('city').total.agg(['count', np.mean]).iloc[0, 0]", 1),
    ("orders.groupby('city')['total'].transform('sum').iloc[0]", 30.5),
    ("orders.total.apply(np.sqrt).round(2).iloc[0]", 3.16),
    ("orders.apply(lambda r: r['total'] * 2, axis=1).iloc[0]", 20.0),
    ("t = 11\norders.query('total > @t and city.str.startswith(\"R\")').total.iloc[0]", 20.5),
    ("def f(low):\n    return orders.query('total > @low')\nf(11).total.iloc[0]", 12.5),
    ("dfs['Customer Names'].rename(columns={'name': 'full name'}).query('`full name` == \"Zoë\"').id.iloc[0]", 1),
    ("orders.rename(columns={'total': 'open'}).query('open > 11').shape[0]", 2),
    ("s = 'n = {:.1f}'\ns.format(1.25)", "n = 1.2"),
    ("['{:>3}'.format(x) for x in [1]][0]", "  1"),
    ("list(map('{:02d}'.format, [1]))[0]", "01"),
    ("type(type(1)) is type and isinstance(int, type)", True),
    ("[type(x).__name__ for x in (1, 'a')][1]", "str"),
    ("hasattr(orders, 'city')", True),
    ("pd.crosstab(orders.city, orders.paid).iloc[0, 0]", 1),
    ("orders.pivot_table(index='city', values='total', aggfunc=['sum', len]).iloc[0, 0]", 12.5),
    ("with pd.option_context('display.max_rows', 5):\n    result = repr(orders)[:2]", "  "),
    ("orders.to_json(orient='values')[:8]", '[[1,"Rom'),
    ("pd.Timestamp('2024-07-01', tz='Europe/Rome').tz_convert('UTC').hour", 22),
    ("pd.Timestamp('2024-07-01').tz_localize('dateutil/Europe/Rome').hour", 0),
    ("sum(1 for _ in filter(None, [1, 0]))", 1),
    ("class A:\n    def __init__(self, x): self.x = x\nclass B(A):\n    def __init__(self): super().__init__(7)\nB().x", 7),
    ("import collections\nP = collections.namedtuple('P', 'a b')\nP(1, 2)._replace(a=5).a", 5),
    ("from functools import wraps\ndef d(f):\n    @wraps(f)\n    def g(): return f()\n    return g\n@d\ndef h(): return 3\nh()", 3),
    ("import datetime as dt\ndt.datetime.strptime('2024-03-01', '%Y-%m-%d').month", 3),
    ("str(np.array([{}]).dtype)", "object"),
    ("orders.groupby('city').apply(len).iloc[0]", 1),
    ("import math, statistics, re, json, itertools\nround(math.pi + statistics.mean([1, 2]), 2)", 4.64),
]


class Guard(unittest.TestCase):
    def test_refuses_what_is_named_while_it_runs(self):
        for source in REFUSED:
            with self.subTest(source):
                fault = harness().fault(source)
                self.assertEqual(fault["code"], "PYTHON_POLICY_VIOLATION", fault)
                self.assertGreaterEqual(fault["details"]["line"], 1)
                self.assertTrue(fault["hint"])

    def test_leaves_ordinary_code_alone(self):
        for source, want in ACCEPTED:
            with self.subTest(source):
                self.assertEqual(harness().rows(source)[0][0], want)

    def test_a_class_of_classes_is_out_of_reach(self):
        fault = harness().fault("type(type(1))('X', (), {})")
        self.assertIn("TypeError", fault["message"])

    def test_a_zone_is_no_path(self):
        self.assertEqual(harness().rows("str(pd.Timestamp('2024-01-01').tz_localize('dateutil//tests/support.py').tz)"), [["None"]])

    def test_labels_are_no_special_attributes(self):
        source = (
            "a = {'data': (id(orders), False), 'shape': (8,), 'typestr': '|u1', 'version': 3}\n"
            "s = pd.Series([a, 1], index=['__array_interface__', 'b'], dtype=object)\nstr(np.asarray(s).dtype)"
        )
        self.assertEqual(harness().rows(source), [["object"]])

    def test_nothing_makes_attributes_of_texts(self):
        """numpy reads memory where an attribute called __array_interface__ says."""
        for source in [
            "type(np)(print, 'numpy', {'__array_interface__': {}})",
            "type(np).__new__",
            "functools.cached_property",
            "functools.update_wrapper",
            "pd.DateOffset(**{'__array_interface__': {}})",
            "pd.DateOffset(days=1, **{'__array_interface__': {}})",
            "pd.offsets.Day(1, **{'__array_interface__': {}})",
            "pd.Grouper(**{'__array_interface__': {}})",
            "collections.namedtuple('A', ['__array_interface__'])",
            "collections.namedtuple('A', ['x=1:__import__(1)'])",
            "type(pd.options)(**{'x': 1})",
        ]:
            with self.subTest(source):
                self.assertIn(harness().fault(source)["code"], ("PYTHON_POLICY_VIOLATION", "PYTHON_EXECUTION_ERROR"))

    def test_a_misspelt_aggregation_is_a_mistake(self):
        fault = harness().fault("orders.total.agg('summ')")
        self.assertEqual(fault["code"], "PYTHON_EXECUTION_ERROR")
        self.assertIn("Did you mean 'sum'", fault["message"])
