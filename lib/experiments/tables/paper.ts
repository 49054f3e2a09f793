/** The paper's figures, as printed: tables I to V. */
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

/** Make a parser of rows as printed: a line `method: mean`, then the figures by category, `-` where our copy of the paper is not
 * legible. */
function rowParser(
  columns: Iterable<readonly [category: string, head: string]>,
): (text: string) => PaperRow[] {
  const categories = [...columns].map(([category]) => category);
  return (text) => {
    const rows = text.matchAll(/^ +(\S.*): (.+)((?:\n +[-.][-. \d]*)+)/gm);
    return [...rows].map(([, method, average, figures]) => {
      const values = figures.trim().split(/\s+/).map((figure, i) => [categories[i], Number(figure)] as const);
      const legible = values.filter(([, value]) => !Number.isNaN(value));
      return { method, values: new Map(legible), average: Number(average) };
    });
  };
}

const parseInterx = rowParser(INTERX_CATEGORIES), parseNtu = rowParser(NTU_CATEGORIES.values());

/** Table I on Inter-X. */
const TABLE_I_INTERX = parseInterx(`
  STG-NF: 0.512
    .647 .563 .564 .612 .492 .456 .549 .688 .548 .411 .637 .670 .401 .398 .473 .460 .601 .307 .523 .539
    .249 .636 .616 .619 .518 .477 .529 .228 .351 .397 .667 .316 .646 .471 .626 .410 .641 .524 .522 .484
  MoCoDAD: 0.508
    .482 .555 .445 .528 .498 .450 .493 .596 .548 .461 .609 .484 .531 .518 .458 .483 .474 .518 .428 .459
    .545 .609 .485 .464 .465 .501 .507 .496 .494 .544 .524 .580 .549 .521 .473 .467 .564 .550 .436 .529
  ML-AAD: 0.626
    .692 .733 .715 .645 .649 .761 .611 .735 .620 .674 .690 .736 .599 .661 .701 .692 .685 .514 .524 .577
    .444 .543 .726 .668 .677 .539 .575 .507 .650 .574 .709 .567 .699 .440 .709 .449 .610 .653 .522 .578
  IADNet: 0.707
    .796 .777 .752 .782 .773 .857 .538 .822 .707 .765 .777 .756 .671 .652 .787 .743 .846 .604 .568 .595
    .566 .718 .788 .709 .763 .654 .628 .646 .718 .662 .738 .663 .752 .585 .749 .584 .721 .701 .657 .695`);

/** Table I on NTU RGB+D 120. Of `pat-on-back` only the first decimal is legible (0.4, 0.4, 0.4, 0.8), of `wield-knife` in
 * the first two rows too (0.5, 0.5), and its column head is missing; in the other two rows it is cut as the head of `follow`
 * is, and read as that. */
const TABLE_I_NTU = parseNtu(`
  STG-NF: 0.511
    .458 .498 .501 -    .497 .572 .548 .506 .531 .571 .597 .492 -
    .495 .469 .484 .492 .515 .460 .543 .510 .498 .531 .486 .555 .482
  MoCoDAD: 0.5
    .512 .421 .498 -    .488 .508 .502 .511 .448 .480 .489 .506 -
    .503 .493 .513 .543 .518 .529 .508 .489 .528 .506 .493 .491 .500
  ML-AAD: 0.521
    .465 .495 .516 -    .465 .571 .460 .411 .501 .586 .499 .609 .570
    .580 .463 .578 .561 .594 .543 .537 .572 .488 .577 .516 .495 .486
  IADNet: 0.676
    .593 .611 .661 -    .882 .657 .760 .795 .882 .728 .742 .434 .551
    .688 .569 .606 .603 .548 .728 .599 .772 .614 .564 .658 .850 .664`);

const [, , , IADNET_INTERX] = TABLE_I_INTERX;

/** Table II: position tables. */
const TABLE_II = parseInterx(`
  Sinusoidal: 0.633
    .700 .629 .629 .738 .710 .772 .538 .815 .705 .583 .771 .742 .646 .657 .715 .651 .536 .626 .546 .573
    .471 .558 .727 .604 .781 .493 .483 .493 .676 .505 .687 .542 .755 .378 .726 .569 .681 .716 .554 .657
  Unsync. embedding: 0.657
    .747 .721 .736 .767 .722 .758 .534 .849 .679 .610 .760 .708 .619 .637 .771 .588 .787 .580 .468 .639
    .552 .570 .665 .656 .767 .620 .492 .537 .489 .659 .721 .565 .732 .501 .743 .578 .697 .700 .647 .702`)
  .concat({ ...IADNET_INTERX, method: "Sync. embedding" });

/** Table III: without and with DREM. */
const TABLE_III = parseInterx(`
  w/o DREM: 0.641
    .713 .748 .651 .679 .746 .823 .527 .799 .615 .680 .725 .697 .621 .648 .751 .720 .768 .576 .566 .512
    .431 .555 .701 .643 .764 .546 .507 .370 .731 .459 .711 .531 .706 .413 .758 .558 .719 .686 .602 .687`)
  .concat({ ...IADNET_INTERX, method: "w. DREM" });

/** Table V: weights of the two streams. It prints means only. */
const TABLE_V: readonly PaperRow[] = [
  { method: "Our w/o param-share", values: new Map(), average: 0.624 },
  { method: "Our w param-share", values: new Map(), average: 0.707 },
];

/** Table IV: `dsp` of four Inter-X categories. The paper gives no unit. */
export const PAPER_DISPLACEMENTS: Readonly<Record<string, number>> = {
  "imitate": 7.13,
  "massaging-leg": 5.74,
  "dance": 5.65,
  "fly-kiss": 4.5,
};

/** The paper's rows of a table, in its order; none if the paper lacks the experiment on that data set. Tables II, III and V are of
 * Inter-X only. */
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
 * printed average. Figures that are not legible in our copy of the paper are missing.
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
