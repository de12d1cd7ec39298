import type { Measure, Row } from '../measure.js';

const SAMPLES = 5;

/** What a person waits for on an installed checkout whose home has data: `npm start` to the ready line. */
export const secondStart: Measure = {
  name: 'second-start',
  what: 'npm start of an installed checkout → ready',
  async run({ studio, bare, say }): Promise<Row[]> {
    const samples: number[] = [];
    await bare.close();
    for (let n = 1; n <= SAMPLES; n++) {
      say(`start ${n} of ${SAMPLES}`);
      await studio.stop();
      samples.push((await studio.start(['npm', 'start'])) / 1_000);
    }
    await studio.stop();
    await studio.start();
    await bare.start(studio.temporalAddress, studio.home);
    return [{ title: 'second `npm start` → ready', unit: 's', goal: { median: 6 }, samples }];
  },
};
