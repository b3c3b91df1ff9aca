import { formatCount } from "../lib/format";
import type { Origin, RunStatus, StageName } from "../lib/protocol";

export const plural = (n: number, one: string, many: string): string =>
  `${formatCount(n)} ${n === 1 ? one : many}`;

/** Every English sentence of the Ask page and of what surrounds it; the other pages' are beside it. */
export const text = {
  product: "Leo",
  skipMain: "Skip to the content",
  rows: (n: number) => plural(n, "row", "rows"),
  loading: "Loading…",
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  tryAgain: "Try again",

  nav: {
    label: "Leo",
    pages: "Pages",
    data: "Data",
    saved: "Saved",
    audit: "Audit",
    open: "Open the menu",
    title: "Menu",
    missing: "There is no such page.",
    missingHint: "The address may be cut off. The question box is one step away.",
    ask: "New question",
  },

  theme: { label: "Theme", light: "Light", dark: "Dark", system: "System" },

  keys: { open: "Keyboard shortcuts", palette: "Commands" },

  dataset: {
    label: "Dataset",
    none: "No dataset",
    choose: "Choose a dataset",
    facts: (rows: number, tables: number) =>
      `${plural(rows, "row", "rows")} in ${plural(tables, "table", "tables")}`,
    updated: (ago: string) => `updated ${ago}`,
    state: {
      registered: "Waiting to be prepared",
      preparing: "Preparing…",
      ready: "Ready",
      failed: "Could not be prepared",
    },
    preparing: (title: string) => `${title} is being prepared. Questions can be asked in a moment.`,
    prepareAgain: "Prepare again",
    failed: (title: string) => `${title} could not be prepared.`,
    listFailed: "The datasets could not be loaded.",
    columns: "Tables and columns",
    columnsFailed: "The columns could not be loaded.",
  },

  upload: {
    open: "Add data",
    dropPage: "Drop files or a folder to add a dataset",
  },

  ask: {
    headline: "What do you want to know?",
    promise: "Every answer comes with its plan, its query and the version of the data.",
    suggestions: "Questions to start from",
    box: "Question",
    placeholder: (title: string) => `Ask about ${title}…`,
    placeholderNone: "Add a dataset to ask about",
    followUp: "Ask a follow-up…",
    send: "Ask",
    stop: "Stop",
    stopping: "Stopping…",
    tooLong: "A question may have up to 8 000 characters.",
    followUps: "Follow-up questions",
    conversation: "Conversation",
    asked: (ago: string) => `Asked ${ago}`,
    docTitle: (question: string) => `${question} · Leo`,
  },

  composer: {
    modes: "Language",
    mode: { question: "Question", sql: "SQL", python: "Python" },
    run: "Run",
    runSQL: "Run as SQL",
    editing: "The statement of a run, to be changed.",
    changed: "Edited by you",
    showChanges: "Show changes",
    drop: "Stop editing",
    tooLong: "A statement may have up to 60 000 characters.",
  },

  status: {
    pending: "Waiting",
    running: "Working",
    succeeded: "Answered",
    failed: "Failed",
    rejected: "Not run",
    cancelled: "Stopped",
    needs_input: "Needs a choice",
  } satisfies Record<RunStatus, string>,

  stage: {
    list: "Stages",
    planned: "Planned",
    plannedAgain: "Planned again",
    started: "Opened sandbox",
    ran: "Ran query",
    didNotRun: "Did not run",
    ranPython: "Ran Python",
    cached: "Found in cache",
    answered: "Wrote answer",
    stopped: "Stopped",
    foundReadings: (n: number) => `Found ${plural(n, "reading", "readings")}`,
    total: (time: string) => `${time} in all`,
    elapsed: (time: string) => `${time} so far`,
    now: {
      planning: "Planning",
      checking: "Opening a sandbox",
      executing: "Running the query",
      answering: "Writing the answer",
      supervising: "Waiting",
    } satisfies Record<StageName, string>,
    refused: {
      planning: "Not planned",
      checking: "Refused by a check",
      executing: "Refused by the sandbox",
      answering: "No answer written",
      supervising: "Refused",
    } satisfies Record<StageName, string>,
    broke: {
      planning: "Planning failed",
      checking: "Checking failed",
      executing: "The query failed",
      answering: "Writing the answer failed",
      supervising: "Ended by the supervisor",
    } satisfies Record<StageName, string>,
  },

  net: {
    reconnecting: "Reconnecting…",
    down: "Leo does not answer. The run goes on by itself; this page keeps trying.",
    retry: "Try now",
    unreachable: "Leo does not answer.",
    unreachableHint: "Check that it is running, then try again.",
  },

  interpretation: {
    label: "How the question was read",
    kind: {
      measure: "Measure",
      dimension: "Grouped by",
      filter: "Filter",
      range: "Period",
      order: "Sorted by",
      limit: "Limit",
    } as Record<string, string>,
  },

  origin: {
    verified: "Verified answer",
    rules: "Planned by rules",
    model: "Planned by a model",
    person: "Written by a person",
  } satisfies Record<Origin, string>,
  edited: (user?: string) => (!user || user === "local" ? "Plan edited by you" : `Plan edited by ${user}`),
  verifiedBy: (owner: string, day: string) => `Verified by ${owner}, ${day}`,
  originSql: "SQL by a model",
  originPython: "Python by a model",

  thread: {
    label: "This conversation",
    continues: "Continues:",
    named: "Named results",
    forget: (name: string) => `Remove the name ${name}`,
    forgetTitle: (name: string) => `forget ${name}`,
    reset: "Start over",
    resetTitle: "start over",
  },

  answer: {
    figure: (row: number, column: string) => `Show in the table: row ${row}, ${column}`,
    empty: "The query ran and found no rows.",
    emptyHint: "Loosen a filter, or widen the period.",
    ready: (rows: number) => `Answer ready, ${plural(rows, "row", "rows")}.`,
  },

  chart: {
    kind: {
      bar: "Bar",
      line: "Line",
      area: "Area",
      scatter: "Scatter",
      histogram: "Histogram",
      pie: "Pie",
      number: "Number",
      table: "Table only",
    },
    switch: "Chart type",
    png: "Save chart as PNG",
    describe: (kind: string, title: string, points: number) =>
      `${kind} chart${title ? `: ${title}` : ""}, ${plural(points, "point", "points")}. The table below holds the same values.`,
    hiddenSeries: (shown: number, all: number) =>
      `The ${shown} largest of ${all} series are drawn; the table has all.`,
    hiddenCategories: (shown: number, all: number) =>
      `The first ${shown} of ${all} are drawn; the table has all.`,
    failed: "The chart could not be drawn. The table below has every value.",
  },

  table: {
    label: "Result",
    copy: "Copy table",
    sort: (column: string) => `Sort by ${column}`,
    preview: (shown: number, all: number) =>
      `The first ${formatCount(shown)} of ${formatCount(all)} rows are shown.`,
    all: (n: number) => `Show all ${plural(n, "row", "rows")}`,
    allFailed: "The other rows could not be loaded.",
  },

  facts: {
    label: "Facts about this result",
    complete: "complete",
    completeTitle: "Nothing was cut: the result holds every row the query found.",
    capped: "cut off",
    cappedTitle: "The query found more than the limit; the rest was left out.",
    doubtful: "may be incomplete",
    doubtfulTitle: "The result fills the limit of its own query, so there may be more.",
    read: (read: number, kept?: number) =>
      kept === undefined || kept === read
        ? `${plural(read, "row", "rows")} read`
        : `${plural(read, "row", "rows")} read, ${formatCount(kept)} kept`,
    readTitle: "Rows of the table, and those its filters let through",
    version: (hash: string) => `data ${hash.slice(0, 8)}`,
    versionTitle: (hash: string) => `SHA-256 over the dataset's files: ${hash}`,
    confidence: (made: string, percent: number) => `${made}, ${percent} % sure`,
    cached: "from cache",
    cachedTitle: "The same statement on the same version of the data had run before.",
    executor: (name: string, warm?: boolean) => (warm ? `warm ${name} sandbox` : `${name} sandbox`),
    executorTitle: "Where the statement ran; a warm sandbox was waiting with the data open",
  },

  checks: {
    narration: "Text",
    plan: "Plan",
    sql_policy: "SQL policy",
    python_policy: "Python policy",
    sandbox: "Sandbox",
    complete: "Completeness",
    reading: "Reading",
    model: "Model",
  } as Record<string, string>,

  actions: {
    label: "Download and share",
    csv: "CSV",
    json: "JSON",
    parquet: "Parquet",
    capsule: "Run capsule",
    capsuleTitle: "The full record of this run, as JSON",
    edit: { sql: "Edit SQL", python: "Edit Python" },
    reproduce: "Run again on the same data",
    link: "Copy link",
    same: "Reproduced: the same rows as before.",
    different: "Reproduced, but the rows differ from the earlier run.",
    sameOf: "Show the earlier run",
  },

  session: {
    title: "Sign in to Leo",
    intro: "This server asks for an access token. An administrator makes one with:",
    command: "leo token create",
    token: "Access token",
    submit: "Sign in",
    wrong: "This token is not valid, or was revoked.",
    empty: "Paste your token.",
    signOut: (user: string) => `Sign out ${user}`,
  },

  crash: {
    title: "The page broke.",
    hint: "Your runs are safe on the server. Reload to go on.",
    reload: "Reload",
  },
};
