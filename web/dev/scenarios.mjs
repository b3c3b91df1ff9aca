// The runs the mock server plays: for each kind of ending, the events the real server would write, with made-up data.

const VERSION = "5be1c0ffee0d5a7a5e7b0fabad1dea00c0de1234567890abcdef1234567890ab";

export const datasets = () => [
  {
    id: "tea-shop",
    title: "Tea shop",
    description:
      "Two years of sales of a small chain of tea shops: one row per line on a receipt, and the teas on the shelves.",
    state: "ready",
    version: VERSION,
    tables: [
      { name: "sales", rows: 48210, columns: 7 },
      { name: "teas", rows: 64, columns: 4 },
    ],
    rows: 48274,
    bytes: 3_812_004,
    prompts: [
      "Revenue by shop",
      "Revenue by month in 2025",
      "How many receipts were there last year?",
      "Which is the best tea?",
      "Five most sold teas in each shop",
      "List every sale",
    ],
    demo: true,
    created_at: "2026-11-20T08:00:00Z",
    prepared_at: new Date(Date.now() - 7_500_000).toISOString(),
  },
  {
    id: "greenhouse",
    title: "Greenhouse readings",
    state: "preparing",
    version: VERSION.replace("5be1", "77aa"),
    tables: [],
    prompts: ["Average humidity by hour"],
    created_at: new Date(Date.now() - 20_000).toISOString(),
  },
  {
    id: "old-export",
    title: "Old export",
    state: "failed",
    version: VERSION.replace("5be1", "12cd"),
    tables: [],
    prompts: [],
    created_at: "2026-11-21T10:00:00Z",
    fault: {
      code: "VALIDATION_ERROR",
      message: "Line 3 of export.csv has 9 fields, the header has 7.",
      hint: "Put fields that contain a comma into double quotes, and add the file again.",
    },
  },
];

export const schema = () => ({
  id: "tea-shop",
  version: VERSION,
  tables: [
    {
      name: "sales",
      rows: 48210,
      columns: [
        { name: "sale_id", type: "integer" },
        { name: "receipt_id", type: "integer" },
        { name: "sold_at", type: "timestamp", description: "When the receipt was printed" },
        { name: "shop", type: "text" },
        { name: "tea_id", type: "integer" },
        { name: "grams", type: "integer", unit: "g" },
        { name: "amount", type: "decimal", unit: "EUR" },
      ],
    },
    {
      name: "teas",
      rows: 64,
      columns: [
        { name: "tea_id", type: "integer" },
        { name: "name", type: "text" },
        { name: "kind", type: "text" },
        { name: "price_per_100g", type: "decimal", unit: "EUR" },
      ],
    },
  ],
});

const limits = { max_rows: 200, timeout_ms: 10_000, max_output_bytes: 8_388_608, memory_mb: 512 };

export const policyLimits = {
  default: limits,
  max: { max_rows: 10_000, timeout_ms: 60_000, max_output_bytes: 33_554_432, memory_mb: 512 },
  max_question_bytes: 8192,
  max_statement_bytes: 65_536,
  max_steps: 6,
  run_deadline_ms: 300_000,
  python: true,
  uploads: { max_file_bytes: 8_589_934_592, max_bytes: 8_589_934_592, max_files: 64 },
};

const planned = (more) => ({
  query_type: "sql",
  dialect: "duckdb",
  tables: ["sales"],
  origin: "rules",
  confidence: 0.93,
  limits,
  plan_ms: 1.8,
  ...more,
});

const started = { executor: "native", sandbox_id: "sb-4821", attempt: 1 };

const executed = (columns, rows, more = {}) => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  preview: rows.slice(0, 200),
  row_count: rows.length,
  truncated: false,
  rows_read: 48210,
  rows_kept: 24105,
  executor: "native",
  cache: "miss",
  engine: "duckdb 1.5.5",
  timings: { queue_ms: 0.2, prepare_ms: 21.4, exec_ms: 6.3, total_ms: 28.1 },
  ...more,
});

const answered = (text, sentence, more = {}) => ({
  text,
  trust: {
    sentence,
    origin: "rules",
    dataset_version: VERSION,
    rows_read: 48210,
    rows_kept: 24105,
    rows_dropped: 24105,
    complete: true,
    checks: [
      { name: "plan", outcome: "pass", detail: "The plan names only columns the dataset has." },
      { name: "sql_policy", outcome: "pass", detail: "One SELECT over this dataset's tables." },
      { name: "complete", outcome: "pass", detail: "Every row of the result was returned." },
    ],
  },
  usage: {
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
    plan_ms: 1.8,
    exec_ms: 6.3,
    answer_ms: 0.7,
    total_ms: 34.6,
  },
  ...more,
});

