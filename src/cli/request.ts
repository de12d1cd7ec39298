import type { Config } from '../config.js';
import type { ProblemDocument } from './documents.js';
import { refused, unreachable } from './failures.js';
import { findStudio } from './studio-address.js';

export interface StudioRequest {
  readonly method?: 'GET' | 'POST';
  /** Below `/api`, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10_000;

/** Asks the studio. Throws `unavailable` when nobody answers in time, `refused` with the problem document, and the signal's reason. */
export async function ask(config: Config, request: StudioRequest): Promise<Response> {
  const { url, token } = await findStudio(config);
  const response = await send(url, token, request);
  if (!response.ok) throw refused(await problemIn(response, url));
  return response;
}

/** As `ask`, with the JSON of the answer. */
export async function askJson<T>(config: Config, request: StudioRequest): Promise<T> {
  const response = await ask(config, request);
  const text = await readText(response, request.signal);
  const document = parseJson(text);
  if (document === undefined) throw unreachable(new URL(response.url).origin, 'what answers there is no Perennial studio');
  return document as T;
}

/** The whole body. The studio going away in the middle of it is the same as not answering. */
export async function readBytes(response: Response, signal?: AbortSignal): Promise<Buffer> {
  try {
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw away(new URL(response.url).origin, error, signal);
  }
}

async function readText(response: Response, signal?: AbortSignal): Promise<string> {
  return (await readBytes(response, signal)).toString('utf8');
}

async function send(url: string, token: string, request: StudioRequest): Promise<Response> {
  const { method = 'GET', path, body, headers, timeoutMs = TIMEOUT_MS, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(`${url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw away(url, error, signal);
  }
}

/** fetch tells the reason as the cause of a TypeError; its time-outs are DOMExceptions. */
function away(url: string, error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof Error)) return error;
  const { code, message } = (error.cause ?? {}) as { code?: string; message?: string };
  return unreachable(url, error.name === 'TimeoutError' ? 'no answer in time' : (code ?? message ?? error.message), error);
}

async function problemIn(response: Response, url: string): Promise<ProblemDocument> {
  const problem = parseJson(await readText(response)) as Partial<ProblemDocument> | undefined;
  const { code, detail, errors } = problem ?? {};
  const { status } = response;
  if (typeof code !== 'string') return { code: `http-${status}`, detail: `${url} answered ${status} ${response.statusText}`, status };
  return { code, detail: detail ?? '', status, ...(Array.isArray(errors) && { errors }) };
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
