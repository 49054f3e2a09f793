/** Frame rates that recordings may have. One outside this range is a frame time, or times in another unit than seconds. */

const LEAST = 1, GREATEST = 1000;

/** What is expected, for messages. */
export const FRAME_RATES = `a number from ${LEAST} to ${GREATEST}`;

/** Whether recordings may have so many frames per second. */
export function isFrameRate(fps: number): boolean {
  return fps >= LEAST && fps <= GREATEST;
}
