import { describe, expect, test } from '@jest/globals';
import { anId, newProject, type Open } from './fixtures.js';

export function describeProjects(open: Open): void {
  describe('projects', () => {
    test('a project is found by its id and by its source and name, with all that was given', async () => {
      const { projects } = open();
      const given = newProject({ store: 'radicle', warnings: ['has submodules, which are not fetched', 'uses "LFS"'] });
      const { project, isNew } = await projects.add(given);
      expect(isNew).toBe(true);
      expect(project).toEqual({ ...given, createdAt: expect.any(Date) });
      expect(await projects.find(given.id)).toEqual(project);
      expect(await projects.findBySource(given.source, given.name)).toEqual(project);
      expect(Math.abs(Date.now() - project.createdAt.getTime())).toBeLessThan(60_000);
    });

    test('what is not there is undefined', async () => {
      const { projects } = open();
      const given = newProject();
      await projects.add(given);
      expect(await projects.find(anId())).toBeUndefined();
      expect(await projects.findBySource(given.source, 'another name')).toBeUndefined();
      expect(await projects.findBySource('/another/source', given.name)).toBeUndefined();
    });

    test('adding the same source and name again returns the project of then', async () => {
      const { projects } = open();
      const given = newProject();
      const { project } = await projects.add(given);
      expect(await projects.add({ ...given, id: anId(), head: 'd'.repeat(40) })).toEqual({ project, isNew: false });
      expect(await projects.add(given)).toEqual({ project, isNew: false });
    });

    test('a name that belongs to another source is refused', async () => {
      const { projects } = open();
      const given = newProject();
      await projects.add(given);
      await expect(projects.add({ ...given, id: anId(), source: '/elsewhere' })).rejects.toMatchObject({
        code: 'name-taken',
        kind: 'rejected',
      });
    });

    test('one source may be there under two names', async () => {
      const { projects } = open();
      const given = newProject();
      await projects.add(given);
      expect(await projects.add({ ...given, id: anId(), name: `second ${anId()}` })).toMatchObject({ isNew: true });
    });

    test('of many that add one project at once, one makes it and all get it', async () => {
      const { projects } = open();
      const given = newProject();
      const answers = await Promise.all(Array.from({ length: 10 }, () => projects.add({ ...given, id: anId() })));
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(answers.map(({ project }) => project.id)).size).toBe(1);
    });

    test('projects are listed oldest first', async () => {
      const { projects } = open();
      const ids = [newProject(), newProject(), newProject()];
      for (const given of ids) await projects.add(given);
      const listed = await projects.list();
      expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.map(({ id }) => id)));
      const times = listed.map(({ createdAt }) => createdAt.getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    test('the head of the source moves, and nothing else does', async () => {
      const { projects } = open();
      const { project } = await projects.add(newProject());
      await projects.sawHead(project.id, 'e'.repeat(40));
      await projects.sawHead(project.id, 'e'.repeat(40));
      expect(await projects.find(project.id)).toEqual({ ...project, head: 'e'.repeat(40) });
    });
  });
}
