import { describe, expect, test } from '@jest/globals';
import { createProjectModule } from '../../../src/modules/project/project-module.js';
import { memoryRepositories } from '../../support/memory/repositories.js';
import { countedIds } from '../../support/stand-ins/counted-ids.js';
import { Crash, type Fault, Journal, watched } from '../../support/stand-ins/journal.js';
import { MemoryStore } from '../../support/stand-ins/memory-store.js';

function projectWorld() {
  const { projects } = memoryRepositories();
  const store = new MemoryStore();
  const head = store.root({ readme: 'hello' });
  store.sources.set('/srv/site', head).set('/home/site', head);
  const life = (fault?: Fault) => {
    const journal = new Journal(fault);
    const module = createProjectModule({
      projects: watched(journal, 'projects', projects, ['findBySource', 'add']),
      store: watched(journal, 'store', store, ['inspect', 'importProject']),
      ids: countedIds(),
    });
    return { ...module, journal };
  };
  return { projects, store, head, life };
}

describe('adding a project', () => {
  test('looks at the source, imports it, and then knows it', async () => {
    const { life, head, projects } = projectWorld();
    const { add, journal } = life();
    const { project, isNew } = await add({ source: '/srv/site' });
    expect(journal.calls).toEqual(['store.inspect', 'projects.findBySource', 'store.importProject', 'projects.add']);
    expect(isNew).toBe(true);
    expect(project).toMatchObject({ name: 'site', source: '/srv/site', defaultBranch: 'main', store: 'git', head, warnings: [] });
    expect(await projects.find(project.id)).toEqual(project);
  });

  test('takes the name and branch that are asked for', async () => {
    const { project } = await projectWorld().life().add({ source: '/srv/site', name: 'web', defaultBranch: 'trunk' });
    expect(project).toMatchObject({ name: 'web', defaultBranch: 'trunk' });
  });

  test('the same source and name again is the same project, and nothing is imported', async () => {
    const { life } = projectWorld();
    const { project } = await life().add({ source: '/srv/site' });
    const { add, journal } = life();
    expect(await add({ source: '/srv/site' })).toEqual({ project, isNew: false });
    expect(journal.calls).toEqual(['store.inspect', 'projects.findBySource']);
  });

  test('the same source under another name is another project', async () => {
    const { life } = projectWorld();
    const { project } = await life().add({ source: '/srv/site' });
    const { project: other, isNew } = await life().add({ source: '/srv/site', name: 'copy' });
    expect(isNew).toBe(true);
    expect(other.id).not.toBe(project.id);
  });

  test('has an id that follows from source and name, so that an import that was cut off is finished, not repeated beside it', async () => {
    for (let call = 0; call < 4; call++) {
      for (const when of ['before', 'after'] as const) {
        const { life, projects } = projectWorld();
        await expect(life({ call, when }).add({ source: '/srv/site' })).rejects.toBeInstanceOf(Crash);
        const { project } = await life().add({ source: '/srv/site' });
        expect(project.id).toBe('id-of-/srv/site\nsite');
        expect(await projects.list()).toHaveLength(1);
      }
    }
  });

  test('a name that another source has is refused', async () => {
    const { life } = projectWorld();
    await life().add({ source: '/srv/site' });
    await expect(life().add({ source: '/home/site' })).rejects.toMatchObject({ code: 'name-taken', kind: 'rejected' });
  });

  test('a source that is none is refused, and nothing is imported or added', async () => {
    const { life, projects } = projectWorld();
    const { add, journal } = life();
    await expect(add({ source: '/nowhere' })).rejects.toMatchObject({ code: 'source-refused' });
    expect(journal.calls).toEqual(['store.inspect']);
    expect(await projects.list()).toEqual([]);
  });
});
