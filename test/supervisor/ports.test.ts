import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { assertHttpPortFree, chooseInnerPorts } from '../../src/supervisor/inner-ports.js';
import { freePort } from '../../src/supervisor/ports.js';

let home: string;
let taken: Server | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'perennial-ports-'));
  mkdirSync(join(home, 'run'));
});
afterEach(async () => {
  await new Promise((resolve) => (taken ? taken.close(resolve) : resolve(undefined)));
  taken = undefined;
  rmSync(home, { recursive: true });
});

async function take(port: number): Promise<void> {
  const server = createServer();
  taken = server;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

test('inner ports are below the range of outgoing connections, and differ', async () => {
  const ports = Object.values(await chooseInnerPorts(home));
  expect(new Set(ports).size).toBe(3);
  for (const port of ports) expect(port).toBeLessThanOrEqual(32_767);
});

test('the ports of last time are taken again', async () => {
  const first = await chooseInnerPorts(home);
  expect(await chooseInnerPorts(home)).toEqual(first);
});

test('a port of last time that is taken by now is replaced, the others stay', async () => {
  const first = await chooseInnerPorts(home);
  await take(first.temporal);
  const second = await chooseInnerPorts(home);
  expect(second).toEqual({ ...first, temporal: second.temporal });
  expect(second.temporal).not.toBe(first.temporal);
});

test('an HTTP port that is taken is an error that names the port and the setting', async () => {
  const port = await freePort();
  await take(port);
  await expect(assertHttpPortFree({ host: '127.0.0.1', port })).rejects.toThrow(new RegExp(`port ${port} .*PERENNIAL_HTTP_PORT`));
});

test('any free port is always free', async () => {
  await expect(assertHttpPortFree({ host: '127.0.0.1', port: 0 })).resolves.toBeUndefined();
});
