package executortest

import (
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// results are programs and the tables they return.
func (s *pythonSuite) results(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{
			"a data frame in result_df", "result_df = orders.groupby('city', as_index=False)['total'].sum()",
			`city VARCHAR, total DOUBLE [["Oslo",12.25],["Rome",10.5]]`,
		},
		{
			"result_df comes before result", "result = 1\nresult_df = orders[['order_id']].head(1)",
			`order_id BIGINT [[1]]`,
		},
		{
			"the index of a group is a column", "result_df = orders.groupby('city').agg(n=('order_id', 'count'))",
			`city VARCHAR, n BIGINT [["Oslo",1],["Rome",2]]`,
		},
		{
			"row numbers are none", "result_df = orders.sort_values('total', ascending=False)[['order_id', 'total']].head(2)",
			`order_id BIGINT, total DOUBLE [[4,20.5],[2,12.25]]`,
		},
		{
			"rows with names", "result_rows = [(1, 'a'), (2, None)]\nresult_columns = ['n', 'letter']",
			`n BIGINT, letter VARCHAR [[1,"a"],[2,null]]`,
		},
		{
			"rows as dictionaries", "result_rows = [{'a': 1, 'b': 2.5}, {'a': 3}]",
			`a BIGINT, b DOUBLE [[1,2.5],[3,null]]`,
		},
		{"a number", "result = len(orders)", `result BIGINT [[4]]`},
		{"a number of numpy's", "result = orders['total'].mean()", `result DOUBLE [[14.416666666666666]]`},
		{"a large number keeps its digits", "result = 2 ** 70", `result HUGEINT [[1180591620717411303424]]`},
		{"infinity", "result = [float('inf'), float('nan')]", `result DOUBLE [["Infinity"],[null]]`},
		{"a tuple", "result = (len(orders), orders['total'].max())", `value_1 BIGINT, value_2 DOUBLE [[4,20.5]]`},
		{"a list", "result = ['a', 'b']", `result VARCHAR [["a"],["b"]]`},
		{"a dictionary", "result = {'n': 1, 'mean': 2.5}", `n BIGINT, mean DOUBLE [[1,2.5]]`},
		{"a series", "result = orders['city'].value_counts()", `value VARCHAR, city BIGINT [["Rome",2],["Oslo",1]]`},
		{"a final expression", "x = orders\nx['total'].max()", `result DOUBLE [[20.5]]`},
		{"dates", "orders[['day']].head(1)", `day DATE [["2024-01-31"]]`},
		{"a moment", "result = pd.Timestamp('2024-01-31 08:30:00.5')", `result TIMESTAMP [["2024-01-31T08:30:00.5"]]`},
		{"a moment with a zone", "result = pd.Timestamp('2024-01-31 08:30', tz='Europe/Oslo')", `result TIMESTAMP [["2024-01-31T07:30:00"]]`},
		{"a duration", "result = pd.Timedelta(days=1, hours=3)", `result INTERVAL [["1 day 03:00:00"]]`},
		{"missing values", "result_df = orders[['total', 'paid']].tail(2)", `total DOUBLE, paid BOOLEAN [[null,true],[20.5,null]]`},
		{"what has parts", "result = [{'a': [1, {'b': None}]}]", `a JSON [["[1, {\"b\": null}]"]]`},
		{
			"names that are no names",
			"result_df = pd.DataFrame([[1, 2, 3]], columns=pd.MultiIndex.from_tuples([('a', 'x'), ('a', 'x'), ('', 5)]))",
			`a_x BIGINT, a_x_2 BIGINT, 5 BIGINT [[1,2,3]]`,
		},
		{"an empty frame", "result_df = orders[orders['total'] > 1e9][['order_id']]", `order_id BIGINT []`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := s.answer(t, c.source); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	t.Run("rows beyond the limit are cut", s.cutRows)
	t.Run("bytes beyond the limit are cut", s.cutBytes)
}

func (s *pythonSuite) cutRows(t *testing.T) {
	req := program("result_df = orders")
	req.MaxRows = 2
	resp, _, err := s.prepare(t, executor.Limits{}).Run(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.RowCount != 2 || !resp.Truncated || resp.TruncatedBy != "rows" {
		t.Errorf("%d rows, truncated %v by %q", resp.RowCount, resp.Truncated, resp.TruncatedBy)
	}
}

func (s *pythonSuite) cutBytes(t *testing.T) {
	req := program("result = ['x' * 1000] * 90")
	req.MaxOutputBytes = 16 << 10
	resp, _, err := s.prepare(t, executor.Limits{}).Run(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.RowCount < 8 || resp.RowCount > 16 || resp.TruncatedBy != "bytes" {
		t.Errorf("%d rows, truncated by %q", resp.RowCount, resp.TruncatedBy)
	}
}

// tables are the ways to name one.
func (s *pythonSuite) tables(t *testing.T) {
	source := "result = [len(dfs), len(dfs['order lines 24']), len(order_lines_24), order_lines_24['product'][0]]"
	if got, want := s.answer(t, source), `result VARCHAR [["2"],["2"],["2"],["Zoë's"]]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Run("only those of the request", func(t *testing.T) {
		req := program("result = sorted(dfs)")
		req.Tables = []string{"orders"}
		resp, _, err := s.prepare(t, executor.Limits{}).Run(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(t, resp); got != `result VARCHAR [["orders"]]` {
			t.Errorf("tables are %s", got)
		}
	})
	t.Run("one that is not there", func(t *testing.T) {
		req := program("1")
		req.Tables = []string{"nothing"}
		_, _, err := s.prepare(t, executor.Limits{}).Run(t.Context(), req)
		wantFault(t, err, fault.NotFound, "nothing")
	})
}

// policy is what is refused, and where it says that is.
func (s *pythonSuite) policy(t *testing.T) {
	for _, c := range []struct{ name, source, message, at string }{
		{"a module", "x = 1\nimport os", "module os", "2:1"},
		{"a file", "open('/etc/passwd')", "open", "1:1"},
		{"an evaluation", "x = eval('1')", "eval", "1:5"},
		{"a walk along classes", "x = ().__class__", "__class__", "1:5"},
		{"a walk by name", "getattr((), '__cl' + 'ass__')", "getattr", "1:1"},
		{"a file of pandas", "pd.read_csv('/etc/passwd')", "read_csv", "1:1"},
		{"a file of numpy", "y = np.load('/etc/passwd')", "numpy.load", "1:5"},
		{"a frame", "def f():\n    yield\nf().gi_frame", "gi_frame", "3:1"},
		{"a field of a format", "'{0.__class__}'.format(1)", "__class__", "1:1"},
		{"a name made while it runs", "x = 1\norders.agg('__cl' + 'ass__')", "__class__", "2:1"},
		{"a query", "orders.query('@orders.__class__')", "__class__", "1:1"},
		{"what the code catches", "try:\n    orders.agg('__class__')\nexcept:\n    pass\nresult = 1", "__class__", "2:1"},
		{"deep nesting", strings.Repeat("-", 5000) + "1", "nested", "1:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.code(t, c.source)
			wantFault(t, err, fault.PythonPolicy, c.message)
			wantPlace(t, err, c.at, "")
		})
	}
	t.Run("checking does not run", func(t *testing.T) {
		for source, want := range map[string]fault.Code{"1 / 0": "", "import os": fault.PythonPolicy, "x = (": fault.PythonExecution} {
			req := program(source)
			req.QueryType = protocol.Check
			if _, _, err := s.prepare(t, executor.Limits{}).Run(t.Context(), req); fault.CodeOf(err) != want {
				t.Errorf("%q: %v, want %s", source, err, want)
			}
		}
	})
}

// mistakes are what an author must be told.
func (s *pythonSuite) mistakes(t *testing.T) {
	for _, c := range []struct{ name, source, message, hint, at string }{
		{"a column", "x = 1\n\nresult = orders['citty']", "KeyError: 'citty' (line 3)", "'city'", "3:10"},
		{"a name", "result = ordrs", "NameError: name 'ordrs' is not defined (line 1)", "'orders'", "1:10"},
		{"a division", "def f(x):\n    return 1 / x\nf(0)", "ZeroDivisionError: division by zero (line 2)", "", "2:12"},
		{"the syntax", "x = 1\nif x\n    y", "SyntaxError: expected ':' (line 2)", "", "2:5"},
		{"leaving", "raise SystemExit(0)", "SystemExit: 0 (line 1)", "end", "1:1"},
		{"an exhaustion that is none", "raise MemoryError('x')", "MemoryError: x (line 1)", "", "1:1"},
		{"no text", "class E(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise E()", "E (line 3)", "", "3:1"},
		{"no end", "def f():\n    return f()\nf()", "RecursionError", "", "2:12"},
		{"nothing returned", "x = 1", "returned nothing", "result_df", "<nil>:<nil>"},
		{"what is no table", "result = orders.groupby('city')", "DataFrameGroupBy", ".sum()", "<nil>:<nil>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.code(t, c.source)
			wantFault(t, err, fault.PythonExecution, c.message)
			wantPlace(t, err, c.at, c.hint)
		})
	}
	t.Run("the traceback is the author's", func(t *testing.T) {
		_, err := s.code(t, "def f(d):\n    return d.agg(lambda c: c['nope'])\nf(orders)")
		wantFault(t, err, fault.PythonExecution, "nope")
		trace, _ := fault.From(err).Details["traceback"].(string)
		if !strings.Contains(trace, `File "<code>", line 2, in f`) || strings.Contains(trace, "/usr/lib") || strings.Contains(trace, "harness") {
			t.Errorf("traceback is %s", trace)
		}
	})
}
