// Starts the product itself: the binary that people run, with its own data directory and a free port.
import { execFile, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(new URL("../../..", import.meta.url)));
export const BINARY = resolve(process.env.LEO_BINARY ?? join(ROOT, "bin/leo"));
export const OUT = resolve(process.env.LEO_E2E_OUT ?? join(ROOT, "bin/e2e"));
/** Whether sandboxes for Python can be made. */
export const PYTHON = existsSync(join(dirname(BINARY), "leo-python.tar"));

const READY_MS = 120_000;
const alive = new Set();

// Whatever becomes of the tests, no Leo outlives them.
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

/** A port that the system gives to nobody who asks for any, such as the browser, while Leo is down for a moment. */
function freePort() {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  return new Promise((done) => {
    const server = createServer();
    server.on("error", () => done(freePort()));
    server.listen(port, "127.0.0.1", () => server.close(() => done(port)));
  });
}

/** Starts Leo and waits until it answers. `env` adds settings; `token` is the role of a token to sign in with. */
export async function startLeo(name, { env = {}, token } = {}) {
  const data = mkdtempSync(join(tmpdir(), `leo-e2e-${name}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(OUT, `leo-${name}.log`);
  const log = createWriteStream(logFile, { flags: "a" });
  const environment = {
    ...process.env,
    LEO_EXECUTOR: process.env.LEO_EXECUTOR ?? (process.platform === "linux" ? "native" : "auto"),
    LEO_DATA_DIR: data,
    LEO_LISTEN: `127.0.0.1:${port}`,
    LEO_TIMEOUT: "30s", // a statement that is to take eight seconds may take more on a busy machine
    ...(PYTHON ? { LEO_PYTHON: "on" } : {}),
    ...(token ? { LEO_AUTH: "token" } : {}),
    ...env,
  };
  const secret = token ? await createToken(environment, token) : "";
  let child;

  function start() {
    child = spawn(BINARY, ["up"], { env: environment, cwd: data, stdio: ["ignore", "pipe", "pipe"] });
    alive.add(child);
    child.gone = new Promise((done) => child.once("exit", done)).then(() => alive.delete(child));
    return new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error(`Leo is not ready; see ${logFile}`)), READY_MS);
      const read = (chunk) => {
        log.write(chunk);
        if (String(chunk).includes("Leo is ready")) {
          clearTimeout(late);
          done();
        }
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("error", failed);
      child.once("exit", (code) => failed(new Error(`Leo ended with ${code}; see ${logFile}`)));
    });
  }
  const end = async (signal) => {
    child.kill(signal);
    await child.gone;
  };
  await start();

  const headers = secret ? { Authorization: `Bearer ${secret}` } : {};
  const call = async (path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  /** Asks without a page and waits for the end; the run's capsule. */
  const run = async (body) => {
    const { run_id: id } = await call("/runs", body);
    const events = await fetch(`${url}/api/v1/runs/${id}/events`, { headers });
    await events.text();
    return call(`/runs/${id}`);
  };
  return {
    url,
    port,
    token: secret,
    logFile,
    call,
    run,
    /** As a power cut would. */
    kill: () => end("SIGKILL"),
    /** Comes back with the same data on the same port. */
    restart: start,
    stop: async () => {
      if (alive.has(child)) await end("SIGTERM");
      log.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function createToken(env, role) {
  return new Promise((done, failed) => {
    execFile(BINARY, ["token", "create", "--role", role, "--name", "ann"], { env }, (error, out) =>
      error ? failed(error) : done(out.trim()),
    );
  });
}

const started = new Map();

/** One Leo for all journeys that do not harm it. */
export function product(name = "shared", options) {
  if (!started.has(name)) started.set(name, startLeo(name, options));
  return started.get(name);
}

export async function stopAll() {
  for (const leo of started.values()) await leo.then((one) => one.stop()).catch(() => {});
}
