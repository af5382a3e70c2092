// A problem on its way through code that only knows exceptions.
import type { Problem } from './api.ts';

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
