import { describe, expect, it, vi } from "vitest";
import { figures, fractionColumns, spans } from "./answer";
import { address, ApiError, refusal, whenSignedOut } from "./http";
import { highlight } from "./highlight";
import { parseExact } from "./json";
import { decodeEvent } from "./protocol";
import { reproduces } from "./reproduction";
import { facts, stages } from "./stages";
import { insideFence, looksLikeSQL, requestOf } from "./statement";
import { answered, asked, event, executed, fold, planned, started } from "./testing";

describe("parseExact", () => {
  it("keeps every digit of a number a double cannot hold", () => {
    expect(parseExact('{"n": 9007199254740993}')).toEqual({ n: "9007199254740993" });
    expect(parseExact('["a \\" 9007199254740993", -9007199254740993]')).toEqual([
      'a " 9007199254740993',
      "-9007199254740993",
    ]);
    expect(parseExact("[12345678901234567890.123456]")).toEqual(["12345678901234567890.123456"]);
  });
  it("leaves every other number a number", () => {
    expect(
      parseExact("[0, -1.5, 1e3, 9007199254740991, 0.30000000000000004, 1.7976931348623157e308]"),
    ).toEqual([0, -1.5, 1000, 9007199254740991, 0.30000000000000004, 1.7976931348623157e308]);
  });
});

describe("spans", () => {
  it("cuts the text at its figures", () => {
    const ref = { start: 4, end: 7, row: 0, column: "n" };
    expect(spans("All 412 of them", [ref])).toEqual([
      { text: "All ", bold: false },
      { text: "412", bold: false, ref },
      { text: " of them", bold: false },
    ]);
  });
  it("knows bold text, inside and around figures", () => {
    const ref = { start: 11, end: 14, row: 0, column: "n" };
    expect(spans("**North: **412**!**", [ref]).map(({ text, bold }) => [text, bold])).toEqual([
      ["North: ", true],
      ["412", false],
      ["!", true],
    ]);
    const inside = { start: 2, end: 5, row: 0, column: "n" };
    expect(spans("**412**", [inside])).toEqual([{ text: "412", bold: true, ref: inside }]);
  });
  it("ignores refs that lie outside the text, are empty or overlap", () => {
    const bad = [
      { start: 3, end: 99, row: 0, column: "n" },
      { start: 2, end: 2, row: 0, column: "n" },
      { start: 0, end: 2, row: 0, column: "n" },
      { start: 1, end: 3, row: 0, column: "n" },
    ];
    expect(spans("12 34", bad).map((span) => span.text)).toEqual(["12", " 34"]);
  });
  it("counts in UTF-16 code units", () => {
    expect(spans("🍵 12", [{ start: 3, end: 5, row: 0, column: "n" }])[1]?.text).toBe("12");
  });
});

describe("figures", () => {
  it("are the refs to numbers", () => {
    const columns = [
      { name: "shop", type: "VARCHAR" },
      { name: "n", type: "BIGINT" },
    ];
    const ref = (column: string) => ({ start: 0, end: 1, row: 0, column });
    expect(figures([ref("shop"), ref("n"), ref("gone")], columns)).toEqual([ref("n")]);
    expect(figures(undefined, columns)).toEqual([]);
  });
});

describe("fractionColumns", () => {
  const columns = [
    { name: "share", type: "DOUBLE" },
    { name: "humidity", type: "DOUBLE" },
  ];
  const of = (text: string, cell: number, column = "share") => {
    const at = columns.findIndex((one) => one.name === column);
    return [
      ...fractionColumns(text, [{ start: 0, end: text.length, row: 0, column }], columns, [
        at === 0 ? [cell, 0] : [0, cell],
      ]),
    ];
  };
  it("finds parts of one that the answer writes as percentages", () => {
    expect(of("27.6%", 0.2758)).toEqual(["share"]);
    expect(of("1%", 0.0103)).toEqual(["share"]);
    expect(of("-3.5 %", -0.035)).toEqual(["share"]);
    expect(of("1,200%", 12)).toEqual(["share"]);
  });
  it("leaves values alone that are percentages already, or something else", () => {
    expect(of("79.80 %", 79.8, "humidity")).toEqual([]);
    expect(of("0.28", 0.28)).toEqual([]);
    expect(of("28%", 0.5)).toEqual([]);
  });
});

