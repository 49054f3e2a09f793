/** Names in PKU-MMD: its sequences, and its eight actions of two people. */

/** Category by action number, in the order of the data set's `Actions.xlsx`. The other 43 actions are of one person. */
export const PKUMMD_CATEGORIES: ReadonlyMap<number, string> = new Map([
  [12, "give-something"],
  [14, "handshake"],
  [16, "hug"],
  [18, "kick"],
  [21, "pat-on-back"],
  [24, "point-finger-at"],
  [26, "punch"],
  [27, "push"],
]);

/** A sequence's name: `0002-L` in phase 1, `A10N08-L` in phase 2. */
export interface PkummdName {
  /** The recording that the three cameras share, or in phase 2 the people: `0002`, `N08`. */
  readonly group: string;
  /** 1 or 2. */
  readonly phase: 1 | 2;
}

/** Parse a sequence's name; undefined if it is none. The last letter is the camera: left, middle or right. */
export function parsePkummdName(name: string): PkummdName | undefined {
  const [, first, second] = /^(?:(\d{4})|A\d{2}(N\d{2}))-[LMR]$/.exec(name) ?? [];
  if (first !== undefined) return { group: first, phase: 1 };
  return second === undefined ? undefined : { group: second, phase: 2 };
}
