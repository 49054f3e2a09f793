/**
 * Stand-in for `@std/cli` on machines that cannot reach its registry. What is published depends on the true package.
 *
 * @module
 */
export * from "./parse_args.ts";
