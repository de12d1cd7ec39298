import { connect, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { listen } from '../../src/http/server.js';
import { ask } from './ask.js';
import { startStudio, TOKEN } from './studio.js';

const LONG_MS = 30_000;

/** Opens a connection, sends something, and resolves with all that came when the other side has closed it. */
function untilClosed(port: number, sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(sent));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    socket
      .on('error', reject)
      .on('end', () => socket.end())
      .on('close', () => resolve(received));
  });
}

test(
  'a client that never ends its request loses the connection, and others are served meanwhile',
  async () => {
    const studio = await startStudio();
    const head = `POST /api/projects HTTP/1.1\r\nHost: 127.0.0.1:${studio.port}\r\n`;
    const whole = `${head}Authorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"source"`;
    const halfOpen = ['', 'GET', head, whole].map((sent) => untilClosed(studio.port, sent));
    const many = Array.from({ length: 50 }, () => untilClosed(studio.port, head));
    expect((await ask(studio.port, { path: '/healthz' })).status).toBe(200);
    const answers = await Promise.all([...halfOpen, ...many]);
    expect(answers.slice(2).every((answer) => answer.startsWith('HTTP/1.1 408'))).toBe(true);
    await studio.close();
  },
  LONG_MS,
);

test('what is no HTTP is answered and closed', async () => {
  const studio = await startStudio();
  expect(await untilClosed(studio.port, 'SSH-2.0-client\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  await studio.close();
});

test('a request without a host is refused', async () => {
  const studio = await startStudio();
  expect(await untilClosed(studio.port, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403/);
  await studio.close();
});

test('a port that is taken is told by its number', async () => {
  const studio = await startStudio();
  const second = listen({} as Parameters<typeof listen>[0], { host: '127.0.0.1', port: studio.port });
  await expect(second).rejects.toMatchObject({ code: 'port-taken', message: expect.stringContaining(`port ${studio.port}`) });
  await studio.close();
});

test('a server that is closed answers nobody', async () => {
  const studio = await startStudio();
  await studio.close();
  await expect(ask(studio.port, { path: '/healthz' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
