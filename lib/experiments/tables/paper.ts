/**
 * The paper's figures, as printed: tables I to V.
 *
 * @module
 */
import { INTERX_CATEGORIES } from "../../data/formats/interx/names.ts";
import { NTU_CATEGORIES } from "../../data/formats/ntu/names.ts";

/** The paper's tables that compare methods by AUROC. */
export type PaperTableName = "I" | "II" | "III" | "V";

/** A data set of the paper. */
export type PaperDataset = "interx" | "ntu120";

/** One method's AUROCs. */
export interface PaperRow {
  /** The method, as the paper calls it. */
  readonly method: string;
  /** By category, in the paper's order. A figure that is not legible in our copy of the paper is missing. */
  readonly values: ReadonlyMap<string, number>;
  /** The printed mean. */
  readonly average: number;
}

/** A row of Table IV. */
export interface PaperDisplacement {
  /** The category. */
  readonly category: string;
  /** `dsp`; the paper gives no unit. */
  readonly dsp: number;
  /** AUROC with DREM. */
  readonly auroc: number;
  /** Its gain over the model without DREM. */
  readonly gain: number;
}

const interx = INTERX_CATEGORIES.map(([category]) => category);
const ntu = [...NTU_CATEGORIES.values()].map(([category]) => category);

/** Figures in the order of the categories; `-` where our copy of the paper is not legible. */
function row(method: string, categories: readonly string[], average: number, figures: string): PaperRow {
  const values = figures.trim().split(/\s+/).map((figure, i) => [categories[i], Number(figure)] as const);
  return { method, values: new Map(values.filter(([, value]) => !Number.isNaN(value))), average };
}

const IADNET_INTERX = `
  0.796 0.777 0.752 0.782 0.773 0.857 0.538 0.822 0.707 0.765
  0.777 0.756 0.671 0.652 0.787 0.743 0.846 0.604 0.568 0.595
  0.566 0.718 0.788 0.709 0.763 0.654 0.628 0.646 0.718 0.662
  0.738 0.663 0.752 0.585 0.749 0.584 0.721 0.701 0.657 0.695`;

/** Table I on Inter-X. */
const TABLE_I_INTERX: readonly PaperRow[] = [
  row(
    "STG-NF",
    interx,
    0.512,
    `0.647 0.563 0.564 0.612 0.492 0.456 0.549 0.688 0.548 0.411
     0.637 0.670 0.401 0.398 0.473 0.460 0.601 0.307 0.523 0.539
     0.249 0.636 0.616 0.619 0.518 0.477 0.529 0.228 0.351 0.397
     0.667 0.316 0.646 0.471 0.626 0.410 0.641 0.524 0.522 0.484`,
  ),
  row(
    "MoCoDAD",
    interx,
    0.508,
    `0.482 0.555 0.445 0.528 0.498 0.450 0.493 0.596 0.548 0.461
     0.609 0.484 0.531 0.518 0.458 0.483 0.474 0.518 0.428 0.459
     0.545 0.609 0.485 0.464 0.465 0.501 0.507 0.496 0.494 0.544
     0.524 0.580 0.549 0.521 0.473 0.467 0.564 0.550 0.436 0.529`,
  ),
  row(
    "ML-AAD",
    interx,
    0.626,
    `0.692 0.733 0.715 0.645 0.649 0.761 0.611 0.735 0.620 0.674
     0.690 0.736 0.599 0.661 0.701 0.692 0.685 0.514 0.524 0.577
     0.444 0.543 0.726 0.668 0.677 0.539 0.575 0.507 0.650 0.574
     0.709 0.567 0.699 0.440 0.709 0.449 0.610 0.653 0.522 0.578`,
  ),
  row("IADNet", interx, 0.707, IADNET_INTERX),
];

/** Table I on NTU RGB+D 120. Of `pat-on-back` only the first decimal is legible (0.4, 0.4, 0.4, 0.8), of `wield-knife` in
 * the first two rows too (0.5, 0.5), and its column head is missing; in the other two rows it is cut as the head of `follow`
 * is, and read as that. */
const TABLE_I_NTU: readonly PaperRow[] = [
  row(
    "STG-NF",
    ntu,
    0.511,
    `0.458 0.498 0.501 - 0.497 0.572 0.548 0.506 0.531
     0.571 0.597 0.492 - 0.495 0.469 0.484 0.492 0.515
     0.460 0.543 0.510 0.498 0.531 0.486 0.555 0.482`,
  ),
  row(
    "MoCoDAD",
    ntu,
    0.5,
    `0.512 0.421 0.498 - 0.488 0.508 0.502 0.511 0.448
     0.480 0.489 0.506 - 0.503 0.493 0.513 0.543 0.518
     0.529 0.508 0.489 0.528 0.506 0.493 0.491 0.500`,
  ),
  row(
    "ML-AAD",
    ntu,
    0.521,
    `0.465 0.495 0.516 - 0.465 0.571 0.460 0.411 0.501
     0.586 0.499 0.609 0.570 0.580 0.463 0.578 0.561 0.594
     0.543 0.537 0.572 0.488 0.577 0.516 0.495 0.486`,
  ),
  row(
    "IADNet",
    ntu,
    0.676,
    `0.593 0.611 0.661 - 0.882 0.657 0.760 0.795 0.882
     0.728 0.742 0.434 0.551 0.688 0.569 0.606 0.603 0.548
     0.728 0.599 0.772 0.614 0.564 0.658 0.850 0.664`,
  ),
];

