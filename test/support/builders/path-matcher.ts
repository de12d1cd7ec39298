/**
 * Whether a path matches a pattern, told a name at a time: `**` is any number of names, `*` and `?` stay inside one, and a pattern means all
 * below what it names. Written on its own, to judge the product's rule of overlapping patterns.
 */
export function matches(pattern: string, path: string): boolean {
  return matchNames([...pattern.split('/'), '**'], path.split('/'));
}

function matchNames([first, ...others]: string[], names: string[]): boolean {
  if (first === undefined) return names.length === 0;
  if (first === '**') return matchNames(others, names) || (names.length > 0 && matchNames([first, ...others], names.slice(1)));
  return names[0] !== undefined && matchName(first, names[0]) && matchNames(others, names.slice(1));
}

function matchName(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.-]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
