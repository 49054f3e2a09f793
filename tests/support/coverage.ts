/** Line coverage of the library, from what `deno test --coverage` and the browser's pages wrote. Lines of code count alone: not
 * comments, types, or lines that are nothing but text or brackets; every one of a file that no test loads is missed. */
import { codeOf } from "../faults/mutant_rules.ts";

/** Coverage of one file. */
export interface FileCoverage {
  /** Path from the root. */
  readonly file: string;
  /** Lines with code. */
  readonly lines: number;
  /** Numbers of those that no test ran. */
  readonly missed: readonly number[];
}

/** Coverage of each file.
 *
 * @param lcov Records of lines; a file may have several. @param root Path of the repository.
 * @param sources Path from the root and text of every file that counts.
 */
export function parseCoverage(
  lcov: string,
  root: string,
  sources: Readonly<Record<string, string>>,
): FileCoverage[] {
  const counts = new Map<string, Map<number, number>>();
  for (const record of lcov.split("end_of_record")) {
    const path = /^SF:(.+)$/m.exec(record)?.[1];
    if (!path?.startsWith(root)) continue;
    const own = counts.get(path.slice(root.length)) ?? new Map<number, number>();
    for (const [, line, count] of record.matchAll(/^DA:(\d+),(\d+)/gm)) {
      own.set(Number(line), (own.get(Number(line)) ?? 0) + Number(count));
    }
    counts.set(path.slice(root.length), own);
  }
  return Object.entries(sources).map(([file, source]) => {
    const lines = codeLines(source), own = counts.get(file);
    return { file, lines: lines.length, missed: lines.filter((line) => !own?.get(line)) };
  });
}

/** Numbers of the lines with code. */
export function codeLines(source: string): number[] {
  return codeOf(source).split("\n").flatMap((text, i) => /\w/.test(text) ? [i + 1] : []);
}

/** The coverage of all files together in per cent, and one line for each file with what is missed, worst first. */
export function describeCoverage(files: readonly FileCoverage[]): { percent: number; missed: string[] } {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  const worst = files.filter((file) => file.missed.length > 0).sort((a, b) =>
    b.missed.length - a.missed.length
  );
  return {
    percent: 100 * (lines - missed) / lines,
    missed: worst.map((file) => `${file.file}: ${ranges(file.missed)}`),
  };
}

/** Numbers as ranges: `3-5, 9`. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(", ");
}
