import type { Measure, Row } from '../measure.js';
import { slope } from '../statistics.js';
import { chainOf, runToEnd } from '../studio/chain.js';
import { makeSmallRepository } from '../studio/small-repository.js';
import { BARE_ACTIVITY, BARE_CHILD } from './bare-titles.js';

const SAMPLES = 5;
const [SHORT, LONG] = [20, 120];
/** A chain of children is long enough for its slope with fewer. */
const LONG_OF_CHILDREN = 60;

/** What Perennial adds to a task that does nothing. */
export const chainedGate: Measure = {
  name: 'chained-gate',
  what: `added ms a chained task of agent none: chains of ${SHORT} and ${LONG}`,
  async run({ studio, bare, say, samples }): Promise<Row[]> {
    const count = samples(SAMPLES);
    const project = await studio.api.addProject(makeSmallRepository(studio.home, 'chained-gate'));
    const gates = async (items: number) => {
      const tasks = chainOf(items, () => undefined);
      return { items, totalMs: (await runToEnd(studio.api, project, tasks, items * 15)).totalMs };
    };
    const activities = async (items: number) => ({ items, totalMs: await bare.runChain('chainOfActivities', items) });
    const children = async (items: number) => ({ items, totalMs: await bare.runChain('chainOfChildren', items) });
    const [ours, bareActivity, bareChild]: [number[], number[], number[]] = [[], [], []];
    await gates(SHORT);
    for (let n = 1; n <= count; n++) {
      say(`chain of gates, ${n} of ${count}`);
      ours.push(slope(await gates(SHORT), await gates(LONG)));
      bareActivity.push(slope(await activities(SHORT), await activities(LONG)));
      bareChild.push(slope(await children(SHORT), await children(LONG_OF_CHILDREN)));
    }
    return [
      { title: 'added a chained task, none', unit: 'ms', goal: { median: 25 }, samples: ours, comparedWith: BARE_ACTIVITY },
      { title: BARE_ACTIVITY, unit: 'ms', samples: bareActivity },
      { title: BARE_CHILD, unit: 'ms', samples: bareChild },
    ];
  },
};
