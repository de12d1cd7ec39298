import { storeConformance } from '../../conformance/store.js';
import { testGitStore } from './test-git-store.js';

storeConformance('plain git', testGitStore);
