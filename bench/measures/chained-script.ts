import type { Bench, Measure, Row } from '../measure.js';
import { medianOfParts, slope } from '../statistics.js';
import type { StudioEvent } from '../studio/api.js';
import { chainOf, runToEnd } from '../studio/chain.js';
import { makeSmallRepository } from '../studio/small-repository.js';
import { BARE_ACTIVITY } from './bare-titles.js';

const SAMPLES = 5;
const [SHORT, LONG] = [5, 25];

/** What a task with real work around it costs: clone, sandbox, command, checkpoint, commit, merge. */
export const chainedScript: Measure = {
  name: 'chained-script',
  what: `added ms a chained script on a small repository: chains of ${SHORT} and ${LONG}`,
  async run(bench): Promise<Row[]> {
    const count = bench.samples(SAMPLES);
    const project = await bench.studio.api.addProject(makeSmallRepository(bench.studio.home, 'chained-script'));
    const bare: number[] = [];
    const nothing = series(bench, project, () => ['true']);
    const change = series(bench, project, (n) => [`echo ${n} > step-${n}.txt`]);
    await nothing.sample();
    await change.sample();
    nothing.forget();
    change.forget();
    for (let n = 1; n <= count; n++) {
      bench.say(`chain of scripts, ${n} of ${count}`);
      await nothing.sample();
      await change.sample();
      bare.push(slope(await bareChain(bench, SHORT), await bareChain(bench, LONG)));
    }
    return [
      { title: 'added a chained task, script `true`', ...nothing.row() },
      { title: 'added a chained task, script that changes a file', ...change.row() },
      { title: BARE_ACTIVITY, unit: 'ms', samples: bare },
    ];
  },
};

async function bareChain({ bare }: Bench, items: number) {
  return { items, totalMs: await bare.runChain('chainOfActivities', items) };
}

/** Samples of one kind of chain. */
function series({ studio: { api } }: Bench, project: string, work: (n: number) => readonly string[]) {
  const slopes: number[] = [];
  const phases: Record<string, number>[] = [];
  const chain = async (items: number) => {
    const { totalMs, events } = await runToEnd(api, project, chainOf(items, work), items * 100);
    phases.push(...phasesOf(events));
    return { items, totalMs };
  };
  return {
    async sample() {
      slopes.push(slope(await chain(SHORT), await chain(LONG)));
    },
    forget() {
      slopes.length = 0;
      phases.length = 0;
    },
    row: (): Omit<Row, 'title'> => ({
      unit: 'ms',
      goal: { median: 200 },
      samples: slopes,
      comparedWith: BARE_ACTIVITY,
      parts: medianOfParts(phases),
    }),
  };
}

/** Where the time of each task but the first went, between the events that tell of it. */
function phasesOf(events: readonly StudioEvent[]): Record<string, number>[] {
  const tasks = [...new Set(events.flatMap(({ taskId }) => taskId ?? []))];
  const at = (task: string | undefined, type: string) =>
    Date.parse(events.find((event) => event.taskId === task && event.type === type)?.at ?? '');
  return tasks.slice(1).map((task, index) => {
    const ended = events.find((event) => event.taskId === task && event.type === 'command-ended');
    const commandMs = Number(ended?.data.durationMs);
    return {
      'to the next task': at(task, 'agent-run-started') - at(tasks[index], 'step-completed'),
      'claim, clone': at(task, 'command-started') - at(task, 'agent-run-started'),
      'sandbox and command': commandMs,
      checkpoint: at(task, 'command-ended') - at(task, 'command-started') - commandMs,
      'end of the attempt': at(task, 'agent-run-ended') - at(task, 'command-ended'),
      'removal, commit, merge': at(task, 'step-completed') - at(task, 'agent-run-ended'),
    };
  });
}