/** Finds where figures stand in a text, so that scenarios need no hand-counted offsets. */
const refs = (text, figures) =>
  figures.map(([figure, row, column]) => {
    const start = text.indexOf(figure);
    return { start, end: start + figure.length, row, column };
  });

const shops = [
  ["Harbour", 412330.5],
  ["Old town", 388120.1],
  ["Station", 301442.25],
  ["University", 275010.8],
  ["Market hall", 198770.75],
  ["Airport", 90211.3],
];

function revenueByShop() {
  const text =
    "**Harbour** leads with 412,330.50, which is 25 % of the revenue of 2025. Airport is last with 90,211.30.";
  const sentence = "The sum of amount for each shop, where sold_at is in 2025, largest first.";
  return [
    { kind: "progress", body: { stage: "planning", message: "Planning" }, wait: 60 },
    {
      kind: "planned",
      wait: 120,
      body: planned({
        sentence,
        plan: {
          version: 1,
          dataset_id: "tea-shop",
          table: "sales",
          select: [{ agg: "sum", column: "amount", as: "revenue" }],
          filters: [{ column: "sold_at", op: "between", value: ["2025-01-01", "2025-12-31"] }],
          group_by: [{ column: "shop" }],
          order_by: [{ by: "revenue", direction: "desc" }],
          limit: 200,
        },
        sql:
          'SELECT "shop", SUM("amount") AS "revenue"\nFROM "sales"\n' +
          "WHERE \"sold_at\" >= TIMESTAMP '2025-01-01' AND \"sold_at\" < TIMESTAMP '2026-01-01'\n" +
          'GROUP BY "shop"\nORDER BY "revenue" DESC NULLS LAST\nLIMIT 200',
        interpretation: [
          { kind: "measure", label: "sum of amount", path: "/select/0" },
          { kind: "dimension", label: "shop", path: "/group_by/0" },
          { kind: "range", label: "1 Jan – 31 Dec 2025", path: "/filters/0" },
          { kind: "order", label: "revenue, largest first", path: "/order_by/0" },
        ],
      }),
    },
    { kind: "started", wait: 90, body: started },
    {
      kind: "executed",
      wait: 160,
      body: executed(
        [
          ["shop", "VARCHAR"],
          ["revenue", "DECIMAL(18,2)"],
        ],
        shops,
      ),
    },
    {
      kind: "answered",
      wait: 90,
      body: answered(text, sentence, {
        refs: refs(text, [
          ["412,330.50", 0, "revenue"],
          ["90,211.30", 5, "revenue"],
        ]),
        chart: {
          type: "bar",
          x: "shop",
          y: ["revenue"],
          title: "Revenue by shop, 2025",
          reason: "one measure for six names",
        },
        follow_ups: [
          "Revenue by month in 2025",
          "Five most sold teas in each shop",
          "Revenue by shop in 2024",
        ],
      }),
    },
  ];
}

function revenueByMonth() {
  const rows = Array.from({ length: 12 }, (_, at) => [
    `2025-${String(at + 1).padStart(2, "0")}-01`,
    Math.round((118_000 + 31_000 * Math.cos(((at + 1) / 12) * 2 * Math.PI) + at * 2900) * 100) / 100,
    Math.round(2900 + 700 * Math.cos(((at + 1) / 12) * 2 * Math.PI) + at * 40),
  ]);
  const text = "Revenue was highest in December 2025, and lowest in June.";
  const sentence = "The sum of amount and the number of receipts for each month of 2025.";
  return [
    {
      kind: "planned",
      wait: 120,
      body: planned({
        sentence,
        origin: "verified",
        confidence: 1,
        plan: {
          version: 1,
          dataset_id: "tea-shop",
          table: "sales",
          group_by: [{ column: "sold_at", bucket: "month" }],
        },
        sql: 'SELECT date_trunc(\'month\', "sold_at") AS "month", SUM("amount") AS "revenue"\nFROM "sales" -- by month\nGROUP BY 1',
        interpretation: [
          { kind: "measure", label: "sum of amount", path: "/select/0" },
          { kind: "dimension", label: "month", path: "/group_by/0" },
        ],
      }),
    },
    { kind: "started", wait: 60, body: started },
    {
      kind: "executed",
      wait: 100,
      body: executed(
        [
          ["month", "DATE"],
          ["revenue", "DOUBLE"],
          ["receipts", "BIGINT"],
        ],
        rows,
        { cache: "hit" },
      ),
    },
    {
      kind: "answered",
      wait: 60,
      body: answered(text, sentence, {
        chart: { type: "line", x: "month", y: ["revenue"], title: "Revenue by month, 2025" },
        follow_ups: ["Revenue by shop"],
      }),
    },
  ];
}

