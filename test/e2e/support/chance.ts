/** Random numbers that a seed replays. */
export interface Chance {
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
}

/** PERENNIAL_SEED replays a run of tests; each test draws from a stream of its own, so that one can be replayed alone. */
export function chanceOf(test: string): Chance {
  const seed = process.env.PERENNIAL_SEED ?? String(Math.trunc(Math.random() * 1e9));
  process.env.PERENNIAL_SEED = seed;
  process.stderr.write(`${test}: PERENNIAL_SEED=${seed}\n`);
  const next = mulberry32(hash(`${seed}/${test}`));
  return { whole: (least, most) => least + Math.floor(next() * (most - least + 1)) };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) as number), 0x01000193);
  return value >>> 0;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
