import type { paths } from "../api";
import { parseExact } from "./json";
import type { Fault } from "./protocol";

/** The server did not answer at all. It is the one code the server never sends. */
export const UNREACHABLE = "UNREACHABLE";

/** A request that failed, with the fault to show. Status is 0 when the server did not answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
  ) {
    super(fault.message);
    this.name = "ApiError";
  }
}

/** The fault of anything that was thrown. */
export function faultOf(error: unknown): Fault {
  if (error instanceof ApiError) return error.fault;
  return { code: "PAGE_ERROR", message: error instanceof Error ? error.message : String(error) };
}

let onSignedOut: () => void = () => {};

/** Registers who shows the sign-in form when the server says that nobody is signed in. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Shows the sign-in form, for somebody who may not do what they tried. */
export const askToSignIn = (): void => onSignedOut();

/** Turns the body of a refused request into an error, whether or not it is one of Leo's. */
export function refusal(status: number, body: string): ApiError {
  if (status === 401) onSignedOut();
  try {
    const { error } = JSON.parse(body) as { error?: Fault };
    if (error?.code && error.message) return new ApiError(status, error);
  } catch {
    // A proxy in between may answer with a page of its own.
  }
  return new ApiError(status, { code: `HTTP_${status}`, message: `The server answered ${status}.` });
}

export const unreachable = (): ApiError => new ApiError(0, { code: UNREACHABLE, message: "" });

type Operation<P extends keyof paths, M extends "get" | "post" | "patch" | "delete"> = NonNullable<
  paths[P][M]
>;
type Json<Response> = Response extends { content: { "application/json": infer Body } } ? Body : never;
type Ok<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202)]> : never;
type In<O, Where extends string> = O extends { parameters: { [W in Where]?: infer V } }
  ? NonNullable<V>
  : never;
type Body<O> = O extends { requestBody?: infer B } ? Json<B> : never;

interface Call<O> {
  path?: In<O, "path">;
  query?: In<O, "query">;
  header?: In<O, "header">;
  body?: Body<O>;
}

/** The address of a route with its parameters filled in. */
export function address(route: keyof paths, path: object = {}, query: object = {}): string {
  const filled = route.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((path as Record<string, unknown>)[name])),
  );
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return given.length === 0
    ? filled
    : `${filled}?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`;
}

async function send<O>(method: string, route: keyof paths, call: Call<O>): Promise<Ok<O>> {
  const headers: Record<string, string> = { Accept: "application/json", ...(call.header as object) };
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  let text: string;
  try {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    response = await fetch(address(route, call.path, call.query), { method, headers, body });
    text = await response.text();
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw refusal(response.status, text);
  return (text === "" ? undefined : parseExact(text)) as Ok<O>;
}

/** GET with the types of the API; throws an ApiError for everything but an answer. */
export const get = <P extends keyof paths>(route: P, call: Call<Operation<P, "get">> = {}) =>
  send<Operation<P, "get">>("GET", route, call);

/** POST with the types of the API; throws an ApiError for everything but an answer. */
export const post = <P extends keyof paths>(route: P, call: Call<Operation<P, "post">> = {}) =>
  send<Operation<P, "post">>("POST", route, call);

/** DELETE with the types of the API; throws an ApiError for everything but success. */
export const remove = <P extends keyof paths>(route: P, call: Call<Operation<P, "delete">> = {}) =>
  send<Operation<P, "delete">>("DELETE", route, call);

/** PATCH with the types of the API; throws an ApiError for everything but an answer. */
export const patch = <P extends keyof paths>(route: P, call: Call<Operation<P, "patch">> = {}) =>
  send<Operation<P, "patch">>("PATCH", route, call);
