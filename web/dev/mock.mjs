// A stand-in for Leo, to develop and test the page without one: the built app under the real security headers,
// and an API that plays the scripts of scenarios.mjs. It is a tool of this folder and no part of the product.
//
//   npm run mock                        serves on http://127.0.0.1:8099
//   LEO_API=http://127.0.0.1:8099 npm run dev   the development server in front of it
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { datasets, limits, policyLimits, sale, saleColumns, schema, script, VERSION } from "./scenarios.mjs";

const DIST = join(fileURLToPath(new URL("..", import.meta.url)), "dist");
// As the gateway sends it: what the page does here has to work there.
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};
const TERMINAL = new Set(["answered", "rejected", "failed", "needs_input", "cancelled"]);

/** Starts a mock. `token` asks for signing in; `cutAfter` ends each stream once after so many events. */
export function startMock({ port = 0, token = "", cutAfter = 0 } = {}) {
  const runs = new Map();
  const marks = new Map();
  const cases = new Map();
  const labels = new Map();
  const added = new Map();
  const sockets = new Set();
  const streams = new Set();
  let sequence = 4100;
  let signedIn = token === "";

  const send = (response, status, body, headers = {}) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  };
  const refuse = (response, status, code, message, hint) =>
    send(response, status, { error: { code, message, hint, request_id: "mock" } });

  function append(run, kind, body, step = 1) {
    sequence += 1 + (sequence % 3);
    const event = {
      schema: `${kind}/1`,
      org: "local",
      run_id: run.id,
      step: kind === "asked" ? 0 : step,
      time: new Date().toISOString(),
      by:
        {
          asked: "gateway/1",
          cancelled: "gateway/1",
          started: "sandboxd/1",
          executed: "sandboxd/1",
          failed: "sandboxd/1",
        }[kind] ?? "planner/1",
      cause: run.events.at(-1)?.seq ?? 0,
      body,
    };
    const data = JSON.stringify(event);
    run.head = createHash("sha256")
      .update((run.head ?? "") + data)
      .digest("hex");
    const stored = { seq: sequence, kind, data, hash: run.head };
    run.events.push(stored);
    for (const listener of run.listeners) listener({ id: stored.seq, event: kind, data });
    if (TERMINAL.has(kind)) {
      run.status = { answered: "succeeded" }[kind] ?? kind;
      clearTimeout(run.timer);
    } else if (kind !== "asked") run.status = "running";
  }

  function play(run, steps) {
    const [next, ...rest] = steps;
    if (!next || TERMINAL.has(run.events.at(-1).kind)) return;
    run.timer = setTimeout(() => {
      for (const text of next.deltas ?? [])
        for (const listener of run.listeners) listener({ event: "delta", data: JSON.stringify({ text }) });
      if (next.kind === "progress") {
        for (const listener of run.listeners)
          listener({ event: "progress", data: JSON.stringify(next.body) });
      } else append(run, next.kind, next.body, next.step);
      play(run, rest);
    }, next.wait ?? 50);
  }

  function create(request, threadId, parent) {
    const run = {
      id: `01mock${randomUUID().slice(0, 8)}`,
      threadId,
      status: "pending",
      events: [],
      listeners: new Set(),
      askedAt: new Date().toISOString(),
      request,
      cut: false,
    };
    runs.set(run.id, run);
    append(run, "asked", {
      user: "local",
      thread_id: threadId,
      parent_run_id: parent,
      dataset: { id: "tea-shop", version: VERSION },
      request,
      limits,
      deadline: new Date(Date.now() + 60_000).toISOString(),
    });
    play(run, script(request));
    return run;
  }

  function stream(run, request, response, url) {
    const after = Number(request.headers["last-event-id"] ?? url.searchParams.get("after") ?? 0);
    const missed = run.events.filter((event) => event.seq > after);
    if (missed.length === 0 && TERMINAL.has(run.events.at(-1).kind)) return send(response, 204);
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-cache, no-transform",
    });
    response.write("retry: 400\n\n");
    let count = 0;
    const write = ({ id, event, data }) => {
      if (response.writableEnded) return;
      response.write(`${id ? `id: ${id}\n` : ""}event: ${event}\ndata: ${data}\n\n`);
      if (id) count += 1;
      if (cutAfter > 0 && count >= cutAfter && !run.cut && !TERMINAL.has(event)) {
        run.cut = true;
        response.end();
      } else if (TERMINAL.has(event)) response.end();
    };
    run.listeners.add(write);
    streams.add(response);
    response.on("close", () => {
      run.listeners.delete(write);
      streams.delete(response);
    });
    for (const event of missed) write({ id: event.seq, event: event.kind, data: event.data });
  }

  const summary = (run) => ({
    run_id: run.id,
    status: run.status,
    question: run.request.question ?? "",
    dataset_id: "tea-shop",
    thread_id: run.threadId,
    asked_at: run.askedAt,
  });
  const threads = (q) => {
    const found = new Map();
    for (const run of runs.values()) {
      const label = labels.get(run.threadId) ?? {};
      const before = found.get(run.threadId);
      found.set(run.threadId, {
        thread_id: run.threadId,
        title: label.title || before?.first || (run.request.question ?? ""),
        first: before?.first ?? run.request.question ?? "",
        words: `${before?.words ?? label.title ?? ""} ${run.request.question ?? ""}`.toLowerCase(),
        runs: (before?.runs ?? 0) + 1,
        user: "ann",
        last_at: run.askedAt,
        last_run_id: run.id,
        status: run.status,
        dataset_id: "tea-shop",
      });
    }
    return [...found.values()]
      .filter(
        (one) =>
          !labels.get(one.thread_id)?.deleted && q.split(/\s+/).every((word) => one.words.includes(word)),
      )
      .reverse();
  };
  const capsule = (run) => ({
    capsule_version: 1,
    run_id: run.id,
    status: run.status,
    chain: {
      algorithm: "sha256",
      head: run.head,
      events: run.events.map(({ seq, hash, data }) => ({ seq, subject: "", hash, data: JSON.parse(data) })),
    },
  });

  function uploaded(response, title, bad) {
    if (bad)
      return refuse(
        response,
        400,
        "VALIDATION_ERROR",
        "This is not a CSV file.",
        "Save it as CSV with UTF-8 text and add it again.",
      );
    const dataset = {
      id: title.toLowerCase().replace(/\W+/g, "-"),
      title,
      state: "preparing",
      version: VERSION.replace("5be1", "0add"),
      tables: [],
      prompts: [],
      created_at: new Date().toISOString(),
    };
    added.set(dataset.id, dataset);
    setTimeout(
      () =>
        Object.assign(dataset, {
          state: "ready",
          tables: [{ name: "upload", rows: 3, columns: 2 }],
          rows: 3,
          prepared_at: new Date().toISOString(),
        }),
      1500,
    );
    send(response, 202, dataset);
  }

  /** Resumable uploads: announced, sent in pieces, completed. */
  const uploads = new Map();
  function resumable(request, response, url) {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      const [, , , , id, last, fileId] = url.pathname.split("/");
      const upload = uploads.get(id);
      if (request.method === "GET") return send(response, 200, { uploads: [] });
      if (request.method === "POST" && !id) {
        const { title, files } = JSON.parse(body);
        const made = {
          id: `u${uploads.size}`,
          mode: "new",
          title,
          files: files.map((one, at) => ({ ...one, id: `f${at}`, received: 0 })),
        };
        uploads.set(made.id, made);
        return send(response, 201, made);
      }
      if (request.method === "PATCH") {
        const file = upload.files.find((one) => one.id === fileId);
        file.received += body.length;
        upload.bad ||= body.includes(0);
        response.setHeader("Upload-Offset", file.received);
        return send(response, 204);
      }
      if (request.method === "DELETE") return send(response, 204);
      if (last === "complete") return uploaded(response, upload.title, upload.bad);
      refuse(response, 404, "NOT_FOUND", "There is no such upload.");
    });
  }

  function api(request, response, url, body) {
    const path = url.pathname.slice("/api/v1".length);
    const route = `${request.method} ${path}`;
    if (route === "POST /session") {
      signedIn = body.token === token;
      return signedIn
        ? send(response, 204)
        : refuse(response, 401, "UNAUTHENTICATED", "This token is not valid.");
    }
    if (!signedIn) return refuse(response, 401, "UNAUTHENTICATED", "Sign in first.", "Send a token.");
    if (route === "GET /session")
      return send(response, 200, {
        org: "local",
        user: "ann",
        role: "verifier",
        mode: token ? "token" : "local",
      });
    if (route === "DELETE /session") {
      signedIn = false;
      return send(response, 204);
    }
    if (route === "GET /datasets")
      return send(response, 200, { datasets: [...datasets(), ...added.values()] });
    if (/^GET \/datasets\/[^/]+\/schema$/.test(route)) return send(response, 200, schema());
    if (/^POST \/datasets\/[^/]+\/prepare$/.test(route)) return send(response, 202, {});
    if (route === "GET /threads") {
      const all = threads((url.searchParams.get("q") ?? "").toLowerCase());
      const from = Number(url.searchParams.get("cursor") || 0);
      const to = from + Number(url.searchParams.get("limit") || 50);
      return send(response, 200, {
        threads: all.slice(from, to),
        ...(to < all.length ? { next_cursor: String(to) } : {}),
      });
    }
    const [, threadId] = /^\/threads\/([^/]+)$/.exec(path) ?? [];
    if (threadId && (request.method === "PATCH" || request.method === "DELETE")) {
      labels.set(threadId, {
        ...labels.get(threadId),
        ...(request.method === "DELETE" ? { deleted: true } : body),
      });
      return request.method === "DELETE"
        ? send(response, 204)
        : send(response, 200, { thread_id: threadId, dataset_id: "tea-shop", named: [] });
    }
    if (threadId) {
      const { title, deleted } = labels.get(threadId) ?? {};
      return send(response, 200, {
        thread_id: threadId,
        dataset_id: "tea-shop",
        named: [],
        ...(title ? { title } : {}),
        ...(deleted ? { deleted_at: new Date().toISOString() } : {}),
      });
    }
    if (route === "GET /test-cases") {
      const all = [...cases.values()].reverse();
      const from = Number(url.searchParams.get("cursor") || 0);
      const to = from + Number(url.searchParams.get("limit") || 50);
      return send(response, 200, {
        test_cases: all.slice(from, to),
        ...(to < all.length ? { next_cursor: String(to) } : {}),
      });
    }
    if (/^DELETE \/test-cases\/[^/]+$/.test(route)) {
      cases.delete(path.slice("/test-cases/".length));
      return send(response, 204);
    }
    if (route === "GET /limits") return send(response, 200, policyLimits);
    if (route === "GET /verified") return send(response, 200, { verified: [...marks.values()] });
    if (/^DELETE \/verified\/[^/]+$/.test(route)) {
      marks.delete(path.slice("/verified/".length));
      return send(response, 204);
    }
    if (route === "GET /runs") {
      const thread = url.searchParams.get("thread_id");
      const q = (url.searchParams.get("q") ?? "").toLowerCase();
      const found = [...runs.values()]
        .reverse()
        .filter(
          (run) =>
            (!thread || run.threadId === thread) && (run.request.question ?? "").toLowerCase().includes(q),
        );
      return send(response, 200, { runs: found.map(summary) });
    }
    if (route === "POST /runs") {
      if (/refuse me/.test(body.question ?? ""))
        return refuse(
          response,
          429,
          "RATE_LIMITED",
          "Too many questions at once.",
          "Wait a few seconds, then try again.",
        );
      const { question, plan, sql, python } = body;
      const run = create(
        { question, plan, sql, python },
        body.thread_id ?? `t-${randomUUID().slice(0, 8)}`,
        body.parent_run_id,
      );
      return send(response, 202, {
        run_id: run.id,
        thread_id: run.threadId,
        events_url: `/api/v1/runs/${run.id}/events`,
        run_url: `/runs/${run.id}`,
        asked: { seq: run.events[0].seq, data: JSON.parse(run.events[0].data) },
      });
    }
    const [, id, rest = ""] = /^\/runs\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
    const run = runs.get(id);
    if (!run)
      return refuse(
        response,
        404,
        "NOT_FOUND",
        "There is no such run.",
        "It may have been asked by somebody else, or on another server.",
      );
    if (rest === "") return send(response, 200, capsule(run));
    if (rest === "events") return stream(run, request, response, url);
    if (rest === "cancel") {
      if (TERMINAL.has(run.events.at(-1).kind)) return refuse(response, 409, "CONFLICT", "The run is over.");
      append(run, "cancelled", { user: "local" });
      return send(response, 202, { run_id: id, status: "cancelled" });
    }
    if (rest === "reproduce") {
      const copy = create(run.request, run.threadId, run.id);
      return send(response, 202, { run_id: copy.id, thread_id: copy.threadId });
    }
    if (rest === "verify") {
      const mark = {
        id: `v-${id}`,
        run_id: id,
        question: body.question ?? run.request.question ?? "",
        owner: "ann",
        note: body.note,
        dataset_id: "tea-shop",
        dataset_version: VERSION,
        sentence: "What the answer computes.",
        verified_at: new Date().toISOString(),
        state: "valid",
      };
      marks.set(mark.id, mark);
      return send(response, 201, mark);
    }
    if (rest === "test-case") {
      const saved = {
        id,
        dataset_id: "tea-shop",
        dataset_version: VERSION,
        question: body.question ?? run.request.question ?? "",
        columns: ["n"],
        rows: 1,
        owner: "ann",
        saved_at: new Date().toISOString(),
      };
      cases.set(id, saved);
      return send(response, 201, saved);
    }
    if (rest.startsWith("result.")) {
      const rows = Array.from({ length: 1000 }, (_, at) => sale(at));
      return send(response, 200, {
        columns: saleColumns.map(([name, type]) => ({ name, type })),
        rows,
        row_count: rows.length,
        truncated: true,
      });
    }
    return refuse(response, 404, "NOT_FOUND", "There is no such page.");
  }

  function file(response, path) {
    const wanted = join(DIST, normalize(path));
    const asset =
      path !== "/" && wanted.startsWith(DIST) && statSync(wanted, { throwIfNoEntry: false })?.isFile();
    if (!asset && path.startsWith("/assets/")) return send(response, 404);
    const name = asset ? wanted : join(DIST, "index.html");
    response.writeHead(200, {
      "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
      "Content-Security-Policy": CSP,
      "X-Content-Type-Options": "nosniff",
    });
    response.end(readFileSync(name));
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://mock");
    if (!url.pathname.startsWith("/api/")) return file(response, url.pathname);
    if (url.pathname.startsWith("/api/v1/uploads")) return resumable(request, response, url);
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () =>
      api(request, response, url, parts.length > 0 ? JSON.parse(Buffer.concat(parts)) : {}),
    );
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  const listen = (at) => new Promise((resolve) => server.listen(at, "127.0.0.1", resolve));
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      for (const run of runs.values()) clearTimeout(run.timer);
      for (const socket of sockets) socket.destroy();
    });
  return listen(port).then(() => {
    const { port: bound } = server.address();
    return {
      url: `http://127.0.0.1:${bound}`,
      runs,
      /** Streams that are open now. */
      openStreams: () => streams.size,
      stop,
      /** Comes back on the same port, with every run still known. */
      restart: () => listen(bound),
    };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: 8099, token: process.env.MOCK_TOKEN ?? "" });
  console.log(`mock of Leo on ${mock.url}`);
}
