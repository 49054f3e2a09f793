// deno-lint-ignore-file no-console -- prints what a frame takes
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { generateDataset } from "../../mod.ts";
import { getSkeleton } from "../../lib/data/mod.ts";
import { openRun } from "../../lib/report/run.ts";
import { playedClip } from "../../lib/report/encode.ts";
import { gatherReport } from "../../lib/report/gather.ts";
import { renderReport } from "../../lib/report/html.ts";
import { frameAt } from "../../lib/report/page/player.js";
import { serveRun } from "../support/serve_run.ts";
import { assertClean, BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { makeRun } from "../support/report_run.ts";

let made: Promise<string> | undefined;

/** A run of these tests, trained once. */
const run = () => made ??= makeRun();

/** The report of the run as a file, its address. */
async function reportFile(): Promise<string> {
  const opened = await openRun(await run());
  const data = await gatherReport(opened).finally(() => opened.engine.close());
  const file = `${await run()}/report.html`;
  await Deno.writeTextFile(file, renderReport({ ...data, split: `<img src="https://example.org/x">` }));
  return `file://${file}`;
}

const ignore = !BROWSER;

Deno.test({
  name: "a report plays, seeks, turns, changes clips, categories and theme, by mouse and by keys",
  ignore,
}, async () => {
  const address = await reportFile();
  await withBrowser(async (browser) => {
    const watched = await openPage(browser, address), { page } = watched;
    const clock = page.locator(".clock"),
      play = page.locator(".play"),
      slider = page.locator(".player input");
    assertStringIncludes(
      await page.locator(".facts").first().innerText(),
      `<img src="https://example.org/x">`,
    );

    await play.click();
    while (Number(await slider.inputValue()) <= 100) await page.waitForTimeout(20);
    await play.click();
    assertEquals(await play.innerText(), "Play");
    const at = await clock.innerText();
    await slider.fill("500");
    assert(await clock.innerText() !== at);

    const picture = () => page.evaluate("document.querySelector('canvas.view').toDataURL()");
    const before = await picture();
    await page.locator("canvas.view").first().focus();
    await page.keyboard.press("ArrowLeft");
    const turned = await picture();
    assert(turned !== before);
    await page.keyboard.press("+");
    assert(await picture() !== turned);
    await page.keyboard.press("0");
    assertEquals(await picture(), before);
    await page.keyboard.press(".");
    assert(await picture() !== before);
    await page.keyboard.press(" ");
    assertEquals(await play.innerText(), "Pause");
    await page.keyboard.press(" ");

    const title = await page.locator("#player-title").innerText();
    await page.locator(".case").last().click();
    assert(await page.locator("#player-title").innerText() !== title);

    const row = page.locator("button.row").nth(2), name = await row.locator(".name").innerText();
    await row.focus();
    await page.keyboard.press("Enter");
    assertEquals(await page.locator("#detail-title").innerText(), name);
    assertStringIncludes((await page.locator("svg[aria-label^='ROC']").getAttribute("aria-label"))!, name);

    const theme = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await theme();
    await page.getByRole("button", { name: "Dark theme" }).click();
    assert(await theme() !== light);
    assertClean(watched, (own) => own === address);
  });
});

Deno.test(
  { name: "a page says that a detector explains nothing, and plays the nearest normal clip", ignore },
  async () => {
    const opened = await openRun(await makeRun({ detector: "knn-poses" }));
    const data = await gatherReport(opened).finally(() => opened.engine.close());
    const file = await Deno.makeTempFile({ suffix: ".html" });
    await Deno.writeTextFile(file, renderReport(data));
    await withBrowser(async (browser) => {
      const watched = await openPage(browser, `file://${file}`), { page } = watched;
      assertStringIncludes(await page.locator(".player .caption").innerText(), "does not explain its scores");
      assert(!(await page.locator(".player .legend").innerText()).includes("raises the score"));
      assert(!await page.locator(".curve-box").isVisible());
      assertEquals(await page.locator("canvas.view:visible").count(), 2);
      assertStringIncludes(await page.locator(".verdict").innerText(), "nearest normal clip");
      await page.locator(".play").click();
      await page.locator(".case").last().click();
      assertClean(watched, (own) => own === `file://${file}`);
    });
  },
);

Deno.test({ name: "every control can be reached by the tab key, and has a name", ignore }, async () => {
  const address = await reportFile();
  await withBrowser(async (browser) => {
    const { page } = await openPage(browser, address);
    const all = `[...document.querySelectorAll("button, select, input, a[href], [tabindex='0']")]` +
      ".filter((own) => own.checkVisibility())";
    const controls = await page.evaluate(`${all}.length`) as number, seen = new Map<number, string>();
    for (let i = 0; i < 2 * controls && seen.size < controls; i++) { // the first may go to a page that is not shown yet
      await page.keyboard.press("Tab");
      const found = await page.evaluate(`(() => {
        const all = ${all}, own = document.activeElement;
        if (own === document.body) return undefined;
        const name = own.getAttribute("aria-label") || own.labels?.[0]?.textContent || own.textContent;
        return [all.indexOf(own), name.trim()];
      })()`) as [number, string] | undefined;
      if (found) seen.set(...found);
    }
    assertEquals(seen.size, controls);
    assert(!seen.has(-1) && [...seen.values()].every((name) => name !== ""));
  });
});

Deno.test({ name: "a report fits screens of 360, 820 and 1400 pixels in both themes", ignore }, async () => {
  const address = await reportFile();
  await withBrowser(async (browser) => {
    for (const width of [360, 820, 1400]) {
      for (const dark of [false, true]) {
        const watched = await openPage(browser, address, { width, dark }), { page } = watched;
        const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth") as number;
        assert(over <= 0, `${over} pixels too wide at ${width}`);
        assertEquals(await page.evaluate("document.documentElement.dataset.theme"), dark ? "dark" : "light");
        assertClean(watched, (own) => own === address);
        await page.close();
      }
    }
  });
});

Deno.test({
  name: "a page that is served scores a file that is dropped on it, and says what is wrong with a bad one",
  ignore,
}, async () => {
  await using served = await serveRun(await run());
  const { run: opened, handler } = served;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  const address = `http://127.0.0.1:${server.addr.port}/`;
  const skeleton = opened.models.values().next().value!.skeleton;
  const [clip] = generateDataset({ seed: 5, clipsPerCategory: 1, categories: ["kick"], skeleton });
  const rows = ["clip,frame,person,joint,x,y,z"];
  [clip.x, clip.y].forEach((person, k) => {
    for (let i = 0; i < person.length / 3; i++) {
      const size = skeleton.joints.length;
      rows.push(
        ["mine", Math.floor(i / size), k + 1, i % size, ...person.subarray(3 * i, 3 * i + 3)].join(","),
      );
    }
  });
  try {
    await withBrowser(async (browser) => {
      const watched = await openPage(browser, address), { page } = watched, status = page.locator(".status");
      const drop = async (name: string, text: string) => {
        const transfer = await page.evaluateHandle(
          `(([name, text]) => { const d = new DataTransfer(); d.items.add(new File([text], name)); return d; })(${
            JSON.stringify([name, text])
          })`,
        );
        await page.dispatchEvent(".drop", "drop", { dataTransfer: transfer });
      };
      await drop("mine.csv", rows.join("\n"));
      await page.waitForSelector(".scored .case");
      assertEquals(await page.locator(".scored .case").count(), opened.models.size);
      assertStringIncludes(await page.locator("#player-title").innerText(), "Your clip");
      assertStringIncludes(await page.locator(".verdict").innerText(), "alarm".slice(1));
      assertClean(watched, (own) => own.startsWith(address));
      await drop("bad.csv", "a,b\n1,2\n");
      await page.waitForSelector(".status.bad");
      assertStringIncludes(await status.innerText(), "expected the column person");
      assertEquals(watched.errors.filter((text) => !text.includes("400")), []); // the browser logs the refusal
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test(
  { name: "a player of 64 joints draws (the median time of a frame is printed)", ignore },
  async () => {
    const opened = await openRun(await run());
    const data = await gatherReport(opened).finally(() => opened.engine.close());
    const skeleton = getSkeleton("interx64"), { joints, parents, pelvis } = skeleton;
    const clips = generateDataset({ seed: 0, clipsPerCategory: 2, categories: ["hug"], skeleton })
      .map((clip) => playedClip(clip, 60));
    const shown = data.cases[0], joints64 = btoa("\x80".repeat(2 * 2 * 64));
    const explanation = { ...shown.explanation!, frames: 2, joints: joints64 };
    const nearest = { ...shown.nearest!, clip: 1 };
    const file = `${await run()}/player.html`;
    await Deno.writeTextFile(
      file,
      renderReport({
        ...data,
        clips,
        skeletons: { interx64: { joints, parents, pelvis } },
        cases: [{ ...shown, clip: 0, nearest, explanation }],
      }),
    );
    await withBrowser(async (browser) => {
      const watched = await openPage(browser, `file://${file}`), { page } = watched;
      const times = await page.evaluate(`(() => {
      const slider = document.querySelector(".player input"), times = [];
      for (let k = 0; k < 200; k++) {
        slider.value = String(k * 5);
        const started = performance.now();
        slider.dispatchEvent(new Event("input"));
        times.push(performance.now() - started);
      }
      return times.sort((a, b) => a - b);
    })()`) as number[];
      assertEquals(times.length, 200);
      assert(times.every((time) => time >= 0));
      console.log(`A frame of 64 joints, both views and maps: ${times[100].toFixed(2)} ms (median)`);
      assertClean(watched, (own) => own === `file://${file}`);
    });
  },
);

Deno.test("A recording shows each of its frames for as long as its own rate says, and holds the last one", () => {
  for (const [fps, frames] of [[15, 31], [29.97, 100], [120, 7]]) {
    for (let t = 0; t < frames; t++) {
      assertEquals(frameAt({ fps, frames }, t / fps), t);
      assertEquals(frameAt({ fps, frames }, (t + 0.9) / fps), t);
    }
    assertEquals(frameAt({ fps, frames }, 1e6), frames - 1);
  }
});

Deno.test({
  name: "Both clips are drawn frame by frame, each at its own rate: a shorter nearest clip waits at its end",
  ignore,
}, async () => {
  const opened = await openRun(await run());
  const data = await gatherReport(opened).finally(() => opened.engine.close());
  const [own, near] = generateDataset({ seed: 0, clipsPerCategory: 2, categories: ["hug"] });
  const width = near.skeleton.joints.length * 3, cut = (values: Float32Array) => values.slice(0, 12 * width);
  const short = { ...near, frames: 12, fps: 24, x: cut(near.x), y: cut(near.y) };
  const { joints, parents, pelvis, name } = own.skeleton;
  const file = `${await run()}/rates.html`, shown = { ...data.cases[0], clip: 0 };
  await Deno.writeTextFile(
    file,
    renderReport({
      ...data,
      clips: [playedClip({ ...own, fps: 15 }, 90), playedClip(short, 90)],
      skeletons: { [name]: { joints, parents, pelvis } },
      cases: [{ ...shown, nearest: { ...shown.nearest!, clip: 1 } }],
    }),
  );
  await withBrowser(async (browser) => {
    const watched = await openPage(browser, `file://${file}`), { page } = watched;
    const at = async (frame: number) => {
      // A little after the frame has begun.
      await page.locator(".player input").fill(String(Math.ceil(frame / (own.frames - 1) * 1000)));
      const clock = await page.locator(".clock").innerText();
      assertStringIncludes(clock, `frame ${frame + 1} of ${own.frames} at 15 frames per second`);
      const pictures = "[...document.querySelectorAll('.half canvas.view')].map((own) => own.toDataURL())";
      return await page.evaluate(pictures) as string[];
    };
    assertStringIncludes(await page.locator(".half .clip").last().innerText(), "24 frames per second");
    const pictures = [await at(2), await at(6), await at(8), await at(12)];
    assertEquals(new Set(pictures.map(([first]) => first)).size, 4);
    const [second, sixth, ...held] = pictures.map(([, near]) => near);
    assert(second !== sixth && sixth !== held[0]); // 0.13, 0.4 and 0.53 s of 0.46 s
    assertEquals(held[0], held[1]);
    assertClean(watched, (asked) => asked === `file://${file}`);
  });
});
