import { sha256 } from "./sha256";
import { compact, elements, members, spanOf, valueOf, type Span } from "./spans";

/** What a check of a capsule found, by this browser's own arithmetic. */
export interface CapsuleCheck {
  holds: boolean;
  /** The number, from 1 on, of the first event whose hash is not that of its bytes. */
  event?: number;
  /** Where that event stands. */
  subject?: string;
  /** The part of the record that does not follow from the events. */
  field?: string;
  /** What is wrong, when it is neither of the two. */
  problem?: "unreadable" | "version" | "head" | "order";
  events: number;
  /** The head of the chain, computed here. */
  head: string;
  /** The SHA-256 of the whole capsule without white space, computed here. */
  digest: string;
}

/** An event of a chain, by its bytes. */
interface StoredLink {
  seq: string;
  subject: string;
  hash: string;
  data: Span;
}

/**
 * Checks a downloaded capsule by the rules of `leo capsule verify`: every hash of the chain is computed again from
 * the bytes as they came, each event must stand where it says it belongs, and what the record says must be what its
 * events say. Nothing of the server is trusted; that the capsule is the one the server recorded is told by comparing
 * the digest.
 */
export function checkCapsule(text: string): CapsuleCheck {
  const found: CapsuleCheck = { holds: false, events: 0, head: "", digest: "" };
  try {
    return checkRecord(text, found);
  } catch {
    return { ...found, problem: "unreadable" };
  }
}

function checkRecord(text: string, found: CapsuleCheck): CapsuleCheck {
  const whole = spanOf(text);
  const record = members(whole);
  const chain = members(record.get("chain")!);
  found.digest = sha256(compact(whole));
  if (string(chain.get("algorithm")) !== "sha256" || valueOf(record.get("capsule_version")!) !== 1)
    return { ...found, problem: "version" };
  const links = elements(chain.get("events")!).map(linkOf);
  found.events = links.length;
  found.head = sha256(`leo/capsule/1\n${string(record.get("run_id"))}\n`);
  for (const [at, link] of links.entries()) {
    found.head = sha256(`${found.head}\n${link.seq}\n${link.subject}\n${compact(link.data)}\n`);
    if (found.head !== link.hash || subjectOf(link.data) !== link.subject)
      return { ...found, event: at + 1, subject: link.subject };
  }
  if (found.head !== string(chain.get("head"))) return { ...found, problem: "head" };
  if (links.length === 0 || !inOrder(links)) return { ...found, problem: "order" };
  const field = differs(
    record,
    links.map((link) => link.data),
  );
  return field === undefined ? { ...found, holds: true } : { ...found, field };
}

const string = (span: Span | undefined): string => (span ? String(valueOf(span)) : "");

function linkOf(span: Span): StoredLink {
  const link = members(span);
  return {
    seq: compact(link.get("seq")!),
    subject: string(link.get("subject")),
    hash: string(link.get("hash")),
    data: link.get("data")!,
  };
}

const kindOf = (data: Span): string => string(members(data).get("schema")).split("/", 1)[0] ?? "";

/** Where an event belongs by its own bytes. */
function subjectOf(data: Span): string {
  const event = members(data);
  const step = string(event.get("step")).padStart(2, "0");
  return `leo.${string(event.get("org"))}.run.${string(event.get("run_id"))}.${step}.${kindOf(data)}`;
}

const inOrder = (links: StoredLink[]): boolean =>
  kindOf(links[0]!.data) === "asked" &&
  links.every(({ seq }, at) => at === 0 || BigInt(seq) > BigInt(links[at - 1]!.seq));

const STATUS: Record<string, string> = {
  answered: "succeeded",
  failed: "failed",
  rejected: "rejected",
  cancelled: "cancelled",
  needs_input: "needs_input",
  asked: "pending",
};

/** The value at a path; undefined where there is none. */
function at(span: Span | undefined, ...path: string[]): Span | undefined {
  for (const name of path) span = span && members(span).get(name);
  return span;
}

/** The first part of the record that is not what the events say; undefined when all of it follows. */
function differs(record: Map<string, Span>, events: Span[]): string | undefined {
  const body = (wanted: (kind: string, body: Span) => boolean): Span | undefined =>
    events
      .map((data) => ({ kind: kindOf(data), body: at(data, "body")! }))
      .findLast((e) => wanted(e.kind, e.body))?.body;
  const asked = body((kind) => kind === "asked");
  const planned = body((kind) => kind === "planned");
  const executed = body((kind, it) => kind === "executed" && at(it, "fault") === undefined);
  const answered = body((kind) => kind === "answered");
  const ended = body((kind) => kind === "failed" || kind === "rejected");
  const request = at(asked, "request");
  const first = events[0];
  const preview = record.get("result_preview");
  const answer = record.get("answer");
  const pairs: [field: string, said: Span | undefined, follows: Span | undefined][] = [
    ["run_id", record.get("run_id"), at(first, "run_id")],
    ["org", record.get("org"), at(first, "org")],
    ["user", record.get("user"), at(asked, "user")],
    ["thread_id", record.get("thread_id"), at(asked, "thread_id")],
    ["parent_run_id", record.get("parent_run_id"), at(asked, "parent_run_id")],
    ["dataset_id", record.get("dataset_id"), at(asked, "dataset", "id")],
    ["dataset_version_hash", record.get("dataset_version_hash"), at(asked, "dataset", "version")],
    ["question", record.get("question"), at(request, "question")],
    ["plan_json", record.get("plan_json"), planned ? at(planned, "plan") : at(request, "plan")],
    ["compiled_sql", record.get("compiled_sql"), planned ? at(planned, "sql") : at(request, "sql")],
    ["python_code", record.get("python_code"), planned ? at(planned, "python") : at(request, "python")],
    ["sentence", record.get("sentence"), at(planned, "sentence")],
    ["origin", record.get("origin"), at(planned, "origin")],
    ["interpretation", record.get("interpretation"), at(planned, "interpretation")],
    ["resource_limits", record.get("resource_limits"), at(planned ?? asked, "limits")],
    ["columns", at(preview, "columns"), at(executed, "columns")],
    ["rows", at(preview, "rows"), at(executed, "preview")],
    ["row_count", at(preview, "row_count"), at(executed, "row_count")],
    ["truncated", at(preview, "truncated"), at(executed, "truncated")],
    ["result", record.get("result"), at(executed, "result")],
    ["text", at(answer, "text"), at(answered, "text")],
    ["refs", at(answer, "refs"), at(answered, "refs")],
    ["chart", at(answer, "chart"), at(answered, "chart")],
    ["trust", record.get("trust"), at(answered, "trust")],
    ["error", ended && record.get("error"), at(ended, "fault")],
  ];
  const text = (span: Span | undefined): string => {
    const value = span && compact(span);
    return value === undefined || value === '""' ? "" : value;
  };
  const found = pairs.find(([, said, follows]) => text(said) !== text(follows));
  if (found) return found[0];
  const last = kindOf(events.at(-1)!);
  return string(record.get("status")) === (STATUS[last] ?? "running") ? undefined : "status";
}
