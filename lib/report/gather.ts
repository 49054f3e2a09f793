/** Gathers the data of a report from an open run. */
import type { CategoryResult } from "../experiments/results.ts";
import type { Detector } from "../detectors/detector.ts";
import { listDetectors } from "../detectors/registry.ts";
import { parseSpec } from "../detectors/spec.ts";
import { chooseClips, chooseExtent } from "./choose.ts";
import { Album, encode } from "./encode.ts";
import { alarmScore, assess, reasonFinder } from "./model.ts";
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
  const ids = new Map<string, number>(), categories: ReportCategory[] = [], cases: ShownCase[] = [];
  for (const [index, result] of results.categories.entries()) {
    onCategory(result.category, index, results.categories.length);
    const { category } = result, model = models.get(category), packed = pack(result, ids);
    categories.push(model ? { ...packed, ...calibrationOf(model, alpha) } : packed);
    const chosen = chooseClips(result, extent).filter(({ clip }) => clips?.test.has(clip.clip));
    if (!model || !clips || chosen.length === 0) continue;
    const shown = chosen.map(({ clip }) => clips.test.get(clip.clip)!);
    const normals = clips.train.filter((clip) => clip.category === category);
    const reasonsOf = reasonFinder(model, normals, alpha, extent.points, album);
    const assessed = await assess(model, shown, alpha);
    for (const [i, { clip: { score }, kind }] of chosen.entries()) {
      const scored = { ...assessed[i], score }; // the score of the results, to the last bit
      cases.push({ clip: album.add(shown[i]), category, kind, ...scored, ...await reasonsOf(shown[i]) });
    }
  }
  const { name: detector } = parseSpec(results.detector), explains = detector === "iadnet";
  return {
    ...results,
    name,
    title: listDetectors().find((known) => known.name === detector)?.title ?? detector,
    unit: explains ? "nats" : "",
    explains,
    alpha,
    ids: [...ids.keys()],
    categories,
    skeletons: album.skeletons,
    clips: album.clips,
    cases,
    ...(note !== undefined && { note }),
  };
}

/** Alarm line and smallest possible p-value of a detector. */
function calibrationOf(model: Detector, alpha: number): Pick<ReportCategory, "alarm" | "smallestP"> {
  const { smallestP } = model;
  return { alarm: alarmScore(model.heldOut.clips, alpha), ...(smallestP < 1 && { smallestP }) };
}

/** A category's result with its scores packed.
 * @param ids Index of each test clip, to which new ones are added. */
function pack({ scores, ...result }: CategoryResult, ids: Map<string, number>): ReportCategory {
  for (const { clip } of scores) if (!ids.has(clip)) ids.set(clip, ids.size);
  return {
    ...result,
    clips: encode(Uint32Array.from(scores, ({ clip }) => ids.get(clip)!)),
    scores: encode(Float64Array.from(scores, ({ score }) => score)),
    anomalous: encode(Uint8Array.from(scores, ({ anomalous }) => Number(anomalous))),
  };
}
