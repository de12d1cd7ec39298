import express, { type RequestHandler } from 'express';
import { rejected } from '../domain/errors.js';

const BODY_LIMIT = '8mb';
export const DEPTH_LIMIT = 64;

/** JSON bodies, bounded in size and depth. A body of another type is refused; none at all is `{}`. */
export const jsonBody: RequestHandler[] = [
  (request, _response, next) => {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    if (hasBody && !request.is('application/json')) throw rejected('unsupported-media-type', 'expected content-type application/json');
    next();
  },
  express.json({ limit: BODY_LIMIT, strict: false }),
  (request, _response, next) => {
    if (request.body === undefined) request.body = {};
    if (isDeeperThan(request.body, DEPTH_LIMIT)) throw rejected('bad-request', `the body is nested more than ${DEPTH_LIMIT} levels deep`);
    next();
  },
];

/** Level by level, so that the depth of the input is no depth of the stack. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const objects = level.filter((item): item is object => typeof item === 'object' && item !== null);
    if (objects.length > 0 && depth >= limit) return true;
    level = objects.flatMap((item) => Object.values(item));
  }
  return false;
}