function topTeas() {
  const teas = ["Assam", "Earl Grey", "Sencha", "Rooibos", "Darjeeling"];
  const rows = shops
    .slice(0, 4)
    .flatMap(([shop], s) => teas.map((tea, t) => [shop, tea, 940 - 110 * t - 57 * s + ((s * t * 37) % 90)]));
  const sentence = "The five teas with the most grams sold in each shop.";
  return [
    {
      kind: "planned",
      wait: 80,
      body: planned({
        sentence,
        origin: "model",
        confidence: 0.81,
        plan: { version: 1, table: "sales", top: { n: 5, per: ["shop"], by: "kilograms" } },
        sql: 'SELECT "shop", "name", SUM("grams") / 1000 AS "kilograms"\nFROM "sales" JOIN "teas" USING ("tea_id")\nGROUP BY ALL',
        plan_ms: 812,
      }),
    },
    { kind: "started", wait: 60, body: started },
    {
      kind: "executed",
      wait: 90,
      body: executed(
        [
          ["shop", "VARCHAR"],
          ["name", "VARCHAR"],
          ["kilograms", "DOUBLE"],
        ],
        rows,
      ),
    },
    {
      kind: "answered",
      wait: 200,
      deltas: ["Assam is the most sold tea ", "in every shop ", "but one."],
      body: answered("Assam is the most sold tea in every shop but one.", sentence, {
        chart: {
          type: "bar",
          x: "shop",
          y: ["kilograms"],
          color: "name",
          title: "Kilograms of the five most sold teas, by shop",
        },
        usage: {
          input_tokens: 1840,
          output_tokens: 212,
          cost_usd: 0.0011,
          model: "qwen3-8b",
          plan_ms: 812,
          exec_ms: 6.3,
          answer_ms: 344,
          total_ms: 1191,
        },
      }),
    },
  ];
}

function receipts() {
  const text = "There were 15,872 receipts in 2025.";
  const sentence = "The number of different receipts, where sold_at is in 2025.";
  return [
    {
      kind: "planned",
      wait: 60,
      body: planned({
        sentence,
        plan: { table: "sales" },
        sql: 'SELECT COUNT(DISTINCT "receipt_id") AS "receipts" FROM "sales"',
      }),
    },
    { kind: "started", wait: 40, body: started },
    { kind: "executed", wait: 60, body: executed([["receipts", "BIGINT"]], [[15872]]) },
    {
      kind: "answered",
      wait: 40,
      body: answered(text, sentence, {
        refs: refs(text, [["15,872", 0, "receipts"]]),
        chart: { type: "number", y: ["receipts"], title: "Receipts in 2025" },
      }),
    },
  ];
}

export const sale = (at) => [
  100_000 + at,
  at % 17 === 0 ? null : 50_000 + Math.floor(at / 3),
  `2025-03-${String(1 + (at % 28)).padStart(2, "0")}T${String(9 + (at % 9)).padStart(2, "0")}:${String((at * 7) % 60).padStart(2, "0")}:00`,
  shops[at % 6][0],
  ["Sencha", "Earl Grey, first flush of the year from the north garden", "Assam"][at % 3],
  50 + (at % 8) * 25,
  Math.round((3.2 + (at % 23) * 1.35) * 100) / 100,
  at % 5 !== 0,
];

export const saleColumns = [
  ["sale_id", "BIGINT"],
  ["receipt_id", "BIGINT"],
  ["sold_at", "TIMESTAMP"],
  ["shop", "VARCHAR"],
  ["tea", "VARCHAR"],
  ["grams", "INTEGER"],
  ["amount", "DECIMAL(18,2)"],
  ["member", "BOOLEAN"],
];

