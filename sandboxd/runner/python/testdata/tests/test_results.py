import unittest

from support import harness

INF = "Infinity"

# Programs with the types and rows they give.
CASES = [
    ("np.array([[1, 2], [3, 4]])", ["BIGINT", "BIGINT"], [[1, 2], [3, 4]]),
    ("np.array(5)", ["BIGINT"], [[5]]),
    ("np.float32(0.1)", ["DOUBLE"], None),
    ("np.array([0.1, 1e20], dtype='f4')", ["FLOAT"], [[0.1], [1e20]]),
    ("np.array(['a', 'b'])", ["VARCHAR"], [["a"], ["b"]]),
    ("np.array([(1, 'a')], dtype=[('n', 'i4'), ('s', 'U1')])", ["INTEGER", "VARCHAR"], [[1, "a"]]),
    ("[1.5, -np.inf, None]", ["DOUBLE"], [[1.5], ["-Infinity"], [None]]),
    ("[1, 2.5]", ["DOUBLE"], [[1.0], [2.5]]),
    ("[1, 'a', True, None]", ["VARCHAR"], [["1"], ["a"], ["true"], [None]]),
    ("[True, False]", ["BOOLEAN"], [[True], [False]]),
    ("[2**63]", ["HUGEINT"], [[2**63]]),
    ("[2**200]", ["BIGNUM"], [[2**200]]),
    ("{1, 2}", ["BIGINT"], [[1], [2]]),
    ("('x', 1)", ["VARCHAR", "BIGINT"], [["x", 1]]),
    ("orders.total.sum(), orders.total.count()", ["DOUBLE", "BIGINT"], [[43.0, 3]]),
    ("orders.shape", ["BIGINT", "BIGINT"], [[4, 6]]),
    ("tuple(range(20))[:17]", ["BIGINT"], [[n] for n in range(17)]),
    ("('x', [1, 2])", ["VARCHAR"], [["x"], ["[1, 2]"]]),
    ("()", ["VARCHAR"], []),
    ("np.nan", ["DOUBLE"], [[None]]),
    ("orders.total[orders.total > 99].mean()", ["DOUBLE"], [[None]]),
    ("orders[['items']]", ["BIGINT"], [[1], [None], [3], [4]]),
    ("orders.dropna()['items']", ["BIGINT"], [[1]]),
    ("orders['items'] / 2", ["DOUBLE"], [[0.5], [None], [1.5], [2.0]]),
    ("orders['items'].mean()", ["DOUBLE"], None),
    ("orders[['city']].drop_duplicates().merge(orders[orders.total > 20][['city', 'order_id']], how='left').sort_values('city')", ["VARCHAR", "BIGINT"], None),
    ("orders.groupby('city')[['order_id']].mean()", ["VARCHAR", "DOUBLE"], [["Oslo", 2.0], ["Rome", 2.0]]),
    ("pd.DataFrame({'v': [orders.day.max(), 'x', 1]})", ["VARCHAR"], [["2024-02-01"], ["x"], ["1"]]),
    ("pd.DataFrame({'v': [orders.day.max(), pd.Timestamp('2024-01-01 05:00'), 1]})", ["VARCHAR"], [["2024-02-01T00:00:00"], ["2024-01-01T05:00:00"], ["1"]]),
    ("[[np.datetime64('2024-01-01'), np.array(['2024-01-01'], dtype='M8[ns]')]]", None, None),
    ("pd.Series([[np.array(['2024-01-01'], dtype='M8[ns]'), pd.DatetimeIndex(['2024-01-01'])]])", ["JSON"], [['[["2024-01-01T00:00:00"], ["2024-01-01T00:00:00"]]']]),
    ("{'a': [1, 2], 'b': [3]}", ["BIGINT", "DOUBLE"], [[1, 3.0], [2, None]]),
    ("{2023: 5}", ["BIGINT", "BIGINT"], [[2023, 5]]),
    ("{'x': {'n': 1}, 'y': {'n': 2}}", ["VARCHAR", "BIGINT"], [["x", 1], ["y", 2]]),
    ("[{'a': 1}, {'b': 2}]", ["DOUBLE", "DOUBLE"], [[1.0, None], [None, 2.0]]),
    ("[[1, 2], [3]]", ["BIGINT", "BIGINT"], [[1, 2], [3, None]]),
    ("range(2)", ["BIGINT"], [[0], [1]]),
    ("{'a': 1}.items()", ["VARCHAR", "BIGINT"], [["a", 1]]),
    ("orders.columns[:2]", ["VARCHAR"], [["order_id"], ["city"]]),
    ("orders.city.unique()", ["VARCHAR"], [["Rome"], ["Oslo"], [None]]),
    ("orders.iloc[1]", None, [[2, "Oslo", 12.5, "2024-01-02", False, None]]),
    ("orders.total.describe()[['count']]", ["VARCHAR", "DOUBLE"], [["count", 3.0]]),
    ("pd.Categorical(['x', None])", ["VARCHAR"], [["x"], [None]]),
    ("pd.period_range('2024-01', periods=1, freq='M')", ["VARCHAR"], [["2024-01"]]),
    ("pd.array([1, None], dtype='Int64')", ["BIGINT"], [[1], [None]]),
    ("pd.array(['a', None], dtype='string')", ["VARCHAR"], [["a"], [None]]),
    ("pd.arrays.SparseArray([0.0, 1.0])", ["DOUBLE"], [[0.0], [1.0]]),
    ("pd.to_timedelta(['-1 day', '90 min', None])", ["INTERVAL"], [["-1 days"], ["01:30:00"], [None]]),
    ("pd.to_datetime(['2024-01-01 00:00:00.000001', None])", ["TIMESTAMP"], [["2024-01-01T00:00:00.000001"], [None]]),
    ("pd.to_datetime(['2024-01-01', '1999-12-31'])", ["DATE"], [["2024-01-01"], ["1999-12-31"]]),
    ("[datetime.date(2024, 1, 2), None]", ["DATE"], [["2024-01-02"], [None]]),
    ("[datetime.datetime(1, 1, 2, 3)]", ["TIMESTAMP"], [["0001-01-02T03:00:00"]]),
    ("datetime.time(9, 30)", ["TIME"], [["09:30:00"]]),
    ("datetime.timedelta(seconds=-1.5)", ["INTERVAL"], [["-00:00:01.5"]]),
    ("b'ab'", ["BLOB"], [["6162"]]),
    ("1 + 2j", ["VARCHAR"], [["(1+2j)"]]),
    ("pd.NA", ["VARCHAR"], [[None]]),
    ("'line\\nü\\x00'", ["VARCHAR"], [["line\nü\x00"]]),
    ("'\\ud800'", ["VARCHAR"], None),
    ("[[1, [float('nan'), {'k': np.int64(2)}], {3}, pd.Timestamp('2024-01-01')], [1, 2, 3, 4]]", None, None),
    ("pd.Series([[1, {'a': float('nan')}]])", ["JSON"], [['[1, {"a": null}]']]),
    ("statistics.mean([1, 2])", ["DOUBLE"], [[1.5]]),
    ("collections.Counter('aab')", ["BIGINT", "BIGINT"], [[2, 1]]),
]

