/** Columns of a table by the names that people give them. */

/** Our names of the columns, and others that mean the same: lower-case letters and digits. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  clip: [
    "clip",
    "clipid",
    "clipname",
    "recording",
    "recordingid",
    "video",
    "videoid",
    "sequence",
    "sequenceid",
    "seq",
    "take",
    "trial",
    "sample",
  ],
  frame: ["frame", "frameid", "frameindex", "framenumber", "frameno", "framenum", "frameidx", "index"],
  time: ["time", "timestamp", "timesec", "times", "seconds", "sec", "t"],
  person: [
    "person",
    "personid",
    "body",
    "bodyid",
    "subject",
    "subjectid",
    "actor",
    "track",
    "trackid",
    "trackingid",
    "skeletonid",
    "player",
    "user",
    "userid",
  ],
  joint: ["joint", "jointid", "jointname", "jointtype", "keypoint", "keypointid", "marker", "landmark"],
  x: ["x", "xm", "posx", "positionx", "px", "worldx", "jointx"],
  y: ["y", "ym", "posy", "positiony", "py", "worldy", "jointy"],
  z: ["z", "zm", "posz", "positionz", "pz", "worldz", "jointz"],
  category: ["category", "action", "actionlabel", "label", "class", "activity", "interaction"],
  group: ["group", "session", "sessionid", "pair", "pairid", "dyad"],
  fps: ["fps", "framerate", "rate"],
};

/** Columns that a table must have, but for the frame, which a time may replace, and the clip, which a file may be. */
const NEEDED = ["person", "joint", "x", "y", "z"];

/** Which of a table's columns is which of ours: our name to the table's. A name that fits exactly comes before a synonym.
 * @returns The columns that are found, and our names of those that are not. */
export function matchColumns(
  names: readonly string[],
): { readonly found: Readonly<Record<string, string>>; readonly missing: readonly string[] } {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, ""),
    found: Record<string, string> = {};
  for (const [own, synonyms] of Object.entries(SYNONYMS)) {
    const fits = synonyms.flatMap((synonym) => names.filter((name) => plain(name) === synonym));
    const [name] = names.includes(own) ? [own] : fits.filter((name) => !Object.values(found).includes(name));
    if (name !== undefined) found[own] = name;
  }
  const missing = NEEDED.filter((own) => found[own] === undefined);
  return { found, missing: found.frame ?? found.time ? missing : ["frame", ...missing] };
}