describe("highlight", () => {
  it.each([
    ["sql", "SELECT \"a\", 'it''s' -- why\nFROM t /* x */ WHERE n >= 1.5e3 AND [b c] = 'x"],
    ["json", '{"a": [1, -2.5, "b\\"c", true, null]}'],
    ["python", "def f(x):\n    # why\n    return f'{x}' + '''a\nb'''"],
  ] as const)("loses no byte of %s", (language, code) => {
    const tokens = highlight(code, language);
    expect(tokens.map((token) => token.text).join("")).toBe(code);
    expect(tokens.some((token) => token.kind !== "plain")).toBe(true);
  });
  it("tells keywords, names, text, numbers and comments apart", () => {
    const kinds = Object.fromEntries(
      highlight("select \"a\" from t where b = 'c' and d > 10 -- e", "sql").map(({ text, kind }) => [
        text,
        kind,
      ]),
    );
    expect(kinds).toMatchObject({
      select: "keyword",
      '"a"': "name",
      "'c'": "string",
      "10": "number",
      "-- e": "comment",
    });
  });
  it("does not take a keyword in a string for one", () => {
    expect(highlight("'select'", "sql")).toEqual([{ text: "'select'", kind: "string" }]);
  });
});

describe("decodeEvent", () => {
  it("reads what it knows and skips the rest", () => {
    expect(decodeEvent({ schema: "answered/1", body: {} })?.kind).toBe("answered");
    expect(decodeEvent({ schema: "answered/2", body: {} })?.kind).toBe("answered");
    for (const bad of [null, 3, {}, { schema: "toString/1", body: {} }, { schema: "asked/1" }]) {
      expect(decodeEvent(bad)).toBeUndefined();
    }
  });
});

describe("refusal", () => {
  it("is the server's fault where it sent one", () => {
    const error = refusal(429, '{"error":{"code":"RATE_LIMITED","message":"Slow down.","request_id":"q"}}');
    expect(error).toBeInstanceOf(ApiError);
    expect(error.fault).toMatchObject({ code: "RATE_LIMITED", message: "Slow down." });
  });
  it("says the status where something in between answered", () => {
    expect(refusal(502, "<html>").fault).toEqual({ code: "HTTP_502", message: "The server answered 502." });
  });
  it("tells the page when nobody is signed in", () => {
    const told = vi.fn();
    whenSignedOut(told);
    refusal(403, "{}");
    expect(told).not.toHaveBeenCalled();
    refusal(401, "{}");
    expect(told).toHaveBeenCalledOnce();
    whenSignedOut(() => {});
  });
});

describe("address", () => {
  it("fills in and escapes parameters, and leaves out those that are not given", () => {
    expect(address("/api/v1/runs/{id}", { id: "a/b" })).toBe("/api/v1/runs/a%2Fb");
    expect(address("/api/v1/runs", {}, { q: "a b", cursor: "", limit: 3, status: undefined })).toBe(
      "/api/v1/runs?q=a+b&limit=3",
    );
  });
});

