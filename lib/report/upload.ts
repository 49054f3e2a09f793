/** Files that somebody sends: they are read in one process and scored in another, both with limits. */
import { DataError, IadnetError, UsageError } from "../core/errors.ts";
import { endingOf } from "../data/formats/single.ts";
import { commonRate } from "../data/transforms/rate.ts";
import type { LearnedData } from "../data/source_like.ts";
import { limitedCommand, LimitedProcess, Packed, type ProcessLimits } from "./limited_process.ts";
import type { OpenRun, ReportOptions } from "./run.ts";
import type { ScoreRequest } from "./scorer.ts";
import type { Scored } from "./types.ts";
import { type SentFile, type Upload, UPLOAD_ENDINGS } from "./upload_reader.ts";

/** Longest time that reading a file may take, and scoring it, seconds. */
const READING_SECONDS = 30, SCORING_SECONDS = 60;

/** Most memory of the processes, bytes: a model takes more than a file. */
const READING_MEMORY = 2 ** 30, SCORING_MEMORY = 4 * 2 ** 30;

/** Programs that read and score files that are sent, and the folder in which such a file is meanwhile. */
export interface UploadPrograms {
  /** Folder that only this user can read. */
  readonly folder: string;
  /** Command that starts `upload_reader.ts`. */
  readonly reader: readonly [string, ...string[]];
  /** Command that starts `scorer.ts`. */
  readonly scorer: readonly [string, ...string[]];
}

/** The programs, started as they are.
 * @param folder An empty folder. @param read Files and folders of the run and its data.
 * @param library Folders of the npm packages, as `packageFolders` gives them. */
export async function uploadPrograms(
  folder: string,
  read: readonly string[],
  library: readonly string[],
): Promise<UploadPrograms> {
  const command = (name: string, limits: ProcessLimits) =>
    limitedCommand(new URL(`./${name}.ts`, import.meta.url), limits, library);
  const files = [folder, await Deno.realPath(folder)];
  const reading = { memory: READING_MEMORY, processor: 2 * READING_SECONDS, read: files };
  return {
    folder,
    reader: command("upload_reader", reading),
    scorer: command("scorer", { memory: SCORING_MEMORY, read, isKept: true }),
  };
}

/** Scores files that are sent, one after another, with the models of a run. Close it in the end. */
export class UploadScorer {
  readonly #categories: readonly string[];
  readonly #learned?: LearnedData;
  readonly #reader: LimitedProcess;
  readonly #scorer: LimitedProcess;
  #work: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param run The run; its engine is not used. @param folder Its folder. @param options How it was opened. */
  constructor(
    { models, clips, reading }: OpenRun,
    readonly folder: string,
    readonly options: ReportOptions,
    readonly programs: UploadPrograms,
  ) {
    const [model] = models.values();
    this.#categories = [...models.keys()];
    if (model) {
      const fps = clips ? commonRate([...clips.train, ...clips.test.values()]) : model.fps;
      this.#learned = { reading, skeleton: model.skeleton, fps };
    }
    this.#reader = new LimitedProcess(programs.reader, READING_SECONDS);
    this.#scorer = new LimitedProcess(programs.scorer, SCORING_SECONDS);
  }

  /** Open the run in the process that scores, so that the first file does not wait for it.
   * @throws {DataError} As `openRun`, or if it takes too long or too much memory. */
  async start(): Promise<void> {
    await this.#ask(Packed.of({ clips: [], left: "" } satisfies Upload), "", this.folder);
  }

  /** Score the clips of a file with the model of one category, or of every category if the name is empty.
   * One file at a time.
   * @throws {UsageError} If the category has no model. @throws {DataError} If the file is damaged, has other joints, or takes too long
   * or too much memory. */
  async score(path: string, name: string, category: string): Promise<Scored> {
    const scored = this.#score(path, name.slice(-100), category);
    this.#work = scored.catch(() => {});
    return await scored;
  }

  async #score(path: string, shown: string, category: string): Promise<Scored> {
    if (this.#isClosed) throw new IadnetError(`Cannot score ${shown}: the server ends`);
    if (!this.#learned) throw new UsageError(`Cannot score ${shown}: the run has no models`);
    if (category !== "" && !this.#categories.includes(category)) {
      throw new UsageError(`Cannot score ${shown}: there is no model of category ${category.slice(0, 100)}`);
    }
    const upload = await readUpload(path, shown, this.#learned, this.programs, this.#reader);
    return await this.#ask(upload, category, shown);
  }

  async #ask(upload: Packed, category: string, file: string): Promise<Scored> {
    if (this.#isClosed) throw new IadnetError(`Cannot score ${file}: the server ends`);
    const request: ScoreRequest = { run: this.folder, options: this.options, category };
    return await this.#scorer.ask(request, file, upload) as Scored;
  }

  /** End its processes, and remove what has been sent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#reader.close(), this.#scorer.close()]);
    await this.#work;
    for await (const { name } of Deno.readDir(this.programs.folder)) {
      await Deno.remove(`${this.programs.folder}/${name}`, { recursive: true }).catch(() => {});
    }
  }
}

/** Read the clips of a file in another process, which can read nothing but this file, and ends afterwards.
 * @param sent The file, in the folder of the programs or on its file system. It is moved from there. @param name Its name: its ending says what it is; nothing is opened by it. @param data What the models have learned: the
 * file is read as that was.
 * @returns The `Upload`, which is for another process with limits to open.
 * @throws {UsageError} If files with this ending cannot be read. @throws {DataError} If the file is damaged, or reading it takes
 * too long or too much memory; the message names it. @throws {IadnetError} If the data of the models does not say how to read it. */
export async function readUpload(
  sent: string,
  name: string,
  data: LearnedData,
  { folder: place, reader: command }: Pick<UploadPrograms, "folder" | "reader">,
  reader: LimitedProcess = new LimitedProcess(command, READING_SECONDS),
): Promise<Packed> {
  const ending = endingOf(name);
  if (!UPLOAD_ENDINGS.includes(ending)) {
    throw new UsageError(`Cannot read ${name}: known endings are .${UPLOAD_ENDINGS.join(", .")}`);
  }
  const folder = await Deno.makeTempDir({ dir: place }), path = `${folder}/clip.${ending}`;
  try {
    await Deno.rename(sent, path);
    const request: SentFile = { path, name, data };
    return await reader.askPacked(request, name);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    // A message names the file as it was sent, not where it was meanwhile.
    const message = [path, folder].reduce((text, own) => text.replaceAll(own, name), error.message);
    throw new DataError(message, name, error.position);
  } finally {
    await reader.close();
    await Deno.remove(folder, { recursive: true });
  }
}
