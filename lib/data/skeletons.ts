/** Skeletons by name: those of the data sets, of cameras and pose models, and those that are registered. */
import "./skeletons/cameras.ts";

export { INTERX64, KINECT25, SBU15, SMPLX55, SMPLX56 } from "./skeletons/data_sets.ts";
export { getSkeleton, listSkeletons, parseSkeleton, registerSkeleton } from "./skeletons/registry.ts";
