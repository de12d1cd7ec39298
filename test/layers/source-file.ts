import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from '@swc/core';

/** What a source file reaches for, types included, and what it says that no source may say. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly Import[];
  /** Nothing but `export … from`. */
  readonly isBarrel: boolean;
  readonly readsEnvironment: boolean;
  readonly saysAny: boolean;
  readonly throwsBareError: boolean;
}

export interface Import {
  /** A file of ours by its path, or a package by its name (`node:fs`, `@temporalio/workflow`). */
  readonly target: string;
  /** Only for the compiler: gone in what runs. */
  readonly isType: boolean;
}

const GENERATED = 'src/adapters/prisma/generated/';

/** All our TypeScript below some folders. */
export function readSources(folders: readonly string[]): SourceFile[] {
  const paths = folders.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)));
  return paths
    .filter((path) => path.endsWith('.ts') && !path.startsWith(GENERATED))
    .sort()
    .map((path) => readSource(path, readFileSync(path, 'utf8')));
}

export function readSource(path: string, text: string): SourceFile {
  const module = parseSync(text, { syntax: 'typescript', target: 'es2023' }) as unknown as Node;
  const nodes = [...walk(module)];
  const statements = module.body as Node[];
  return {
    path,
    imports: nodes.flatMap((node) => importsOf(node)).map(({ target, isType }) => ({ target: resolveTarget(path, target), isType })),
    isBarrel: statements.length > 0 && statements.every(isReExport),
    readsEnvironment: nodes.some(isEnvironment),
    saysAny: nodes.some((node) => node.type === 'TsKeywordType' && node.kind === 'any'),
    throwsBareError: nodes.some(isBareThrow),
  };
}

type Node = { readonly type: string } & Record<string, unknown>;

function* walk(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) yield value;
  for (const part of Object.values(value)) yield* walk(part);
}

const isNode = (value: object): value is Node => 'type' in value && typeof value.type === 'string';

const isReExport = (node: Node): boolean =>
  node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && !!node.source);

function importsOf(node: Node): Import[] {
  const text = (literal: unknown) => (literal as { value: string }).value;
  if (node.type === 'ImportDeclaration' || isReExport(node)) return [{ target: text(node.source), isType: isTypeOnly(node) }];
  if (node.type === 'TsImportType') return [{ target: text(node.argument), isType: true }];
  if (node.type === 'TsExternalModuleReference') return [{ target: text(node.expression), isType: false }];
  if (node.type !== 'CallExpression' || !isImporting(node.callee as Node)) return [];
  const [first] = node.arguments as { expression: Node }[];
  return first?.expression.type === 'StringLiteral' ? [{ target: text(first.expression), isType: false }] : [];
}

function isTypeOnly(node: Node): boolean {
  const specifiers = (node.specifiers ?? []) as { isTypeOnly?: boolean }[];
  return node.typeOnly === true || (specifiers.length > 0 && specifiers.every((specifier) => specifier.isTypeOnly === true));
}

const isImporting = (callee: Node): boolean => callee.type === 'Import' || (callee.type === 'Identifier' && callee.value === 'require');

function resolveTarget(from: string, target: string): string {
  return target.startsWith('.') ? posix.join(posix.dirname(from), target).replace(/\.js$/, '.ts') : packageName(target);
}

function packageName(target: string): string {
  const [scope, name] = target.split('/');
  return target.startsWith('@') ? `${scope}/${name}` : (scope as string);
}

/** `process.env`, `process['env']`, and `const { env } = process`. */
function isEnvironment(node: Node): boolean {
  const isProcess = (value: unknown) => (value as Node | undefined)?.type === 'Identifier' && (value as Node).value === 'process';
  if (node.type === 'VariableDeclarator') return isProcess(node.init) && JSON.stringify(node.id).includes('"value":"env"');
  return node.type === 'MemberExpression' && isProcess(node.object) && JSON.stringify(node.property).includes('"value":"env"');
}

function isBareThrow(node: Node): boolean {
  const thrown = node.argument as Node | undefined;
  return node.type === 'ThrowStatement' && thrown?.type === 'NewExpression' && (thrown.callee as Node).value === 'Error';
}
