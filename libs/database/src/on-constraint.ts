import { ConstraintViolation } from './database.ts';

/** Turns violations of the constraints that an adapter knows, by name, into errors of its domain. Everything else passes as it is. */
export async function onConstraint<T>(statement: Promise<T>, errors: Readonly<Record<string, () => Error>>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const known = error instanceof ConstraintViolation && Object.hasOwn(errors, error.constraint) ? errors[error.constraint] : undefined;
    throw known?.() ?? error;
  }
}
