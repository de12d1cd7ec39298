import { memoryRepositories } from '../support/memory/repositories.js';
import { describeRepositories } from './repositories.js';

describeRepositories('in memory', async () => ({ repositories: memoryRepositories(), close: async () => undefined }));
