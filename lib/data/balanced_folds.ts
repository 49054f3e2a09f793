/** Folds of whole groups that are balanced by category. */
import type { Clip } from "./clip.ts";

/** Deal groups to folds: the largest first, each to the fold that has the fewest clips of the group's categories already, rare
 * categories weighing more. No fold is empty if there are as many groups as folds.
 * @param folds Number of folds, at least 1.
 * @returns Fold of each group, 1-based. It depends on the clips' groups and categories alone, not on their order. */
export function balancedFolds(
  clips: readonly Pick<Clip, "category" | "group">[],
  folds: number,
): Map<string, number> {
  const total = countCategories(clips);
  const groups = [...Map.groupBy(clips, ({ group }) => group)]
    .sort(([a, own], [b, other]) => other.length - own.length || (a < b ? -1 : 1));
  const dealt = Array.from({ length: folds }, () => ({ clips: 0, counts: new Map<string, number>() }));
  const foldOf = new Map<string, number>();
  for (const [group, own] of groups) {
    const counts = [...countCategories(own)];
    const crowding = dealt.map((fold) =>
      counts.reduce((sum, [name, count]) => sum + count * (fold.counts.get(name) ?? 0) / total.get(name)!, 0)
    );
    let best = 0;
    for (let i = 1; i < folds; i++) {
      const gain = crowding[i] - crowding[best];
      if (gain < 0 || gain === 0 && dealt[i].clips < dealt[best].clips) best = i;
    }
    const { counts: before } = dealt[best];
    dealt[best].clips += own.length;
    for (const [name, count] of counts) before.set(name, (before.get(name) ?? 0) + count);
    foldOf.set(group, best + 1);
  }
  return foldOf;
}

/** Number of clips of each category, sorted by category, so that sums over it have the same bits for every order of the clips. */
function countCategories(clips: readonly Pick<Clip, "category">[]): Map<string, number> {
  const byCategory = [...Map.groupBy(clips, ({ category }) => category)];
  return new Map(
    byCategory.map(([name, own]) => [name, own.length] as const).sort(([a], [b]) => a < b ? -1 : 1),
  );
}