function everySale() {
  const rows = Array.from({ length: 1000 }, (_, at) => sale(at));
  const sentence = "Every sale, in the order of the file.";
  return [
    {
      kind: "planned",
      wait: 60,
      body: planned({
        sentence,
        origin: "person",
        confidence: 1,
        sql: 'SELECT * FROM "sales"',
        limits: { ...limits, max_rows: 1000 },
      }),
    },
    { kind: "started", wait: 40, body: started },
    {
      kind: "executed",
      wait: 60,
      body: executed(saleColumns, rows, {
        truncated: true,
        truncated_by: "rows",
        rows_kept: undefined,
        stdout: "",
        stderr: "warning: the result was cut\n",
      }),
    },
    {
      kind: "answered",
      wait: 40,
      body: answered("The first 1,000 sales of the file.", sentence, {
        chart: { type: "table" },
        trust: {
          sentence,
          origin: "person",
          dataset_version: VERSION,
          rows_read: 48210,
          complete: false,
          checks: [{ name: "complete", outcome: "warn", detail: "cut at 1,000 rows" }],
        },
      }),
    },
  ];
}

const rejected = (fault, words) => [
  { kind: "rejected", wait: 150, body: { stage: "planning", fault, words } },
];

function policy() {
  return [
    {
      kind: "planned",
      wait: 80,
      body: planned({
        sentence: "SQL as written.",
        origin: "person",
        confidence: 1,
        sql: 'DELETE FROM "sales"',
      }),
    },
    {
      kind: "rejected",
      wait: 120,
      body: {
        stage: "checking",
        fault: {
          code: "SQL_POLICY_VIOLATION",
          message: "The statement would change data: DELETE is not allowed.",
          hint: "Ask for rows with SELECT. Leo never changes a dataset.",
          details: { position: 1, node: "DELETE_STATEMENT" },
        },
      },
    },
  ];
}

function broken() {
  return [
    ...revenueByShop().slice(1, 3),
    {
      kind: "failed",
      wait: 250,
      body: {
        stage: "executing",
        fault: {
          code: "RUNNER_TIMEOUT",
          message: "The query did not finish within 10 seconds and was stopped.",
          hint: "Ask for a shorter period, or group more coarsely.",
          details: { timeout_ms: 10000 },
        },
        stderr: "killed after 10000 ms\n",
      },
    },
  ];
}

/** Each code with the kind of end, the stage it is met in, and what its details say. */
const FAULTS = {
  VALIDATION_ERROR: ["rejected", "planning", { did_you_mean: "amount" }],
  SQL_POLICY_VIOLATION: ["rejected", "checking", { rule: "function", name: "read_csv", position: 7 }],
  PYTHON_POLICY_VIOLATION: ["rejected", "checking", { rule: "import", line: 1, column: 1 }],
  PYTHON_EXECUTION_ERROR: ["failed", "executing", { line: 2, column: 5 }],
  RUNNER_TIMEOUT: ["failed", "executing", { timeout_ms: 10_000 }],
  RUNNER_RESOURCE_EXCEEDED: ["failed", "executing", { limit: "max_output_bytes" }],
  RUNNER_INTERNAL_ERROR: ["failed", "executing", {}],
  QUERY_ERROR: ["failed", "executing", { position: 7, candidates: ["shop"] }],
  NOT_FOUND: ["rejected", "planning", {}],
  UNAUTHENTICATED: ["rejected", "planning", {}],
  FORBIDDEN: ["rejected", "planning", {}],
  RATE_LIMITED: ["rejected", "planning", { retry_after_s: 5 }],
  BUDGET_EXCEEDED: ["rejected", "planning", {}],
  FEATURE_DISABLED: ["rejected", "planning", {}],
  CONNECTION_ERROR: ["failed", "executing", {}],
  MODEL_ERROR: ["failed", "planning", {}],
  UNAVAILABLE: ["failed", "supervising", {}],
  CANCELLED: ["failed", "executing", {}],
  CONFLICT: ["rejected", "planning", {}],
  PAYLOAD_TOO_LARGE: ["rejected", "planning", {}],
};
export const FAULT_CODES = Object.keys(FAULTS);