describe("stages", () => {
  const labels = (run: ReturnType<typeof fold>) =>
    stages(run).map((stage) => `${stage.label} ${stage.state}`);
  it("shows a statement that did not run, and the one after it", () => {
    const broken = event("executed", {
      ...executed.body,
      fault: { code: "QUERY_ERROR", message: "No such column." },
    });
    const run = fold([
      asked,
      planned,
      started,
      broken,
      { ...planned, step: 2 },
      { ...executed, step: 2 },
      answered,
    ]);
    expect(stages(run).map((s) => [s.state, s.note])).toContainEqual(["rejected", "No such column."]);
    expect(facts(run).length).toBeGreaterThan(0);
  });

  it("tells what is over in the past tense and what is not in the present", () => {
    expect(labels(fold([asked]))).toEqual(["Planning running"]);
    expect(labels(fold([asked, planned, started]))).toEqual([
      "Planned done",
      "Opened sandbox done",
      "Running the query running",
    ]);
    expect(
      stages(fold([asked, planned, started, executed, answered])).map((s) => [s.label, s.ms, s.note]),
    ).toEqual([
      ["Planned", 2, undefined],
      ["Opened sandbox", 21, undefined],
      ["Ran query", 5, "1 row"],
      ["Wrote answer", 1, undefined],
    ]);
  });
  it("names the stage a run ended in", () => {
    const fault = { code: "QUERY_ERROR" as const, message: "No." };
    expect(
      labels(fold([asked, planned, started, event("failed", { stage: "executing", fault })])).at(-1),
    ).toBe("The query failed failed");
    expect(labels(fold([asked, event("rejected", { stage: "planning", fault })]))).toEqual([
      "Not planned rejected",
    ]);
    expect(labels(fold([asked, event("cancelled", { user: "ann" })]))).toEqual(["Stopped stopped"]);
  });
});

describe("facts", () => {
  const of = (more: object) =>
    facts(fold([asked, planned, event("executed", { ...executed.body, ...more })]));
  it("say whether the result is complete", () => {
    expect(of({}).map((fact) => fact.label)).toEqual(["1 row", "complete", "data abc", "native sandbox"]);
    expect(of({ truncated: true }).find((fact) => fact.key === "complete")).toMatchObject({ tone: "warn" });
  });
  it("count the rows read and kept, where they were counted", () => {
    expect(of({ rows_read: 1000, rows_kept: 20 }).map((f) => f.label)).toContain("1,000 rows read, 20 kept");
    expect(of({ rows_read: 1000 }).map((f) => f.label)).toContain("1,000 rows read");
  });
  it("say that the sandbox was waiting", () => {
    expect(of({ warm: true }).map((f) => f.label)).toContain("warm native sandbox");
  });
});

describe("requestOf", () => {
  it.each([
    ["How many orders?", { question: "How many orders?" }],
    ["  spaced  ", { question: "spaced" }],
    ["```sql\nSELECT 1\n```", { sql: "SELECT 1" }],
    ["```Python\nresult = 1\nprint(2)\n```\n", { python: "result = 1\nprint(2)" }],
    ["```py\nx = '```'\nresult = x\n```", { python: "x = '```'\nresult = x" }],
    ["```js\n1\n```", { question: "```js\n1\n```" }],
    ["```sql\nSELECT 1", { question: "```sql\nSELECT 1" }],
  ])("reads %j", (typed, request) => expect(requestOf(typed)).toEqual(request));
  it("knows an open fence", () => {
    expect(["```python\nx = 1", "```python\nx = 1\n```", "a ``` b"].map(insideFence)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("reproduces", () => {
  const run = (preview: number[][], sql = "SELECT 1") =>
    fold([
      asked,
      event("planned", { ...planned.body, sql }),
      event("executed", { ...executed.body, preview, row_count: preview.length }),
    ]);
  it("compares only runs of the same statement on the same data", () => {
    expect(reproduces(run([[1]]), run([[1]]))).toBe("same");
    expect(reproduces(run([[2]]), run([[1]]))).toBe("different");
    expect(reproduces(run([[1]], "SELECT 2"), run([[1]]))).toBeUndefined();
    expect(reproduces(run([[1]]), fold([asked]))).toBeUndefined();
  });
});

describe("looksLikeSQL", () => {
  it.each([
    "SELECT status, count(*) FROM orders GROUP BY status",
    "select 1",
    "-- mine\nselect *\nfrom orders",
    "/* a */ WITH x AS (SELECT 1) SELECT * FROM x",
    'with recursive "a b" as (select 1) select 1',
  ])("takes %s for SQL", (typed) => expect(looksLikeSQL(typed)).toBe(true));
  it.each([
    "Select the five largest orders",
    "With which carrier do we ship most?",
    "selections by month",
    "",
  ])("takes %s for a question", (typed) => expect(looksLikeSQL(typed)).toBe(false));
});
