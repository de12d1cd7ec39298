import { connect } from '../../src/adapters/prisma/connect.js';
import { testDatabase } from '../support/database.js';
import { prismaRepositories } from '../support/prisma-repositories.js';
import { describeRepositories } from './repositories.js';

describeRepositories('Prisma on PostgreSQL', async () => {
  const { url, drop } = await testDatabase();
  const database = connect({ url, poolSize: 12 });
  const close = async () => {
    await database.close();
    await drop();
  };
  return { repositories: prismaRepositories(database.client), close };
});
