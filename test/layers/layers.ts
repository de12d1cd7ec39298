import type { Import, SourceFile } from './source-file.js';

/** What the files of a folder may reach for; everything else is refused with `rule`. */
export interface Layer {
  readonly name: string;
  readonly holds: RegExp;
  readonly rule: string;
  readonly may: readonly Allowed[];
}

/** Whether a file at `from` may have an import. */
type Allowed = (item: Import, from: string) => boolean;

const to =
  (...targets: RegExp[]): Allowed =>
  ({ target }) =>
    targets.some((pattern) => pattern.test(target));
/** Gone in what runs. */
const toTypesOf =
  (...targets: RegExp[]): Allowed =>
  ({ target, isType }) =>
    isType && targets.some((pattern) => pattern.test(target));
/** One module, one vendor: `src/modules/agent/`. */
const toOwnFolder: Allowed = ({ target }, from) => target.startsWith(`${from.split('/').slice(0, 3).join('/')}/`);
const toStatedAdapter: Allowed = ({ target }, from) =>
  ADAPTERS_ON_ADAPTERS.some(([above, below]) => from.startsWith(`src/adapters/${above}/`) && target.startsWith(`src/adapters/${below}/`));

const DOMAIN = /^src\/domain\//;
const PORTS = /^src\/ports\//;
const MODULES = /^src\/modules\//;
const CONFIG = /^src\/config\.ts$/;
const LOGGER = /^src\/logger\.ts$/;
const VERSION = /^src\/version\.ts$/;
const NODE = /^node:/;
/** Our own code has a path; a package has a name. */
const ANY_PACKAGE = /^(?!src\/|workflows\/|activities\/|temporal-config\/|test\/|\.\.)/;

/** Adapters that stand on another one: a cage ends what it started by the process table, and git is a program like any other. */
const ADAPTERS_ON_ADAPTERS = [
  ['sandbox', 'process'],
  ['git', 'process'],
];

export const LAYERS: readonly Layer[] = [
  { name: 'domain', holds: DOMAIN, rule: 'the domain is pure: zod and itself', may: [to(DOMAIN, /^zod$/)] },
  {
    name: 'workflows',
    holds: /^workflows\//,
    rule: 'workflows are deterministic: src/domain, @temporalio/workflow and @temporalio/common',
    may: [to(/^workflows\//, DOMAIN, /^@temporalio\/(workflow|common)$/)],
  },
  { name: 'ports', holds: PORTS, rule: 'ports are interfaces in the words of the domain', may: [to(PORTS, DOMAIN)] },
  {
    name: 'modules',
    holds: MODULES,
    rule: 'modules stand on domain and ports, and not on each other',
    may: [to(DOMAIN, PORTS), toOwnFolder],
  },
  {
    name: 'activities',
    holds: /^activities\//,
    rule: 'activities are thin: domain, ports, types of modules, @temporalio/activity and @temporalio/common',
    may: [to(/^activities\//, DOMAIN, PORTS, /^@temporalio\/(activity|common)$/), toTypesOf(MODULES)],
  },
  {
    name: 'adapters',
    holds: /^src\/adapters\//,
    rule: 'an adapter stands on its vendor, ports and domain, and not on another adapter',
    may: [to(ANY_PACKAGE, DOMAIN, PORTS), toTypesOf(CONFIG, LOGGER), toOwnFolder, toStatedAdapter],
  },
  {
    name: 'http',
    holds: /^src\/http\//,
    rule: 'HTTP stands on modules, ports and domain; what lies outside is brought to it',
    may: [to(/^src\/http\//, MODULES, PORTS, DOMAIN, NODE, /^(express|helmet|yaml|zod|better-sse|express-rate-limit)$/), toTypesOf(LOGGER)],
  },
  {
    name: 'cli',
    holds: /^src\/cli\/(?!studio-verbs\.ts$)/,
    rule: 'the CLI is a client of the HTTP API: domain, config and itself',
    may: [to(/^src\/cli\//, DOMAIN, CONFIG, VERSION, NODE, /^(commander|yaml)$/)],
  },
  {
    name: 'perennial up',
    holds: /^src\/cli\/studio-verbs\.ts$/,
    rule: '`perennial up` is the supervisor; the rest of the CLI is a client',
    may: [to(/^src\/(cli|supervisor)\//, DOMAIN, CONFIG, VERSION, NODE, /^commander$/)],
  },
  {
    name: 'supervisor',
    holds: /^src\/supervisor\//,
    rule: 'the supervisor starts the parts: adapters, ports, domain and config, and no module of a run',
    may: [
      to(/^src\/(supervisor|adapters)\//, /^src\/context\.ts$/, /^temporal-config\//, DOMAIN, PORTS, CONFIG, LOGGER, VERSION, ANY_PACKAGE),
    ],
  },
  {
    name: 'temporal-config',
    holds: /^temporal-config\//,
    rule: 'settings of Temporal: its client and the domain',
    may: [to(/^temporal-config\//, DOMAIN, NODE, /^@temporalio\/(client|common|proto)$/)],
  },
];

/** What is wrong with a file's imports, one line each. */
export function breaches(file: SourceFile, layers: readonly Layer[] = LAYERS): string[] {
  const layer = layers.find(({ holds }) => holds.test(file.path));
  if (!layer) return [];
  return file.imports
    .filter((item) => !layer.may.some((isAllowed) => isAllowed(item, file.path)))
    .map(({ target, isType }) => `${file.path} imports ${isType ? 'a type of ' : ''}${target}: ${layer.rule}`);
}
