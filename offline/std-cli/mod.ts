/**
 * Stand-in for `@std/cli`, for machines that cannot reach the registry of that package. What is published depends on the
 * true package.
 *
 * @module
 */
export * from "./parse_args.ts";
