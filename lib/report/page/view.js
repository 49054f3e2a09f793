// @ts-check
/// <reference lib="dom" />
import { between, bytes, int16 } from "./numbers.js";

/** @typedef {{ yaw: number, pitch: number, zoom: number }} Camera */
/** Unpacked clip: joints [kept, 2, D, 3] in metres, and its extent.
 * @typedef {{ kept: number, size: number, parents: readonly number[], values: Float32Array, middle: number[], radius: number,
 *   floor: number }} Motion */
/** Unpacked contributions of joints, [frames, 2, D], 0 to 255.
 * @typedef {{ frames: number, values: Uint8Array }} Heat */

/** Camera at the start: from the side, a little above. */
export const START = { yaw: -0.5, pitch: 0.22, zoom: 1 };

/** @param {import("../types.ts").PlayedClip} clip @param {readonly number[]} parents @returns {Motion} */
export function unpackMotion(clip, parents) {
  const values = Float32Array.from(int16(clip.joints), (value) => value * clip.step);
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  values.forEach((value, i) => {
    low[i % 3] = Math.min(low[i % 3], value);
    high[i % 3] = Math.max(high[i % 3], value);
  });
  const middle = low.map((value, k) => (value + high[k]) / 2);
  const radius = Math.hypot(...high.map((value, k) => value - low[k])) / 2 || 1;
  return { kept: clip.kept, size: parents.length, parents, values, middle, radius, floor: low[1] };
}

/** @param {import("../types.ts").CaseExplanation} explanation @returns {Heat} */
export function unpackHeat({ frames, joints }) {
  return { frames, values: bytes(joints) };
}

/** Joints of both people at a fraction of the clip, [2, D, 3], linear between frames.
 *
 * @param {Motion} motion @param {number} fraction From 0 to 1. @param {Float32Array} into */
function poseAt({ kept, size, values }, fraction, into) {
  const width = size * 6, { left, right, rest } = between(fraction, kept);
  for (let i = 0; i < width; i++) {
    into[i] = values[left * width + i] * (1 - rest) + values[right * width + i] * rest;
  }
}

/** Contribution of a joint to the score at a fraction of the clip, from 0 to 1.
 *
 * @param {Heat | undefined} heat @param {number} joint Among both people's: person * D + joint. @param {number} fraction */
export function heatAt(heat, joint, fraction) {
  if (!heat) return 0;
  const width = heat.values.length / heat.frames, { left, right, rest } = between(fraction, heat.frames);
  return (heat.values[left * width + joint] * (1 - rest) + heat.values[right * width + joint] * rest) / 255;
}

/** Projects points onto the picture: x and y in units of half its size, z = distance from the camera.
 *
 * @param {Camera} camera @param {number[]} middle @param {number} radius
 * @returns {(x: number, y: number, z: number) => [number, number, number]} */
export function projection({ yaw, pitch, zoom }, middle, radius) {
  const cy = Math.cos(yaw), sy = Math.sin(yaw), cp = Math.cos(pitch), sp = Math.sin(pitch);
  const away = radius * 3.4;
  return (x, y, z) => {
    const a = x - middle[0], b = y - middle[1], c = z - middle[2];
    const right = cy * a + sy * c, depth = -sy * a + cy * c;
    const up = cp * b - sp * depth, near = sp * b + cp * depth;
    const distance = Math.max(radius * 0.2, away - near), scale = 2.8 * zoom / distance;
    return [right * scale, -up * scale, distance];
  };
}

/** Two skeletons on a canvas.
 *
 * @param {HTMLCanvasElement} canvas */
