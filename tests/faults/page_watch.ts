/** Looks at a page again and again, in a thread of its own. Gets the address, then `stop`; answers with the longest time, seconds. */

/** Milliseconds between two looks. */
const EVERY = 100;

const thread = self as unknown as Pick<Worker, "postMessage" | "onmessage">;
let isOver = false;

async function watch(address: string): Promise<number> {
  let longest = 0;
  for (; !isOver; await new Promise((resolve) => setTimeout(resolve, EVERY))) {
    const started = performance.now();
    const isThere = await fetch(address).then((answer) => answer.text()).then(() => true, () => false);
    longest = Math.max(longest, isThere ? (performance.now() - started) / 1000 : Infinity);
  }
  return longest;
}

thread.onmessage = ({ data }: MessageEvent<string>) => {
  if (data === "stop") isOver = true;
  else watch(data).then((longest) => thread.postMessage(longest));
};