INDEXES = [
    ("orders.set_index('order_id')[['total']].head(1)", ["order_id", "total"]),
    ("orders.groupby(['city', 'paid'])['total'].sum()", ["city", "paid", "total"]),
    ("orders[orders['order_id'] > 2][['city']]", ["city"]),
    ("orders.sort_values('total')[['city']].tail(2)", ["city"]),
    ("orders.dropna().drop_duplicates('city').iloc[::-1][['city']]", ["city"]),
    ("orders['total'].nlargest(2)", ["total"]),
    ("pd.concat([orders, orders])[['city']].query('city == \"Rome\"')", ["city"]),
    ("orders.merge(orders, on='city').query('total_x > 11')[['total_x']]", ["total_x"]),
    ("orders.groupby('city')['total'].sum().reset_index().sort_values('total').head(1)", ["city", "total"]),
    ("pd.DataFrame({'n': [1, 2]}, index=[2023, 2024])", ["index", "n"]),
    ("pd.Series([2023, 2023, 2024]).value_counts()", ["index", "result"]),
    ("pd.Series([1, 1, 0]).value_counts()", ["index", "result"]),
    ("orders.city.value_counts()", ["value", "city"]),
    ("orders.city.value_counts().head(1)", ["value", "city"]),
    ("orders.total.describe()", ["index", "total"]),
    ("orders.groupby(pd.qcut(orders.total, 2))['total'].mean()", ["total_group", "total"]),
    ("orders.groupby(['city', orders.total > 11])['total'].sum()", ["city", "total_group", "total"]),
    ("collections.namedtuple('P', 'low high')(1, 2)", ["low", "high"]),
    ("1, 2.5", ["value_1", "value_2"]),
    ("orders.describe()", ["index", "order_id", "total", "items"]),
    ("orders.pivot_table(index='city', columns='paid', values='total')", ["city", "false", "true"]),
    ("orders.groupby('city').agg({'total': ['sum', 'max']})", ["city", "total_sum", "total_max"]),
    ("pd.DataFrame([[1, 2, 3]], columns=['a', 'a', None])", ["a", "a_2", "None"]),
    ("orders.groupby('city').apply(lambda g: g.head(1))[['city', 'total']].droplevel(1)", ["city", "total"]),
]


