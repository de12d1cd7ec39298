import type { Bench, Measure, Row } from '../measure.js';
import { medianOfParts } from '../statistics.js';
import type { StudioEvent } from '../studio/api.js';
import { makeSmallRepository } from '../studio/small-repository.js';

const SAMPLES = 20;

/** A run takes less than that, so that nobody looks while it is measured. */
const QUIET_MS = 1_000;

const BARE = 'bare: start → first activity begins';

/** How long a person waits until the work really begins: the command tells the time itself, by the clock that the answer is timed with. */
export const firstCommand: Measure = {
  name: 'first-command',
  what: 'POST answered 202 → the first command of the first task runs',
  async run(bench): Promise<Row[]> {
    const count = bench.samples(SAMPLES);
    const project = await bench.studio.api.addProject(makeSmallRepository(bench.studio.home, 'first-command'));
    const [begun, parts, bare]: [number[], Record<string, number>[], number[]] = [[], [], []];
    await once(bench, project);
    for (let n = 1; n <= count; n++) {
      bench.say(`first command, ${n} of ${count}`);
      const sample = await once(bench, project);
      begun.push(sample.beganMs);
      parts.push(sample.parts);
      bare.push(await bench.bare.startToActivity());
    }
    const title = 'POST answered 202 → first command begins';
    return [
      { title, unit: 'ms', goal: { median: 150 }, samples: begun, comparedWith: BARE, parts: medianOfParts(parts) },
      { title: BARE, unit: 'ms', samples: bare },
    ];
  },
};

async function once({ studio: { api } }: Bench, project: string): Promise<{ beganMs: number; parts: Record<string, number> }> {
  const workflow = await api.run(project, 'first command', [{ id: 'only', run: ['date +%s%N'] }]);
  const answeredAt = Date.now();
  await api.ended(workflow, { quietMs: QUIET_MS });
  const beganAt = Number(BigInt((await api.log(workflow, 'only')).trim()) / 1_000n) / 1_000;
  const events = await api.events(workflow);
  const at = (type: StudioEvent['type']) => Date.parse(events.find((event) => event.type === type)?.at ?? '') - answeredAt;
  const marks = [at('workflow-started'), at('agent-run-started'), at('command-started'), beganAt - answeredAt] as const;
  return {
    beganMs: marks[3],
    parts: {
      'until the graph is loaded': marks[0],
      'until the attempt is claimed': marks[1] - marks[0],
      'until the worktree is there': marks[2] - marks[1],
      'until the command runs in its sandbox': marks[3] - marks[2],
    },
  };
}
