/**
 * Gathers the data of a report from an open run.
 *
 * @module
 */
import type { CategoryResult } from "../experiments/results.ts";
import type { Clip } from "../data/clip.ts";
import type { Detector } from "../detectors/detector.ts";
import { listDetectors } from "../detectors/registry.ts";
import { parseSpec } from "../detectors/spec.ts";
import { chooseClips, chooseExtent, type Extent } from "./choose.ts";
import { encode, playedClip } from "./encode.ts";
import { alarmScore, assess, reasonFinder } from "./model.ts";
import type { OpenRun } from "./opened.ts";
import type { PlayedClip, ReportCategory, ReportData, ShownCase, ShownSkeleton } from "./types.ts";

/** Gather the data of a run's report. */
export async function gatherReport(run: OpenRun): Promise<ReportData> {
  const { results, models, alpha, name, note } = run;
  const ids = new Map<string, number>(), categories: ReportCategory[] = [], gallery = new Gallery(run);
  for (const result of results.categories) {
    const model = models.get(result.category), packed = pack(result, ids);
    categories.push(model ? { ...packed, alarm: alarmScore(model.heldOut.clips, alpha) } : packed);
    if (model) await gallery.add(result, model);
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
    skeletons: gallery.album.skeletons,
    clips: gallery.album.clips,
    cases: gallery.cases,
    ...(note !== undefined && { note }),
  };
}

/** A category's result with its scores packed.
 *
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

/** The test clips that are shown, as scored by their category's detector. */
class Gallery {
  readonly album: Album;
  readonly cases: ShownCase[] = [];
  readonly #extent: Extent;

  constructor(readonly run: OpenRun) {
    let joints = 1, frames = 2;
    for (const clip of run.clips?.test.values() ?? []) {
      joints = Math.max(joints, clip.skeleton.joints.length);
      frames = Math.max(frames, clip.frames);
    }
    this.#extent = chooseExtent(run.results.categories, joints, frames);
    this.album = new Album(this.#extent.frames);
  }

  /** Show the clips of a category. */
  async add(result: CategoryResult, model: Detector): Promise<void> {
    const { clips, alpha } = this.run, { category } = result;
    if (!clips) return;
    const chosen = chooseClips(result, this.#extent).flatMap(({ clip: { clip, score }, kind }) => {
      const known = clips.test.get(clip);
      return known ? [{ clip: known, score, kind }] : [];
    });
    if (chosen.length === 0) return;
    const normals = clips.train.filter((clip) => clip.category === category);
    const reasonsOf = caseReasons(model, normals, alpha, this.#extent.points, this.album);
    const assessed = await assess(model, chosen.map(({ clip }) => clip), alpha);
    for (const [i, { clip, score, kind }] of chosen.entries()) {
      const own = { ...assessed[i], score }; // the score of the results, to the last bit
      this.cases.push({ clip: this.album.add(clip), category, kind, ...own, ...await reasonsOf(clip) });
    }
  }
}

/** Return what finds the reasons of a detector's scores and adds the nearest normal clips to the album. */
export function caseReasons(
  model: Detector,
  normals: readonly Clip[],
  alpha: number,
  points: number,
  album: Album,
): (clip: Clip) => Promise<Pick<ShownCase, "nearest" | "explanation" | "curve">> {
  const reasonsOf = reasonFinder(model, normals, alpha, points);
  return async (clip) => {
    const { nearest, nearestScore, ...rest } = await reasonsOf(clip);
    return { nearest: { clip: album.add(nearest), score: nearestScore }, ...rest };
  };
}

/** Clips that the page can play, each once. */
export class Album {
  /** Clips in the order of their indices. */
  readonly clips: PlayedClip[] = [];
  /** Skeletons by name. */
  readonly skeletons: Record<string, ShownSkeleton> = {};
  readonly #indices = new Map<Clip, number>();

  /** An empty album. @param frames Most frames of a clip. */
  constructor(readonly frames: number) {}

  /** Index of a clip, which is added if it is new. */
  add(clip: Clip): number {
    const known = this.#indices.get(clip);
    if (known !== undefined) return known;
    const { name, joints, parents, pelvis } = clip.skeleton;
    this.skeletons[name] = { joints, parents, pelvis };
    this.#indices.set(clip, this.clips.length);
    return this.clips.push(playedClip(clip, this.frames)) - 1;
  }
}
