/** Line coverage of the library from what `deno test --coverage` wrote. */

/** Coverage of one file. */
export interface FileCoverage {
  /** Path from the root. */
  readonly file: string;
  /** Lines with code. */
  readonly lines: number;
  /** Numbers of those that no test ran. */
  readonly missed: readonly number[];
}

/** Coverage of each file of `lib`.
 *
 * @param lcov The text that `deno coverage --lcov` prints. @param root Path of the repository.
 */
export function parseCoverage(lcov: string, root: string): FileCoverage[] {
  const files: FileCoverage[] = [];
  for (const record of lcov.split("end_of_record")) {
    const path = /^SF:(.+)$/m.exec(record)?.[1];
    if (!path?.startsWith(`${root}lib/`)) continue;
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)];
    files.push({
      file: path.slice(root.length),
      lines: lines.length,
      missed: lines.filter(([, , count]) => count === "0").map(([, line]) => Number(line)),
    });
  }
  return files;
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
