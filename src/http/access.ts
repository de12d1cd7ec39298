import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { rejected } from '../domain/errors.js';
import { requireJson } from './body.js';

const COOKIE = 'perennial';
const READS = ['GET', 'HEAD'];

/** Host names under which this server may be asked; any other is a page of somebody else that made a name point here. */
export function checkHost(allowed: () => readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const host = request.headers.host?.toLowerCase() ?? '';
    if (!allowed().includes(host)) throw rejected('host-refused', `this server is not "${host}"; ask it as ${allowed()[0]}`);
    next();
  };
}

/** A path is text without NUL: nothing of ours has another name. */
export const checkPath: RequestHandler = (request, _response, next) => {
  if (decodeURIComponent(request.path).includes('\0')) throw rejected('bad-request', 'the path contains a NUL character');
  next();
};

/** Lets in who has the token: as bearer, or in the cookie that `signIn` set. A cookie changes something only as JSON and from our own pages. */
export function checkToken(token: string, publicUrl?: string): RequestHandler {
  return (request, _response, next) => {
    if (isToken(bearerOf(request), token)) return next();
    if (!isToken(cookieOf(request), token))
      throw rejected('unauthorized', 'expected `Authorization: Bearer <token>`; `perennial token` prints the token');
    if (!READS.includes(request.method)) checkOrigin(request, publicUrl);
    next();
  };
}

/** `/?token=…` becomes a cookie that scripts cannot read, and leaves the address bar. */
export function signIn(token: string): RequestHandler {
  return (request, response, next) => {
    const given = request.query.token;
    if (given === undefined) return next();
    if (!isToken(String(given), token)) throw rejected('unauthorized', 'this is not the token; `perennial token` prints it');
    response.cookie(COOKIE, token, { httpOnly: true, sameSite: 'strict', path: '/' }).redirect(303, '/');
  };
}

/** Behind a public address TLS ends before us, so the address says what its pages are. */
function checkOrigin(request: Request, publicUrl: string | undefined): void {
  const { origin, host } = request.headers;
  const own = publicUrl && new URL(publicUrl).host === host ? new URL(publicUrl).origin : `http://${host}`;
  if (origin !== own) throw rejected('origin-refused', 'a change by cookie must come from our own page');
  requireJson(request);
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}

/** Compared by digests of one length, so that time tells nothing. */
function isToken(given: string | undefined, token: string): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