/** Table II: position tables. */
const TABLE_II: readonly PaperRow[] = [
  row(
    "Sinusoidal",
    interx,
    0.633,
    `0.700 0.629 0.629 0.738 0.710 0.772 0.538 0.815 0.705 0.583
     0.771 0.742 0.646 0.657 0.715 0.651 0.536 0.626 0.546 0.573
     0.471 0.558 0.727 0.604 0.781 0.493 0.483 0.493 0.676 0.505
     0.687 0.542 0.755 0.378 0.726 0.569 0.681 0.716 0.554 0.657`,
  ),
  row(
    "Unsync. embedding",
    interx,
    0.657,
    `0.747 0.721 0.736 0.767 0.722 0.758 0.534 0.849 0.679 0.610
     0.760 0.708 0.619 0.637 0.771 0.588 0.787 0.580 0.468 0.639
     0.552 0.570 0.665 0.656 0.767 0.620 0.492 0.537 0.489 0.659
     0.721 0.565 0.732 0.501 0.743 0.578 0.697 0.700 0.647 0.702`,
  ),
  row("Sync. embedding", interx, 0.707, IADNET_INTERX),
];

/** Table III: without and with DREM. */
const TABLE_III: readonly PaperRow[] = [
  row(
    "w/o DREM",
    interx,
    0.641,
    `0.713 0.748 0.651 0.679 0.746 0.823 0.527 0.799 0.615 0.680
     0.725 0.697 0.621 0.648 0.751 0.720 0.768 0.576 0.566 0.512
     0.431 0.555 0.701 0.643 0.764 0.546 0.507 0.370 0.731 0.459
     0.711 0.531 0.706 0.413 0.758 0.558 0.719 0.686 0.602 0.687`,
  ),
  row("w. DREM", interx, 0.707, IADNET_INTERX),
];

/** Table V: weights of the two streams. It prints means alone. */
const TABLE_V: readonly PaperRow[] = [
  { method: "Our w/o param-share", values: new Map(), average: 0.624 },
  { method: "Our w param-share", values: new Map(), average: 0.707 },
];

/** Table IV, on Inter-X. */
export const PAPER_DISPLACEMENTS: readonly PaperDisplacement[] = [
  { category: "imitate", dsp: 7.13, auroc: 0.585, gain: 0.172 },
  { category: "massaging-leg", dsp: 5.74, auroc: 0.646, gain: 0.276 },
  { category: "dance", dsp: 5.65, auroc: 0.718, gain: 0.163 },
  { category: "fly-kiss", dsp: 4.5, auroc: 0.695, gain: 0.008 },
];

/** The paper's rows of a table, in its order; none where it has not run that experiment on that data set. Tables II, III
 * and V are of Inter-X alone. */
export function paperRows(table: PaperTableName, dataset: PaperDataset): readonly PaperRow[] {
  if (dataset === "ntu120") return table === "I" ? TABLE_I_NTU : [];
  return { I: TABLE_I_INTERX, II: TABLE_II, III: TABLE_III, V: TABLE_V }[table];
}

/** The paper's data set that a format reads, if any. */
export function paperDataset(format: string): PaperDataset | undefined {
  return format === "interx" ? "interx" : format.startsWith("ntu120") ? "ntu120" : undefined;
}

/** Categories of a data set in the paper's order, each with its column head. */
export function paperColumns(dataset: PaperDataset): readonly (readonly [category: string, head: string])[] {
  return dataset === "interx" ? INTERX_CATEGORIES : [...NTU_CATEGORIES.values()];
}

/** IADNet's AUROC by category in the paper's Table I, by format: `interx`, `ntu120`, `ntu120-smplx`; with `macro mean`, the
 * printed average. What is not legible in our copy of the paper is missing.
 *
 * @example
 * ```ts
 * import { PAPER_AUROC } from "@lab/iadnet/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(PAPER_AUROC.interx["high-five"], 0.846);
 * ```
 */
export const PAPER_AUROC: Readonly<Record<string, Readonly<Record<string, number>>>> = Object.fromEntries(
  ["interx", "ntu120", "ntu120-smplx"].map((format) => {
    const { values, average } = paperRows("I", paperDataset(format)!).at(-1)!;
    return [format, { ...Object.fromEntries(values), "macro mean": average }];
  }),
);
