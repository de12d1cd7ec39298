import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ProjectDocument } from './documents.js';
import { fields, json, table } from './output.js';
import { findProject } from './resolve.js';
import type { Shell } from './shell.js';
import { ago } from './times.js';
import { type Act, example, JSON_OPTION, type JsonOption, type VerbContext } from './verb.js';

export function addProjectVerbs(program: Command, act: Act): void {
  const project = program.command('project').description('add and look at projects: repositories under Perennial’s care');
  project
    .command('add')
    .description('take a git repository into care; adding it again changes nothing')
    .argument('<path|url>', 'the repository: a folder, or what `git clone` takes')
    .option('--name <name>', 'what to call it (default: the last part of the path)')
    .option('--branch <branch>', 'the branch that runs start from (default: the one the repository has checked out)')
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial project add ~/code/shop --name shop'))
    .action(act(add));
  project
    .command('list')
    .description('all projects, oldest first')
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial project list'))
    .action(act(list));
  project
    .command('show')
    .description('one project')
    .argument('<project>', 'name, id, or the beginning of an id')
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial project show shop'))
    .action(act(show));
}

interface AddOptions extends JsonOption {
  readonly name?: string;
  readonly branch?: string;
}

async function add({ studio, shell }: VerbContext, source: string, { name, branch, json: asJson }: AddOptions): Promise<undefined> {
  const project = await studio.addProject({
    source: absoluteSource(source),
    ...(name !== undefined && { name }),
    ...(branch !== undefined && { defaultBranch: branch }),
  });
  for (const warning of project.warnings) shell.say(shell.paintProgress('yellow', `! ${warning}`));
  await shell.print(asJson ? json(project) : `${details(project, shell)}\n`);
}

async function list({ studio, shell }: VerbContext, { json: asJson }: JsonOption): Promise<undefined> {
  const projects = await studio.projects();
  if (projects.length === 0) shell.say('no projects yet; `perennial project add <path|url>` adds one');
  if (asJson) return void (await shell.print(json(projects)));
  if (projects.length > 0) await shell.print(`${projectTable(projects, shell)}\n`);
}

async function show({ studio, shell }: VerbContext, given: string, { json: asJson }: JsonOption): Promise<undefined> {
  const project = await findProject(studio, given);
  await shell.print(asJson ? json(project) : `${details(project, shell)}\n`);
}

/** The studio runs in another folder, so a path has to be whole. What looks like a URL or `host:path`, and is no file here, is left as it is. */
function absoluteSource(source: string): string {
  const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(source) || (/^[^/]+:/.test(source) && !existsSync(source));
  return isRemote ? source : resolve(source);
}

function projectTable(projects: readonly ProjectDocument[], { width }: Shell): string {
  return table(
    projects,
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'BRANCH', cell: ({ defaultBranch }) => defaultBranch },
      { title: 'STORE', cell: ({ store }) => store },
      { title: 'SOURCE', cell: ({ source }) => source, isFlexible: true },
    ],
    width,
  );
}

function details(project: ProjectDocument, { isTerminal, now }: Shell): string {
  return fields([
    ['id', project.id],
    ['name', project.name],
    ['source', project.source],
    ['branch', `${project.defaultBranch} at ${project.head.slice(0, 12)}`],
    ['store', project.store],
    ['added', isTerminal ? ago(project.createdAt, now()) : project.createdAt],
    ...project.warnings.map((warning) => ['warning', warning] as const),
  ]);
}
