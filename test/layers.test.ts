import { describe, expect, test } from '@jest/globals';
import { importCircles } from './layers/cycles.js';
import { breaches, LAYERS } from './layers/layers.js';
import { readSource, readSources } from './layers/source-file.js';

const files = readSources(['src', 'workflows', 'activities', 'temporal-config']);
const inSrc = files.filter(({ path }) => path.startsWith('src/'));
const pathsOf = (found: readonly { path: string }[]) => found.map(({ path }) => path);

describe('arrows point inward:', () => {
  test.each(LAYERS.map((layer) => ({ ...layer, title: `${layer.name}: ${layer.rule}` })))('$title', (layer) => {
    const held = files.filter(({ path }) => layer.holds.test(path));
    expect(held.length).toBeGreaterThan(0);
    expect(held.flatMap((file) => breaches(file, [layer]))).toEqual([]);
  });

  test('nothing imports a root', () => {
    const roots = ['src/app.ts', 'src/worker.ts', 'src/launcher.ts'];
    const found = files.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => roots.includes(target)).map(({ target }) => `${path} imports ${target}`),
    );
    expect(found).toEqual([]);
  });

  test('nothing imports what is not there', () => {
    const known = new Set([...pathsOf(files), 'src/adapters/prisma/generated/client.ts']);
    const isOurs = (target: string) => /^(src|workflows|activities|temporal-config|test|\.\.)\b/.test(target);
    const lost = files.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => isOurs(target) && !known.has(target)).map(({ target }) => `${path} imports ${target}`),
    );
    expect(lost).toEqual([]);
  });

  test('no imports go round in a circle, types included', () => {
    expect(importCircles(files)).toEqual([]);
  });

  test('every file has a layer, or is one of the few that put the parts together', () => {
    const outside = pathsOf(files).filter((path) => !LAYERS.some(({ holds }) => holds.test(path)));
    expect(outside.filter((path) => !/^src\/(app|worker|launcher|config|context|logger|repeated|role|version)\.ts$/.test(path))).toEqual(
      [],
    );
  });
});

describe('every file', () => {
  test('has something of its own: no barrels', () => {
    expect(pathsOf(files.filter(({ isBarrel }) => isBarrel))).toEqual(['workflows/index.ts']);
  });

  test('says its types: no `any`', () => {
    expect(pathsOf(files.filter(({ saysAny }) => saysAny))).toEqual([]);
  });

  test('leaves the environment to src/config.ts', () => {
    expect(pathsOf(inSrc.filter(({ readsEnvironment }) => readsEnvironment))).toEqual(['src/config.ts']);
    expect(pathsOf(inSrc.filter(({ imports }) => imports.some(({ target }) => /^(node:)?process$/.test(target))))).toEqual([]);
  });

  test('throws errors that say what to do: no bare `throw new Error`', () => {
    expect(pathsOf(inSrc.filter(({ throwsBareError }) => throwsBareError))).toEqual([]);
  });

  test('has a name that says what it is about', () => {
    expect(pathsOf(files).filter((path) => /\b(utils?|helpers?|common|misc)\b/.test(path))).toEqual([]);
  });
});

describe('the judge of sources', () => {
  const read = (text: string) => readSource('src/domain/x.ts', text);

  test.each([
    ["import { a } from '../ports/a.js';", 'src/ports/a.ts', false],
    ["import type { A } from '../ports/a.js';", 'src/ports/a.ts', true],
    ["import { type A } from '../ports/a.js';", 'src/ports/a.ts', true],
    ["import '../ports/a.js';", 'src/ports/a.ts', false],
    ["export { a } from '../ports/a.js';", 'src/ports/a.ts', false],
    ["export * from './deep/a.js';", 'src/domain/deep/a.ts', false],
    ["export type { A } from './a.js';", 'src/domain/a.ts', true],
    ["const a: import('../ports/a.js').A = b;", 'src/ports/a.ts', true],
    ["const a = await import('node:fs');", 'node:fs', false],
    ["const a = require('@temporalio/client/lib/x');", '@temporalio/client', false],
    ["import pg from 'pg/lib/x.js';", 'pg', false],
  ])('sees the import in %s', (text, target, isType) => {
    expect(read(text).imports).toEqual([{ target, isType }]);
  });

  test('sees no import in text and comments', () => {
    expect(read("// import 'a';\nconst b = \"import 'c'\";").imports).toEqual([]);
  });

  test.each(['const e = process.env;', "process['env'].HOME;", 'const { env } = process;', 'f({ ...process.env });'])(
    'sees the environment read in %s',
    (text) => {
      expect(read(text).readsEnvironment).toBe(true);
    },
  );

  test('sees `any` and bare errors wherever they are', () => {
    expect(read('function f(): Map<string, any> {}').saysAny).toBe(true);
    expect(read("const any = 'any';").saysAny).toBe(false);
    expect(read("const f = () => { if (a) throw new Error('no'); };").throwsBareError).toBe(true);
    expect(read("throw new TypeError('no'); throw rejected('no');").throwsBareError).toBe(false);
  });

  test('sees barrels', () => {
    expect(read("export { a } from './a.js';\nexport * from './b.js';").isBarrel).toBe(true);
    expect(read("export { a } from './a.js';\nexport const b = 1;").isBarrel).toBe(false);
  });

  test('names file, import and rule', () => {
    expect(breaches(read("import fs from 'node:fs';\nimport type { A } from '../ports/a.js';"))).toEqual([
      'src/domain/x.ts imports node:fs: the domain is pure: zod and itself',
      'src/domain/x.ts imports a type of src/ports/a.ts: the domain is pure: zod and itself',
    ]);
  });

  test('tells one module from another, and one adapter from another', () => {
    const importing = (path: string, target: string) => breaches({ ...read(''), path, imports: [{ target, isType: true }] });
    expect(importing('src/modules/agent/a.ts', 'src/modules/agent/b.ts')).toEqual([]);
    expect(importing('src/modules/agent/a.ts', 'src/modules/agents/b.ts')).toHaveLength(1);
    expect(importing('src/adapters/process/a.ts', 'src/adapters/git/b.ts')).toHaveLength(1);
    expect(importing('src/adapters/sandbox/a.ts', 'src/adapters/process/b.ts')).toEqual([]);
    expect(importing('src/cli/list.ts', 'src/supervisor/supervisor.ts')).toHaveLength(1);
    expect(importing('src/cli/studio-verbs.ts', 'src/supervisor/supervisor.ts')).toEqual([]);
  });

  test('sees circles', () => {
    const file = (path: string, ...targets: string[]) => ({
      ...read(''),
      path,
      imports: targets.map((target) => ({ target, isType: true })),
    });
    expect(importCircles([file('a', 'b', 'd'), file('b', 'c'), file('c', 'a'), file('d')])).toEqual(['a -> b -> c -> a']);
  });
});