class Results(unittest.TestCase):
    def test_values_and_their_types(self):
        for source, types, rows in CASES:
            with self.subTest(source):
                answer = harness().ask(source)
                self.assertEqual(answer["status"], "ok", answer.get("error"))
                if types:
                    self.assertEqual([c["type"] for c in answer["columns"]], types)
                if rows is not None:
                    self.assertEqual(answer["rows"], rows)
                self.assertEqual(answer["row_count"], len(answer["rows"]))

    def test_which_index_is_a_column(self):
        for source, names in INDEXES:
            with self.subTest(source):
                answer = harness().ask(source)
                self.assertEqual(answer["status"], "ok", answer.get("error"))
                self.assertEqual([c["name"] for c in answer["columns"]], names)

    def test_what_comes_first(self):
        for source, want in [
            ("result = 1\nresult_rows = [[2]]\nresult_df = pd.DataFrame({'a': [3]})", 3),
            ("result = 1\nresult_rows = [[2]]", 2),
            ("result = 1\n5", 1),
            ("result_df = None\nresult = 1", 1),
            ("7", 7),
        ]:
            with self.subTest(source):
                self.assertEqual(harness().rows(source), [[want]])

    def test_what_cannot_be_shown(self):
        for source in ["lambda: 1", "orders.groupby('city')", "result_rows = [1, [2]]", "result = int", "object()", "orders.total.rolling(2)"]:
            with self.subTest(source):
                fault = harness().fault(source)
                self.assertEqual(fault["code"], "PYTHON_EXECUTION_ERROR")
                self.assertTrue(fault["hint"])

    def test_an_object_that_misbehaves_is_its_author_s_mistake(self):
        for body in ["def __repr__(self): raise KeyError('x')", "def __len__(self): return -1", "def __iter__(self): raise SystemExit"]:
            source = f"class A(list):\n    {body}\nresult = [A(), A()]"
            answer = harness().ask(source)
            self.assertIn(answer["status"], ("ok", "error"))
            if answer["status"] == "error":
                self.assertEqual(answer["error"]["code"], "PYTHON_EXECUTION_ERROR")

    def test_bounds(self):
        answer = harness().ask("range(100)", max_rows=3)
        self.assertEqual((answer["row_count"], answer["truncated"], answer["truncated_by"]), (3, True, "rows"))
        answer = harness().ask("range(3)", max_rows=3)
        self.assertEqual((answer["row_count"], answer["truncated"]), (3, False))
        answer = harness().ask("['ü' * 500] * 90", max_output_bytes=10_000)
        self.assertEqual(answer["truncated_by"], "bytes")
        self.assertEqual(harness().fault("pd.DataFrame(np.zeros((1, 6000)))")["code"], "RUNNER_RESOURCE_EXCEEDED")

    def test_a_request_is_read_strictly(self):
        import protocol

        self.assertEqual(protocol.decode_request(b'{"id":"a","query_type":"python","tables":null,"timeout_ms":0}').timeout_ms, 10_000)
        for line in [b"", b"[]", b"{", b'{"id":1}', b'{"later":1}', b'{"tables":[1]}', b'{"timeout_ms":1.5}', b'{"timeout_ms":true}', b'{} {}', b"\xff"]:
            with self.assertRaises(ValueError, msg=line):
                protocol.decode_request(line)

    def test_other_requests_are_refused(self):
        self.assertEqual(harness().fault("1", query_type="sql")["code"], "VALIDATION_ERROR")
        self.assertEqual(harness().fault("  ")["code"], "VALIDATION_ERROR")
        self.assertEqual(harness().fault("1", tables=["nothing"])["code"], "NOT_FOUND")
        self.assertEqual(harness().ask("1 / 0", query_type="check")["status"], "ok")
