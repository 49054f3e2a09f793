/** What is known about registered skeletons besides their joints: other names of them and of their joints, and their limits. */

/** Notes on a skeleton. */
export interface SkeletonNotes {
  /** Other names of the skeleton: lower-case letters and digits. */
  readonly aliases: readonly string[];
  /** Other names of joints, which another spelling does not explain: alias to joint. */
  readonly joints: Readonly<Record<string, string>>;
  /** What a user of the skeleton must know. */
  readonly warning?: string;
  /** Whether the up axis is not fixed, so that a description must state it. */
  readonly upVaries: boolean;
}

const NONE: SkeletonNotes = { aliases: [], joints: {}, upVaries: false };

const PER_PERSON =
  "World coordinates of MediaPipe have their origin at each person's hips: distances between the two people mean nothing unless you " +
  "placed both in one frame";

const notes: Readonly<Record<string, Partial<SkeletonNotes>>> = {
  sbu15: { aliases: ["sbu"] },
  kinect25: {
    aliases: ["kinect", "kinectv2", "kinect2", "ntu", "ntu25"],
    joints: { SpineBase: "pelvis", SpineMid: "torso", SpineShoulder: "chest" },
  },
  interx64: { aliases: ["interx"] },
  azure32: {
    aliases: ["azure", "azurekinect", "azurekinect32", "k4abt"],
    joints: { SpineNaval: "spine_navel" },
  },
  zed34: {
    aliases: ["zedbody34", "body34"],
    joints: { NavalSpine: "spine_navel", NavelSpine: "spine_navel", ChestSpine: "spine_chest" },
    upVaries: true,
  },
  zed38: { aliases: ["zedbody38", "body38"], upVaries: true },
  mediapipe33: {
    aliases: ["mediapipe", "mediapipepose", "blazepose", "blazepose33"],
    warning: PER_PERSON,
  },
  coco17: { aliases: ["coco", "coco3d", "coco173d"], upVaries: true },
  smpl24: { aliases: ["smpl"] },
  smplh52: { aliases: ["smplh"] },
  smplx55: { aliases: ["smplx"] },
  h36m17: {
    aliases: ["h36m", "human36m", "human36m17"],
    joints: {
      Hip: "pelvis",
      Root: "pelvis",
      Spine: "torso",
      LeftFoot: "left_ankle",
      RightFoot: "right_ankle",
      Neck: "neck_nose",
      Nose: "neck_nose",
      NeckBase: "neck_nose",
    },
  },
  panoptic19: { aliases: ["panoptic", "cmupanoptic", "cmu19"], joints: { BodyCenter: "pelvis" } },
};

/** Notes on the skeleton of that name; empty for one without notes. */
export function notesOf(name: string): SkeletonNotes {
  return { ...NONE, ...Object.hasOwn(notes, name) ? notes[name] : {} };
}

/** Name of the skeleton that has an alias, whatever its case and signs; undefined if there is none. */
export function skeletonOfAlias(alias: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  return Object.keys(notes).find((name) =>
    name === plain(alias) || notesOf(name).aliases.includes(plain(alias))
  );
}
