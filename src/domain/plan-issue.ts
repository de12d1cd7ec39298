/** One thing wrong with a plan, and where: `tasks[3].needs[0]`. */
export interface PlanIssue {
  readonly path: string;
  readonly message: string;
}
