/** Rows of the paper's tables: which detectors they are of, and what they are called. */
import { FLOORS } from "../../detectors/floors/floors.ts";
import { getPreset } from "../../detectors/iadnet/presets.ts";
import { describeDetector, listDetectors } from "../../detectors/registry.ts";
import type { PlannedRow, TableName } from "./table.ts";

/** Ablations: the change to IADNet, and what the name of a pre-trained encoder ends with where it was pre-trained so. */
const CHANGES = {
  none: ["", ""],
  sinusoidal: [",position=sinusoidal", "-sinusoidal"],
  unsync: [",position=unsync", "-unsync"],
  drem: [",drem=false", "-without-drem"],
  share: [",share=false", "-without-sharing"],
} as const;

/** Rows of the ablations, in the paper's order: the change, the method, and the paper's name where it differs. */
const ABLATIONS: Readonly<
  Record<Exclude<TableName, "I">, readonly (readonly [keyof typeof CHANGES, string, string?])[]>
> = {
  II: [["sinusoidal", "Sinusoidal"], ["unsync", "Unsync. embedding"], ["none", "Sync. embedding"]],
  III: [["drem", "w/o DREM"], ["none", "w. DREM"]],
  IV: [["drem", "w/o DREM"], ["none", "w. DREM"]],
  V: [
    ["share", "w/o param-share", "Our w/o param-share"],
    ["none", "w. param-share", "Our w param-share"],
  ],
};

/** The rows of a table. Table I has the given detectors, or the published methods, IADNet and the floors. */
export function plannedRows(
  table: TableName,
  preset: string,
  detectors?: readonly string[],
): PlannedRow[] {
  const iadnet = `iadnet:preset=${preset}`, { encoder } = getPreset(preset).training;
  if (table !== "I") {
    return ABLATIONS[table].map(([key, method, paper = method]) => {
      const [change, suffix] = CHANGES[key];
      const start = encoder === "random" || suffix === "" ? "" : `,encoder=${encoder}${suffix}`;
      return { method, detector: `${iadnet}${change}${start}`, paper, people: false };
    });
  }
  const published = listDetectors().filter(({ people }) => people).map(({ name }) => name);
  return (detectors ?? [...published, iadnet, ...FLOORS]).map(tableOneRow);
}

function tableOneRow(detector: string): PlannedRow {
  const { title, status, people } = describeDetector(detector), colon = detector.indexOf(":");
  return {
    method: colon > 0 && people ? `${title} (${detector.slice(colon + 1)})` : title,
    detector,
    people,
    ...(status !== "floor" && { paper: title }),
    ...(title !== "IADNet" && { note: status }),
  };
}
