/**
 * Stand-in for `@std/assert` on machines that cannot reach its registry: the calls that this project's tests use, with
 * the true signatures. What is published depends on the true package.
 *
 * @module
 */
import assertions from "node:assert/strict";

/** Thrown by every failed assertion. */
export const AssertionError: typeof assertions.AssertionError = assertions.AssertionError;

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Assert that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  assertions.ok(expr, msg || "Expected a truthy value");
}
/** Assert deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  assertions.deepStrictEqual(actual, expected, msg);
}
/** Assert deep inequality. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  assertions.notDeepStrictEqual(actual, expected, msg);
}
/** Assert that two numbers are equal within `tolerance`. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const within = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (Math.abs(expected - actual) <= within) return;
  assertions.fail(msg ?? `Expected ${actual} to be ${expected} within ${within}`);
}
/** Assert that `fn` throws an error of that class whose message includes `msgIncludes`; return the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass?: ErrorClass<E>,
  msgIncludes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes);
  }
  return assertions.fail("Expected the function to throw");
}
/** Assert that `fn` rejects with an error of that class whose message includes `msgIncludes`; return the error. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: ErrorClass<E>,
  msgIncludes?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes);
  }
  return assertions.fail("Expected the function to reject");
}
/** Assert that `actual` includes `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  assertions.ok(actual.includes(expected), msg ?? `Expected "${actual}" to include "${expected}"`);
}
/** Assert that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  assertions.match(actual, expected, msg);
}

function checkError<E extends Error>(error: unknown, ErrorClass?: ErrorClass<E>, msgIncludes?: string): E {
  if (ErrorClass && !(error instanceof ErrorClass)) {
    assertions.fail(`Expected a ${ErrorClass.name}, got ${error instanceof Error ? error.stack : error}`);
  }
  if (msgIncludes !== undefined) assertStringIncludes((error as Error).message, msgIncludes);
  return error as E;
}