export function createView(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {Motion | undefined} */
  let motion;
  /** @type {Heat | undefined} */
  let heat;
  let pose = new Float32Array(), screen = new Float32Array();
  const palette = () => {
    const style = getComputedStyle(document.documentElement);
    const [line, hot, paper, ...people] = ["line", "hot", "paper", "one", "two"]
      .map((name) => style.getPropertyValue(`--${name}`).trim());
    return { line, hot, paper, people };
  };
  let colours = palette();

  /** @param {Motion} motion @param {(x: number, y: number, z: number) => number[]} see */
  function drawFloor({ middle, radius, floor }, see) {
    const step = radius > 3 ? 1 : 0.5, reach = Math.ceil(radius * 1.15 / step) * step;
    const [cx, cz] = [Math.round(middle[0] / step) * step, Math.round(middle[2] / step) * step];
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.beginPath();
    for (let k = -reach; k <= reach + 1e-9; k += step) {
      for (const [a, b] of [[[k, -reach], [k, reach]], [[-reach, k], [reach, k]]]) {
        const [from, to] = [a, b].map(([x, z]) => see(cx + x, floor, cz + z));
        context.moveTo(from[0], from[1]);
        context.lineTo(to[0], to[1]);
      }
    }
    context.stroke();
  }

  /** Draw the people at a fraction of the clip and return their pose, [2, D, 3]; nothing if no clip is shown.
   *
   * @param {number} fraction @param {Camera} camera */
  function draw(fraction, camera) {
    const { clientWidth: width, clientHeight: height } = canvas, ratio = Math.min(2, devicePixelRatio || 1);
    const [wide, high] = [width, height].map((size) => Math.round(size * ratio));
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (!motion) return;
    const { middle, radius, size, parents } = motion, half = Math.min(width * 1.25, height * 1.2) / 2;
    const project = projection(camera, middle, radius);
    const see = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
      const [right, down, away] = project(x, y, z);
      return [width / 2 + right * half, height / 2 + down * half, away];
    };
    drawFloor(motion, see);
    poseAt(motion, fraction, pose);
    for (let i = 0; i < 2 * size; i++) screen.set(see(pose[3 * i], pose[3 * i + 1], pose[3 * i + 2]), 3 * i);
    const bones = Array.from({ length: 2 * size }, (_, i) => {
      const parent = parents[i % size], from = parent < 0 ? i : parent + (i < size ? 0 : size);
      const away = screen[3 * i + 2], depth = away + (screen[3 * from + 2] - away) / 2;
      return { i, from, depth, near: radius * 3.4 / away, colour: colours.people[i < size ? 0 : 1] };
    }).sort((a, b) => b.depth - a.depth);
    const thick = Math.max(1.5, half * (size > 30 ? 0.013 : 0.02)) * Math.sqrt(camera.zoom);
    context.lineCap = "round";
    for (const { i, from, near, colour } of bones) {
      if (from === i) continue;
      context.strokeStyle = colour;
      context.lineWidth = thick * near;
      context.beginPath();
      context.moveTo(screen[3 * from], screen[3 * from + 1]);
      context.lineTo(screen[3 * i], screen[3 * i + 1]);
      context.stroke();
    }
    for (const { i, near, colour } of bones) {
      const hot = heatAt(heat, i, fraction), r = thick * near * (0.75 + 1.35 * Math.sqrt(hot));
      context.beginPath();
      context.arc(screen[3 * i], screen[3 * i + 1], r, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      if (hot <= 0.06) continue;
      context.fillStyle = colours.paper;
      context.fill();
      context.globalAlpha = Math.min(1, 0.3 + 1.1 * Math.sqrt(hot));
      context.fillStyle = colours.hot;
      context.fill();
      context.globalAlpha = 1;
    }
    context.font = `600 12px system-ui, sans-serif`;
    context.textAlign = "center";
    for (const person of [0, 1]) {
      let top = person * size;
      for (let i = person * size; i < (person + 1) * size; i++) {
        if (screen[3 * i + 1] < screen[3 * top + 1]) top = i;
      }
      context.fillStyle = colours.people[person];
      context.fillText(String(person + 1), screen[3 * top], screen[3 * top + 1] - 12);
    }
    return pose;
  }

  return {
    canvas,
    draw,
    recolour() {
      colours = palette();
    },
    /** @param {Motion | undefined} next @param {Heat} [scores] */
    show(next, scores) {
      motion = next;
      heat = scores;
      pose = new Float32Array(next ? next.size * 6 : 0);
      screen = new Float32Array(pose.length);
    },
  };
}

/** Turn and zoom a camera by pointer, wheel (with Ctrl, or when the canvas has the focus) and keys.
 *
 * @param {HTMLCanvasElement} canvas @param {Camera} camera @param {() => void} onMove */
export function steer(canvas, camera, onMove) {
  /** @type {Map<number, number[]>} */
  const pointers = new Map();
  /** Distance between two pointers. */
  const apart = () => {
    const [a, b = a] = pointers.values();
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  };
  const zoom = (/** @type {number} */ by) => {
    camera.zoom = Math.min(5, Math.max(0.4, camera.zoom * by));
    onMove();
  };
  const turn = (/** @type {number} */ yaw, /** @type {number} */ pitch) => {
    camera.yaw += yaw;
    camera.pitch = Math.min(1.5, Math.max(-0.4, camera.pitch + pitch));
    onMove();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const before = apart();
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (pointers.size === 2) zoom(apart() / (before || 1));
    else turn((event.clientX - last[0]) * 0.01, (event.clientY - last[1]) * 0.008);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => pointers.delete(/** @type {PointerEvent} */ (event).pointerId));
  }
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * 0.0015));
  }, { passive: false });
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowLeft: () => turn(-0.12, 0),
    ArrowRight: () => turn(0.12, 0),
    ArrowUp: () => turn(0, 0.08),
    ArrowDown: () => turn(0, -0.08),
    "+": () => zoom(1.15),
    "=": () => zoom(1.15),
    "-": () => zoom(1 / 1.15),
    "0": () => {
      Object.assign(camera, START);
      onMove();
    },
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
}
