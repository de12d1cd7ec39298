import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { ZodError } from 'zod';
import { bug, isPerennialError, type PerennialError, rejected } from '../domain/errors.js';
import type { Logger } from '../logger.js';

/** Status of each code that is not 409: what was rejected is, unless it is told here, in conflict with how things stand. */
const STATUS: Readonly<Record<string, number>> = {
  'bad-request': 400,
  'malformed-json': 400,
  unauthorized: 401,
  'host-refused': 403,
  'origin-refused': 403,
  'not-found': 404,
  'too-large': 413,
  'unsupported-media-type': 415,
  'plan-refused': 422,
  'agent-unavailable': 422,
  'source-refused': 422,
};

/** For a part that is away: in seconds, when it is worth asking again. */
export const RETRY_AFTER_S = 2;

/** The one place where errors become answers: RFC 9457 problem documents, without stack traces or paths. What we did not foresee is logged whole. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = toPerennialError(error);
    if (known.kind === 'bug') logger.error({ err: error, path: request.path }, 'a request failed');
    if (known.kind === 'unavailable') response.set('Retry-After', String(RETRY_AFTER_S));
    const status = statusOf(known);
    response
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify(problem(known, status)));
  };
}

function problem(error: PerennialError, status: number) {
  const { errors, part } = error.details;
  return {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    code: error.code,
    detail: error.kind === 'bug' ? 'something went wrong on our side; the log of the app says what' : error.message,
    ...(errors !== undefined && { errors }),
    ...(part !== undefined && { part }),
  };
}

function statusOf({ kind, code }: PerennialError): number {
  if (kind === 'unavailable') return 503;
  return kind === 'bug' ? 500 : (STATUS[code] ?? 409);
}

function toPerennialError(error: unknown): PerennialError {
  if (isPerennialError(error)) return error;
  if (error instanceof ZodError) return wrongShape(error);
  return bodyError(error) ?? unexpected(error);
}

function wrongShape(error: ZodError): PerennialError {
  const errors = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const [first] = errors;
  return rejected('bad-request', `${first?.path ? `${first.path}: ` : ''}${first?.message}`, { errors });
}

/** What express's body parser throws, told by its `type`. */
function bodyError(error: unknown): PerennialError | undefined {
  if (error instanceof URIError) return rejected('bad-request', 'the path is not valid percent-encoding');
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return rejected('too-large', 'the body is larger than 8 MB');
  if (type === 'entity.parse.failed') return rejected('malformed-json', 'the body is not valid JSON');
  if (status === 415) return rejected('unsupported-media-type', `the body cannot be read: ${type}`);
  if (typeof type === 'string' && typeof status === 'number' && status < 500)
    return rejected('bad-request', `the body cannot be read: ${type}`);
  return undefined;
}

function unexpected(error: unknown): PerennialError {
  return bug(error instanceof Error ? error.message : String(error));
}
