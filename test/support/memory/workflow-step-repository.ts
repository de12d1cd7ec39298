import { notFound } from '../../../src/domain/errors.js';
import type { WorkflowStep, WorkflowStepRepository } from '../../../src/ports/workflow-step-repository.js';
import type { MemoryDatabase, StepRow } from './database.js';
import { present } from './present.js';

export function memorySteps(database: MemoryDatabase): WorkflowStepRepository {
  return {
    async find(workflowId, taskId) {
      const step = database.step(workflowId, taskId);
      return step && toStep(step);
    },
    list: async (workflowId) => database.stepsOf(workflowId).map(toStep),
    async complete({ workflowId, taskId, attempt, seq, commit, integrated }) {
      const step = database.step(workflowId, taskId);
      if (!step) throw notFound('step', `${workflowId}/${taskId}`);
      if (step.seq >= seq || step.attempt !== attempt) return;
      Object.assign(step, { status: 'completed', seq, commit, error: undefined, waitingFor: undefined, waitingSince: undefined });
      step.endedAt = database.now();
      const of = { workflowId, taskId, attempt };
      if (integrated) database.append([{ type: 'step-integrated', ...of, data: { commit, head: integrated } }]);
      database.append([{ type: 'step-completed', ...of, data: present({ commit }) }]);
    },
  };
}

function toStep(row: StepRow): WorkflowStep {
  const { workflowId, taskId, position, task, status, attempt, waitingFor, error, commit, startedAt, endedAt } = row;
  return { workflowId, taskId, position, task, status, attempt, ...present({ waitingFor, error, commit, startedAt, endedAt }) };
}