/** A run that ends with this code. What runs at all has a statement. */
function faulty(code, written = {}) {
  const [kind, stage, details] = FAULTS[code];
  const python = code.startsWith("PYTHON");
  const statement = python
    ? { query_type: "python", python: "import os\nx = sales.shop\n" }
    : { sql: 'SELECT shp, SUM("amount") AS "revenue"\nFROM "sales"\nGROUP BY shp' };
  const ran =
    stage === "planning"
      ? []
      : [
          {
            kind: "planned",
            wait: 40,
            body: planned({ sentence: "Revenue by shop.", ...statement, ...written }),
          },
        ];
  const words = code.toLowerCase().replaceAll("_", " ");
  const fault = {
    code,
    message: `This run met a fault: ${words}.`,
    hint: "This is what to do about it.",
    details,
  };
  return [...ran, { kind, wait: 60, body: { stage, fault } }];
}

/** A model that failed, and the rules' readings instead. */
function modelDown() {
  const [asks] = bestTea();
  const model_fault = {
    code: "MODEL_ERROR",
    message: "The model answered with status 500.",
    hint: "Ask again.",
  };
  return [{ ...asks, body: { ...asks.body, model_fault } }];
}

function bestTea() {
  return [
    {
      kind: "needs_input",
      wait: 200,
      body: {
        question: "“Best” can mean several things. Which one?",
        readings: [
          {
            label: "Most revenue",
            sentence: "The sum of amount for each tea, largest first.",
            plan: { version: 1, table: "sales", notes: "revenue" },
          },
          {
            label: "Most grams sold",
            sentence: "The sum of grams for each tea, largest first.",
            plan: { version: 1, table: "sales", notes: "grams" },
          },
          {
            label: "On most receipts",
            sentence: "The number of different receipts for each tea, largest first.",
            plan: { version: 1, table: "sales", notes: "receipts" },
          },
        ],
      },
    },
  ];
}

function empty() {
  const [, plan, start] = revenueByShop();
  return [
    plan,
    start,
    {
      kind: "executed",
      wait: 80,
      body: executed(
        [
          ["shop", "VARCHAR"],
          ["revenue", "DECIMAL(18,2)"],
        ],
        [],
        { rows_kept: 0 },
      ),
    },
    { kind: "answered", wait: 40, body: answered("No sale matches.", plan.body.sentence) },
  ];
}

/** Two rounds of planning before the answer, as a model makes them. */
function twoSteps() {
  const [, plan, start, done, answer] = revenueByShop();
  const first = {
    ...plan,
    body: { ...plan.body, origin: "model", sql: 'SELECT DISTINCT "shop" FROM "sales"' },
  };
  return [
    first,
    start,
    {
      ...done,
      body: executed(
        [["shop", "VARCHAR"]],
        shops.map(([shop]) => [shop]),
      ),
    },
    { ...plan, step: 2 },
    { ...start, step: 2 },
    { ...done, step: 2 },
    { ...answer, step: 2 },
  ];
}

/** Chooses the script of a run by words in the question; a plan or anything unknown gets the first. */
export function script({ question = "", plan, sql, python }) {
  const asks = (pattern) => pattern.test(question);
  const met = /fault ([A-Z_]+)/.exec(question)?.[1];
  if (met && Object.hasOwn(FAULTS, met)) return faulty(met);
  if (asks(/model is down/i)) return modelDown();
  if (sql && /shp/.test(sql)) return faulty("QUERY_ERROR", { sql });
  if (python && /import os/.test(python)) return faulty("PYTHON_POLICY_VIOLATION", { python });
  if (sql && /delete/i.test(sql)) return policy();
  if (plan) return revenueByShop();
  if (asks(/\bmonth/i)) return revenueByMonth();
  if (asks(/how many/i)) return receipts();
  if (asks(/\bbest\b/i)) return bestTea();
  if (asks(/every sale/i)) return everySale();
  if (asks(/most sold/i)) return topTeas();
  if (asks(/delete/i)) return policy();
  if (asks(/timeout/i)) return broken();
  if (asks(/nothing/i)) return empty();
  if (asks(/two steps/i)) return twoSteps();
  if (asks(/slow/i))
    return [
      ...revenueByShop().slice(0, 3),
      { kind: "progress", wait: 100, body: { stage: "executing", message: "Running the query" } },
      { kind: "executed", wait: 600_000, body: {} },
    ];
  if (asks(/florbs/i)) {
    return rejected(
      {
        code: "VALIDATION_ERROR",
        message: "Leo did not understand the whole question.",
        hint: "Use names of columns, such as shop, amount or sold_at.",
      },
      ["florbs", "wibbled"],
    );
  }
  return revenueByShop();
}

export { limits, VERSION };
