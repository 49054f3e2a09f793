/** Scores clips with the models of a run. As a program it does so for `UploadScorer`, in a process with limits. */
import type { Clip } from "../data/clip.ts";
import { parseSkeleton } from "../data/skeletons.ts";
import { Album } from "./encode.ts";
import { answerRequests } from "./limited_process.ts";
import { assess, reasonFinder } from "./model.ts";
import { type OpenRun, openRun, type ReportOptions } from "./run.ts";
import type { Scored, ShownCase } from "./types.ts";
import type { Upload } from "./upload_reader.ts";

/** Most scores of a file that come with an explanation. */
const MOST_EXPLAINED = 40;

/** Most frames of a clip that the page plays. */
const MOST_FRAMES = 90;

/** How clips are scored. The upload with them goes with the request. */
export interface ScoreRequest {
  /** Folder of the run. */
  readonly run: string;
  /** How it is opened. */
  readonly options: ReportOptions;
  /** Category whose model scores them; every one if empty. */
  readonly category: string;
}

/** Score clips, the least strange first.
 * @throws {UsageError} If the clips have other joints than the models. */
export async function scoreClips(
  { models, clips: known, alpha }: OpenRun,
  clips: readonly Clip[],
  category: string,
): Promise<Omit<Scored, "left">> {
  const album = new Album(MOST_FRAMES), cases: ShownCase[] = [];
  for (const [own, model] of models) {
    if (category !== "" && own !== category) continue;
    const assessed = await assess(model, clips, alpha);
    const normals = known?.train.filter((clip) => clip.category === own) ?? [];
    const reasonsOf = normals.length > 0 ? reasonFinder(model, normals, 8, album) : undefined;
    for (const [i, scored] of assessed.entries()) {
      const reasons = reasonsOf && cases.length < MOST_EXPLAINED ? await reasonsOf(clips[i]) : {};
      cases.push({ clip: album.add(clips[i]), category: own, kind: "dropped", ...scored, ...reasons });
    }
  }
  cases.sort((a, b) => (b.p ?? 0) - (a.p ?? 0) || a.score - b.score);
  return { skeletons: album.skeletons, clips: album.clips, cases };
}

/** Answer a request. The run is opened once.
 * @throws As `openRun` and `scoreClips`. */
function scorer(): (request: unknown, upload: unknown) => Promise<Scored> {
  let opened: OpenRun | undefined;
  return async (request, upload) => {
    const { run, options, category } = request as ScoreRequest, { clips, left } = upload as Upload;
    opened ??= await openRun(run, options);
    const own = clips.map((clip) => ({ ...clip, skeleton: parseSkeleton(clip.skeleton) }));
    return { ...await scoreClips(opened, own, category), left };
  };
}

if (import.meta.main) await answerRequests(scorer());
