const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** `3 min ago`; of less than a second `now`. */
export function ago(at: string, now: number): string {
  const passed = now - Date.parse(at);
  const [name, ms] = UNITS.find(([, size]) => passed >= size) ?? [];
  if (name === undefined || ms === undefined) return 'now';
  const count = Math.floor(passed / ms);
  return `${count} ${name === 'day' && count > 1 ? 'days' : name} ago`;
}

/** `0.3 s`, `12.4 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** `14:05:09`, by the clock on the wall. */
export function timeOfDay(at: string): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
