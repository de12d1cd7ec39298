import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { unavailable } from '../../domain/errors.js';

/** gRPC codes that mean "not now": deadline exceeded, resource exhausted, unavailable. */
const NOT_NOW = [4, 8, 14];

/** Whether an error says that Temporal does not answer now. */
export function isGone(error: unknown): boolean {
  if (error instanceof ServiceError) return isGone(error.cause);
  return isGrpcServiceError(error) && NOT_NOW.includes(error.code);
}

/** Maps Temporal's absence to `unavailable`; every other error is passed on as it is. */
export async function temporalErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isGone(error)) throw unavailable('temporal', 'Temporal does not answer', error);
    throw error;
  }
}
