import { setTimeout as sleep } from 'node:timers/promises';
import { caughtWorkflowTask } from '../bare/history.js';
import type { Bench, Measure, Row } from '../measure.js';
import { medianOfParts } from '../statistics.js';
import type { Api, StudioEvent } from '../studio/api.js';
import { chainOf } from '../studio/chain.js';
import { makeSmallRepository } from '../studio/small-repository.js';

const KILLS = 20;
/** A kill comes within that after the run was accepted. */
const WINDOW_MS = 2_500;
const GIVE_UP_MS = 60_000;

/** A worker that held nothing: this is the start of a worker alone. */
const BARE = 'bare: SIGKILL of an idle worker → next activity begins';

interface Kill {
  readonly nextCommandMs: number;
  readonly caughtWorkflowTask: boolean;
  readonly parts: Record<string, number>;
}

/** How long nothing happens after the worker was killed: until a command of the next worker begins. */
export const workerKill: Measure = {
  name: 'worker-kill',
  what: `SIGKILL of the worker → the next command begins, ${KILLS} kills at random moments`,
  async run(bench): Promise<Row[]> {
    const count = bench.samples(KILLS);
    const project = await bench.studio.api.addProject(makeSmallRepository(bench.studio.home, 'worker-kill'));
    const [kills, bareKills]: [Kill[], number[]] = [[], []];
    for (let n = 1; n <= count; n++) {
      bench.say(`kill ${n} of ${count}`);
      kills.push(await killOnce(bench, project));
      bareKills.push((await bench.bare.killToActivity()) / 1_000);
    }
    const caught = kills.filter((kill) => kill.caughtWorkflowTask);
    const spared = kills.filter((kill) => !kill.caughtWorkflowTask);
    const title = 'SIGKILL of the worker → next command begins';
    const parts = medianOfParts(kills.map((kill) => kill.parts));
    return [
      { title, unit: 's', goal: { median: 1.2, worst: 4 }, samples: seconds(kills), comparedWith: BARE, parts },
      ...(caught.length > 0 ? ([{ title: '  kills that caught a workflow task', unit: 's', samples: seconds(caught) }] as const) : []),
      { title: '  kills that caught none', unit: 's', samples: seconds(spared) },
      { title: BARE, unit: 's', samples: bareKills },
    ];
  },
};

const seconds = (kills: readonly Kill[]): number[] => kills.map(({ nextCommandMs }) => nextCommandMs / 1_000);

/** A run of half-second commands, killed at a random moment and cancelled afterwards: each kill meets the same. */
async function killOnce({ studio, bare }: Bench, project: string): Promise<Kill> {
  const { api } = studio;
  const workflow = await api.run(
    project,
    'sleepers',
    chainOf(20, () => ['sleep 0.5']),
  );
  await sleep(Math.random() * WINDOW_MS);
  const last = (await api.events(workflow)).at(-1)?.id ?? 0;
  const killedAt = Date.now();
  process.kill(studio.pidOf('worker'), 'SIGKILL');
  const events = await nextCommand(api, last);
  const at = (types: readonly string[]) => timeOfFirst(events, types) - killedAt;
  const [joined, claimed, began] = [at(['worker-joined']), at(['agent-run-started', 'agent-run-lost']), at(COMMAND_BEGINS)];
  await api.cancel(workflow);
  await api.ended(workflow);
  return {
    nextCommandMs: began,
    caughtWorkflowTask: await caughtWorkflowTask(bare.client, workflow, killedAt),
    parts: {
      'until the next worker has joined': joined / 1_000,
      'until it has claimed an attempt': (claimed - joined) / 1_000,
      'until the command begins': (began - claimed) / 1_000,
    },
  };
}

const COMMAND_BEGINS = ['command-started', 'command-repeated'];

/** Events from the new worker's joining on. What the killed one was still writing is older than that. */
async function nextCommand(api: Api, after: number): Promise<readonly StudioEvent[]> {
  for (const deadline = Date.now() + GIVE_UP_MS; Date.now() < deadline; await sleep(100)) {
    const events = await api.eventsAfter(after);
    const joined = events.findIndex(({ type }) => type === 'worker-joined');
    const since = joined < 0 ? [] : events.slice(joined);
    if (since.some(({ type }) => COMMAND_BEGINS.includes(type))) return since;
  }
  throw new Error(`no command began within ${GIVE_UP_MS / 1_000} s after the worker was killed`);
}

function timeOfFirst(events: readonly StudioEvent[], types: readonly string[]): number {
  return Date.parse(events.find(({ type }) => types.includes(type))?.at ?? '');
}
