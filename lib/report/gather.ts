/**
 * All that a report shows of a run.
 *
 * @module
 */
import type { CategoryResult, Results } from "../benchmark/results.ts";
import type { Clip } from "../data/clip.ts";
import type { Source } from "../data/reopen.ts";
import type { EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { UsageError } from "../errors.ts";
import { chooseClips, chooseExtent, type Extent } from "./choose.ts";
import { encode, playedClip } from "./encode.ts";
import { openRunModel, type RunModel } from "./model.ts";
import { readClips, readResults, type RunClips } from "./run.ts";
import type { PlayedClip, ReportCategory, ReportData, ShownCase, ShownSkeleton } from "./types.ts";

/** How to make a report. */
export interface ReportOptions {
  /** Where the run's clips are, if not where the run says. */
  readonly source?: Source;
  /** False-alarm rate of the alarm line, between 0 and 1; 0.05 if absent. */
  readonly alpha?: number;
  /** The engine that explains; `auto` if absent. */
  readonly engine?: EngineName | "auto";
}

/** Gather a report.
 *
 * @param run The run's folder.
 * @throws {DataError} If there is no finished run, a file of it is damaged, or the clips are not those of the run.
 * @throws {EngineError} If the engine cannot run here.
 * @throws {UsageError} If alpha is out of range.
 */
export async function gatherReport(run: string, options: ReportOptions = {}): Promise<ReportData> {
  const { alpha = 0.05 } = options;
  if (!(alpha > 0 && alpha < 1)) {
    throw new UsageError(`Cannot report: alpha must be between 0 and 1, got ${alpha}`);
  }
  const results = await readResults(run), opened = await readClips(run, results, options.source);
  const places = new Places(), categories: ReportCategory[] = [];
  const gallery = new Gallery(results, typeof opened === "string" ? undefined : opened, alpha);
  const engine = await openEngine(options.engine ?? "auto", 1);
  try {
    for (const result of results.categories) {
      const model = await openRunModel(run, result.category, engine);
      categories.push({ ...pack(result, places), ...(model && { alarm: model.alarm(alpha) }) });
      if (model) await gallery.add(result, model);
    }
  } finally {
    await engine.close();
  }
  const { clips, cases, skeletons } = gallery;
  return {
    ...results,
    name: run.replace(/\/+$/, "").split("/").at(-1)!,
    alpha,
    ids: places.ids,
    categories,
    skeletons,
    clips,
    cases,
    ...(typeof opened === "string" && { note: opened }),
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
  readonly clips: PlayedClip[] = [];
  readonly cases: ShownCase[] = [];
  readonly skeletons: Record<string, ShownSkeleton> = {};
  readonly #places = new Map<string, number>();
  readonly #extent?: Extent;

  constructor(results: Results, readonly opened: RunClips | undefined, readonly alpha: number) {
    if (!opened) return;
    let joints = 1, frames = 2;
    for (const clip of opened.test.values()) {
      joints = Math.max(joints, clip.skeleton.joints.length);
      frames = Math.max(frames, clip.frames);
    }
    this.#extent = chooseExtent(results.categories, joints, frames);
  }

  /** Show the clips of a category. */
  async add(result: CategoryResult, model: RunModel): Promise<void> {
    if (!this.opened || !this.#extent) return;
    const { train, test } = this.opened, extent = this.#extent;
    const chosen = chooseClips(result, extent).flatMap(({ clip: { clip, score }, kind }) => {
      const known = test.get(clip);
      return known ? [{ clip: known, score, kind }] : [];
    });
    if (chosen.length === 0) return;
    const normals = train.filter((clip) => clip.category === result.category);
    const byId = new Map(normals.map((clip) => [clip.id, clip]));
    const verdicts = await model.assess(chosen.map(({ clip }) => clip));
    for (const [i, { clip, score, kind }] of chosen.entries()) {
      const { p } = verdicts[i];
      const { nearest, explanation, curve } = await model.explain(clip, normals, this.alpha, extent.points);
      this.cases.push({
        clip: this.#place(clip),
        category: result.category,
        kind,
        score,
        ...(p !== undefined && { p }),
        explanation: { ...explanation, nearest: this.#place(byId.get(nearest)!) },
        curve,
      });
    }
  }

  #place(clip: Clip): number {
    const known = this.#places.get(clip.id);
    if (known !== undefined) return known;
    const { name, joints, parents, pelvis } = clip.skeleton;
    this.skeletons[name] = { joints, parents, pelvis };
    this.#places.set(clip.id, this.clips.length);
    return this.clips.push(playedClip(clip, this.#extent!.frames)) - 1;
  }
}
