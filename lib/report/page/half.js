// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { closest, drawMap } from "./map.js";
import { fixed } from "./numbers.js";
import { createView, poseAt } from "./view.js";

/** @import { ShownSkeleton } from "../types.ts" */
/** @import { Camera, Heat, Motion } from "./view.js" */

/** Half of the player: a view, and the distance map beneath it.
 *
 * @param {string} title @param {string} label Description of the view for screen readers. */
export function createHalf(title, label) {
  const keys = "Arrow keys turn it, plus and minus zoom, 0 resets, space plays";
  const canvas = h("canvas.view", { tabindex: "0", role: "img", "aria-label": `${label}. ${keys}` });
  const about = `Distance map of ${title.toLowerCase()}`;
  const map = h("canvas.map", { role: "img", "aria-label": about, width: "1", height: "1" });
  const name = h("span.clip"), pelvises = h("span"), joints = h("span");
  const text = h(
    "p",
    h("b", "Distance map"),
    h("span.axes", "Rows person 1, columns person 2"),
    pelvises,
    joints,
  );
  const element = h("div.half", h("h4", title, " ", name), canvas, h("div.maps.muted", map, text));
  const view = createView(canvas);
  /** @type {Motion | undefined} */
  let motion;
  /** @type {ShownSkeleton} */
  let skeleton;
  let pose = new Float32Array();
  return {
    element,
    view,
    /** Show a clip; nothing if there is no motion.
     *
     * @param {string} id @param {ShownSkeleton} of @param {Motion | undefined} next @param {Heat} [heat] */
    show(id, of, next, heat) {
      name.textContent = id;
      skeleton = of;
      motion = next;
      pose = new Float32Array(next ? next.size * 6 : 0);
      view.show(next, heat);
      element.hidden = !next;
    },
    /** @param {number} fraction Of the clip, from 0 to 1. @param {Camera} camera
     * @param {number} most Distance of the map's darkest colour, metres. */
    draw(fraction, camera, most) {
      view.draw(fraction, camera);
      if (!motion) return;
      poseAt(motion, fraction, pose);
      drawMap(map, pose, most);
      const [i, j, apart] = closest(pose), names = skeleton.joints;
      pelvises.textContent = `Pelvises ${fixed(pelvisDistance(pose, skeleton), 2)} m apart`;
      joints.textContent = `Nearest ${spoken(names[i])} and ${spoken(names[j])}, ${fixed(apart, 2)} m`;
    },
  };
}

/** Distance between the two people's pelvises, metres.
 *
 * @param {Float32Array} pose @param {ShownSkeleton} skeleton */
function pelvisDistance(pose, { pelvis, joints }) {
  const apart = [0, 1, 2].map((k) =>
    pelvis.reduce((sum, i) => sum + pose[3 * i + k] - pose[3 * (i + joints.length) + k], 0) / pelvis.length
  );
  return Math.hypot(...apart);
}

/** A joint's name in words. @param {string} name */
function spoken(name) {
  return name.replaceAll("_", " ");
}
