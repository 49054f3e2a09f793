/** The data set: clips with folds, published splits and a hash. */
import { showing } from "../core/display.ts";
import type { Clip } from "./clip.ts";
import type { WindowOptions } from "./windowed.ts";
import type { ClipSource, SkippedClip, SourceOptions } from "./clip_source.ts";

/** Clips of one source. */
export interface Dataset {
  /** Name of the format, such as `sbu`. */
  readonly format: string;
  /** All clips, sorted by id. */
  readonly clips: readonly Clip[];
  /** Fold of each clip id, 1-based: as published, or by group where nothing is published. */
  readonly folds: ReadonlyMap<string, number>;
  /** Published splits by name: clip id to side. Absent if the data set publishes none. */
  readonly splits?: ClipSource["splits"];
  /** Clips that the authors withdrew, and those that a lenient import left out. */
  readonly skipped: readonly SkippedClip[];
  /** What a user must know about the clips before believing a result; absent if there is nothing. */
  readonly warnings?: readonly string[];
  /** Names of the filters and repairs that were applied, in order; absent if there were none. */
  readonly treatments?: readonly string[];
  /** SHA-256 in hexadecimal digits: over the names and contents of the files that were read; for generated clips, over the options
   * and the clips; for a cache, over its source, its options and its clips. */
  readonly hash: string;
  /** Category names, sorted. */
  readonly categories: readonly string[];
}

/** Options for `openDataset`. */
export interface OpenOptions extends Omit<SourceOptions, "onRead">, WindowOptions {
  /** One of `FORMATS`. */
  readonly format: string;
  /** Skip clips that cannot be read, and list them, instead of stopping at the first. */
  readonly lenient?: boolean;
}

/** Category names of some clips, sorted. */
export function categoriesOf(clips: readonly Clip[]): string[] {
  return [...new Set(clips.map(({ category }) => category))].sort();
}

/** The data set, which now shows itself in a notebook: clips, groups and lengths by category. */
export function showingDataset(dataset: Dataset): Dataset {
  return showing(dataset, ({ format, clips, categories, skipped }) => {
    const skeletons = [...new Set(clips.map(({ skeleton }) => skeleton.name))].join(", ");
    const leftOut = skipped.length > 0 ? `, ${skipped.length} left out` : "";
    return {
      title: `Data set of format ${format}: ${clips.length} clips of ${skeletons}${leftOut}`,
      columns: ["category", "clips", "groups", "seconds"],
      rows: categories.map((category) => {
        const own = clips.filter((clip) => clip.category === category);
        const seconds = own.map(({ frames, fps }) => frames / fps);
        const [low, high] = [Math.min(...seconds), Math.max(...seconds)].map((value) => value.toFixed(1));
        return [
          category,
          String(own.length),
          String(new Set(own.map(({ group }) => group)).size),
          `${low} to ${high}`,
        ];
      }),
    };
  });
}
