import { writeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { OutputPipes } from '../../../src/adapters/sandbox/output-pipe.js';
import { OutputPump } from '../../../src/adapters/sandbox/output-pump.js';

test('output that lies in the pipe is taken, also when this process got no time for longer than the silence lasts', async () => {
  const pipe = await new OutputPipes().open();
  const taken: string[] = [];
  const take = async (chunk: Uint8Array) => void taken.push(Buffer.from(chunk).toString('utf8'));
  const pump = new OutputPump(pipe, take, () => undefined);
  await stat('/'); // What follows is called by the event loop while it looks at files and pipes; timers are next.
  writeSync(pipe.writer, 'last words');
  pipe.closeWriter();
  const finished = pump.finish();
  standStill(250);
  await finished;
  expect(taken).toEqual(['last words']);
});

function standStill(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
