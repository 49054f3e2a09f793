/** Gathers the data of a report from an open run. */
import type { CategoryResult } from "../experiments/results.ts";
import { listDetectors } from "../detectors/registry.ts";
import { parseSpec } from "../detectors/spec.ts";
import { chooseClips, chooseExtent, MOST_PLAYED_BYTES } from "./choose.ts";
import { Album } from "./encode.ts";
import { reasonFinder } from "./model.ts";
import { ClipIds, pack } from "./pack.ts";
import type { OpenRun } from "./run.ts";
import type { ReportCategory, ReportData, ShownCase } from "./types.ts";

/** Gather the data of a run's report.
 * @param onCategory Called before each category. */
export async function gatherReport(
  { results, models, clips, alpha, name, note }: OpenRun,
  onCategory: (category: string, index: number, count: number) => void = () => {},
): Promise<ReportData> {
  const known = [...clips?.test.values() ?? []];
  const joints = known.reduce((most, { skeleton }) => Math.max(most, skeleton.joints.length), 1);
  const frames = known.reduce((most, clip) => Math.max(most, clip.frames), 2);
  const extent = chooseExtent(results.categories, joints, frames), album = new Album(extent.frames);
  const ids = new ClipIds(), categories: ReportCategory[] = [], cases: ShownCase[] = [];
  for (const [index, result] of results.categories.entries()) {
    onCategory(result.category, index, results.categories.length);
    const { category } = result, model = models.get(category);
    categories.push(pack(result, ids));
    const chosen = chooseClips(result, extent).filter(({ clip }) => clips?.test.has(clip.clip));
    if (!model || !clips || chosen.length === 0) continue;
    const shown = chosen.map(({ clip }) => clips.test.get(clip.clip)!);
    const normals = clips.train.filter((clip) => clip.category === category);
    const reasonsOf = reasonFinder(model, normals, extent.points, album);
    for (const [i, { clip: { score, p }, kind }] of chosen.entries()) {
      const own = {
        clip: album.add(shown[i]),
        category,
        kind,
        score,
        ...alarmOf(p, result.smallestP, alpha),
      };
      cases.push({ ...own, ...await reasonsOf(shown[i]) });
    }
  }
  for (const id of ids.names) {
    const clip = clips?.test.get(id);
    if (clip) album.addWithin(clip, MOST_PLAYED_BYTES); // to be played, though nothing explains its score
  }
  const { falseAlarms, ...rest } = results;
  const categoryOf = categoryFinder(results.categories);
  return {
    ...rest,
    ...describeDetector(results.detector),
    name,
    alpha,
    ids: ids.names,
    clipCategories: ids.labels((id) => clips?.test.get(id)?.category ?? categoryOf(id)),
    ...(clips && { clipGroups: ids.labels((id) => clips.test.get(id)?.group ?? "") }),
    ...(falseAlarms && { knownGroups: falseAlarms.knownGroups }),
    categories,
    skeletons: album.skeletons,
    clips: album.clips,
    cases,
    ...(note !== undefined && { note }),
  };
}

/** What the results say of a clip's alarm; nothing if the detector is not calibrated. */
function alarmOf(
  p: number | undefined,
  smallestP: number | undefined,
  alpha: number,
): Pick<ShownCase, "p" | "smallestP" | "alarm"> {
  return p === undefined ? {} : { p, ...(smallestP !== undefined && { smallestP }), alarm: p <= alpha };
}

/** What a page says of a detector. */
export function describeDetector(detector: string): Pick<ReportData, "title" | "unit" | "explains"> {
  const { name } = parseSpec(detector), explains = name === "iadnet";
  const title = listDetectors().find((known) => known.name === name)?.title ?? name;
  return { title, unit: explains ? "nats" : "", explains };
}

/** Return what finds the category of a test clip: that of the model by which it is normal; "" if there is none. */
export function categoryFinder(categories: readonly CategoryResult[]): (id: string) => string {
  const found = new Map(
    categories.flatMap(({ category, scores }) =>
      scores.flatMap(({ clip, anomalous }) => anomalous ? [] : [[clip, category] as const])
    ),
  );
  return (id) => found.get(id) ?? "";
}
