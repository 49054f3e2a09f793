/**
 * Stand-in for `@std/assert`, for machines that cannot reach the registry of that package: the calls that this project's
 * tests use, with the true signatures. What is published depends on the true package.
 *
 * Deep equality is that of node:assert/strict; unlike the true package it tells 0 from -0.
 *
 * @module
 */
import assertions from "node:assert/strict";

/** Thrown by every failed assertion. */
export class AssertionError extends Error {
  /** @param message What failed. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

// deno-lint-ignore no-explicit-any
type AbstractClass<T> = abstract new (...args: any[]) => T;

function check(holds: boolean, what: string, msg?: string): asserts holds {
  if (!holds) throw new AssertionError(msg ? `${what}: ${msg}` : what);
}

/** The check of node:assert, with its message, as this module's error. */
function rethrow(compare: () => void, msg?: string): void {
  try {
    compare();
  } catch (cause) {
    const what = (cause as Error).message;
    throw new AssertionError(msg ? `${msg}\n${what}` : what, { cause });
  }
}

/** Fail. */
export function fail(msg?: string): never {
  throw new AssertionError(msg ? `Failed assertion: ${msg}` : "Failed assertion.");
}
/** Assert that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}
/** Assert deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrow(() => assertions.deepStrictEqual(actual, expected), msg);
}
/** Assert deep inequality. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrow(() => assertions.notDeepStrictEqual(actual, expected), msg);
}
/** Assert that two numbers are equal within `tolerance`; without one, within 1e-7 of the expected size. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const within = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  check(Math.abs(expected - actual) <= within, `Expected ${actual} to be ${expected} within ${within}`, msg);
}
/** Assert that `actual` is greater than `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  check(actual > expected, `Expected ${actual} > ${expected}`, msg);
}
function checkInstance<T>(
  actual: unknown,
  expectedType: AbstractClass<T>,
  msg?: string,
): asserts actual is T {
  check(
    actual instanceof expectedType,
    `Expected an instance of ${expectedType.name}, got ${describe(actual)}`,
    msg,
  );
}
/** Assert that `actual` includes `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  check(actual.includes(expected), `Expected "${actual}" to include "${expected}"`, msg);
}
/** Assert that `fn` throws an error of that class whose message includes `msgIncludes`; return what it threw. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass?: AbstractClass<E>,
  msgIncludes?: string,
  msg?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes, msg);
  }
  throw new AssertionError(msg ?? "Expected function to throw");
}
/** Assert that `fn` rejects with an error of that class whose message includes `msgIncludes`; return what it threw.
 * A function that throws before it returns a promise fails the assertion. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: AbstractClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (cause) {
    throw new AssertionError(msg ?? "Function throws when expected to reject", { cause });
  }
  try {
    await promise;
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes, msg);
  }
  throw new AssertionError(msg ?? "Expected function to reject");
}

function checkError<E extends Error>(
  error: unknown,
  ErrorClass?: AbstractClass<E>,
  msgIncludes?: string,
  msg?: string,
): E {
  if (ErrorClass) checkInstance(error, ErrorClass, msg);
  if (msgIncludes !== undefined) {
    checkInstance(error, Error, msg);
    assertStringIncludes(error.message, msgIncludes, msg);
  }
  return error as E;
}

function describe(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value);
}
