import express, { type Request, type RequestHandler } from 'express';
import { rejected } from '../domain/errors.js';

const BODY_LIMIT = '8mb';
export const DEPTH_LIMIT = 64;

/** JSON bodies, bounded in size and depth. A body of another type is refused; none at all is `{}`. */
export const jsonBody: RequestHandler[] = [
  (request, _response, next) => {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    if (hasBody) requireJson(request);
    next();
  },
  express.json({ limit: BODY_LIMIT, strict: false }),
  (request, _response, next) => {
    if (request.body === undefined) request.body = {};
    if (isDeeperThan(request.body, DEPTH_LIMIT)) throw rejected('bad-request', `the body is nested more than ${DEPTH_LIMIT} levels deep`);
    next();
  },
];

/** The type alone, so that it also holds of a request without a body. */
export function requireJson(request: Request): void {
  const [type] = (request.get('content-type') ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/json') throw rejected('unsupported-media-type', 'expected content-type application/json');
}

/** Level by level, so that the depth of the input is no depth of the stack; what a level holds twice (YAML shares and closes circles) counts once. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const objects = level.filter((item): item is object => typeof item === 'object' && item !== null);
    if (objects.length > 0 && depth >= limit) return true;
    level = [...new Set(objects.flatMap((item) => Object.values(item)))];
  }
  return false;
}
