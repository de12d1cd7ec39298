import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from '@jest/globals';
import type { Isolation } from '../../src/ports/agent-run-repository.js';
import type { BenchOf } from './sandbox-suite.js';

export function networkTests(bench: BenchOf, claims: { readonly on: Isolation; readonly off: Isolation }): void {
  for (const network of ['on', 'off'] as const) {
    if (!claims[network].network) continue;
    test(`a server on the host's loopback cannot be reached with network ${network}`, async () => {
      await withServer('127.0.0.1', async (port) => {
        const { text } = await bench().run(['127.0.0.1', 'localhost', '10.0.2.2'].map((host) => knock(host, port)).join('; '), { network });
        expect(text).toBe('closed\nclosed\nclosed\n');
      });
    });
  }

  test('a command with network reaches what is not on the loopback', async () => {
    await withServer('0.0.0.0', async (port) => {
      expect((await bench().run(knock(outerAddress(), port))).text).toBe('open\n');
    });
  });

  test('a command with network reaches servers of its own', async () => {
    const own = `require('net').createServer((s) => s.end()).listen(0, '127.0.0.1', function () { require('net').connect(this.address().port, '127.0.0.1').on('connect', () => { console.log('open'); process.exit(); }); })`;
    expect((await bench().run(`node -e "${own}"`)).text).toBe('open\n');
  });

  if (!claims.off.network) return;

  test('a command without network reaches nothing', async () => {
    await withServer('0.0.0.0', async (port) => {
      expect((await bench().run(knock(outerAddress(), port), { network: 'off' })).text).toBe('closed\n');
    });
  });
}

/** Says whether a connection can be made. */
function knock(host: string, port: number): string {
  const say = (word: string) => `() => { console.log('${word}'); process.exit(); }`;
  const script = `require('net').connect(${port}, '${host}').on('connect', ${say('open')}).on('error', ${say('closed')}).setTimeout(3000, ${say('closed')})`;
  return `node -e "${script}"`;
}

async function withServer(host: string, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).end());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    await closed(server);
  }
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** An address of this machine that is not its loopback. */
function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
