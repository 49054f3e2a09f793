/**
 * All that a report shows of a run.
 *
 * @module
 */
import type { CategoryResult } from "../experiments/results.ts";
import type { Clip } from "../data/clip.ts";
import { chooseClips, chooseExtent, type Extent } from "./choose.ts";
import { encode, playedClip } from "./encode.ts";
import type { RunModel } from "./model.ts";
import type { OpenRun } from "./opened.ts";
import type { PlayedClip, ReportCategory, ReportData, ShownCase, ShownSkeleton } from "./types.ts";

/** Gather what a report shows of an open run. */
export async function gatherReport(run: OpenRun): Promise<ReportData> {
  const { results, models, alpha, name, note } = run;
  const places = new Places(), categories: ReportCategory[] = [], gallery = new Gallery(run);
  for (const result of results.categories) {
    const model = models.get(result.category);
    categories.push({ ...pack(result, places), ...(model && { alarm: model.alarm(alpha) }) });
    if (model) await gallery.add(result, model);
  }
  const { clips, cases, skeletons } = gallery;
  return {
    ...results,
    name,
    alpha,
    ids: places.ids,
    categories,
    skeletons,
    clips,
    cases,
    ...(note !== undefined && { note }),
  };
}

/** Numbers the test clips as they come. */
class Places {
  readonly ids: string[] = [];
  readonly #known = new Map<string, number>();

  of(id: string): number {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    this.#known.set(id, this.ids.length);
    return this.ids.push(id) - 1;
  }
}

/** A category's result with its scores packed. */
function pack({ scores, ...result }: CategoryResult, places: Places): ReportCategory {
  return {
    ...result,
    clips: encode(Uint32Array.from(scores, ({ clip }) => places.of(clip))),
    scores: encode(Float64Array.from(scores, ({ score }) => score)),
    anomalous: encode(Uint8Array.from(scores, ({ anomalous }) => Number(anomalous))),
  };
}

/** The clips that are embedded, each once, and what the models say of them. */
class Gallery {
  readonly #album: Album;
  readonly cases: ShownCase[] = [];
  readonly #extent: Extent;

  constructor(readonly run: OpenRun) {
    let joints = 1, frames = 2;
    for (const clip of run.clips?.test.values() ?? []) {
      joints = Math.max(joints, clip.skeleton.joints.length);
      frames = Math.max(frames, clip.frames);
    }
    this.#extent = chooseExtent(run.results.categories, joints, frames);
    this.#album = new Album(this.#extent.frames);
  }

  get clips(): PlayedClip[] {
    return this.#album.clips;
  }

  get skeletons(): Record<string, ShownSkeleton> {
    return this.#album.skeletons;
  }

  /** Show the clips of a category. */
  async add(result: CategoryResult, model: RunModel): Promise<void> {
    const { clips, alpha } = this.run, { category } = result;
    if (!clips) return;
    const chosen = chooseClips(result, this.#extent).flatMap(({ clip: { clip, score }, kind }) => {
      const known = clips.test.get(clip);
      return known ? [{ clip: known, score, kind }] : [];
    });
    if (chosen.length === 0) return;
    const normals = clips.train.filter((clip) => clip.category === category);
    const why = reasoner(model, normals, alpha, this.#extent.points, this.#album);
    const verdicts = await model.assess(chosen.map(({ clip }) => clip));
    for (const [i, { clip, score, kind }] of chosen.entries()) {
      const { p } = verdicts[i];
      this.cases.push({
        clip: this.#album.place(clip),
        category,
        kind,
        score,
        ...(p !== undefined && { p }),
        ...await why(clip),
      });
    }
  }
}

/** Why a model scores clips as it does, the nearest normal clips put into the album. */
export function reasoner(
  model: RunModel,
  normals: readonly Clip[],
  alpha: number,
  points: number,
  album: Album,
): (clip: Clip) => Promise<Pick<ShownCase, "explanation" | "curve">> {
  const explain = model.explainer(normals, alpha, points);
  return async (clip) => {
    const { nearest, explanation, curve } = await explain(clip);
    const beside = normals.find(({ id }) => id === nearest)!;
    return { explanation: { ...explanation, nearest: album.place(beside) }, curve };
  };
}

/** Clips for the player, each once. */
export class Album {
  readonly clips: PlayedClip[] = [];
  readonly skeletons: Record<string, ShownSkeleton> = {};
  readonly #places = new Map<Clip, number>();

  /** An album without clips. @param frames Most frames of a clip. */
  constructor(readonly frames: number) {}

  /** The place of a clip, which is put in if it is new. */
  place(clip: Clip): number {
    const known = this.#places.get(clip);
    if (known !== undefined) return known;
    const { name, joints, parents, pelvis } = clip.skeleton;
    this.skeletons[name] = { joints, parents, pelvis };
    this.#places.set(clip, this.clips.length);
    return this.clips.push(playedClip(clip, this.frames)) - 1;
  }
}
