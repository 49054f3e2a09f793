/** The page's alarm rule, its table of clips and its links, in a browser. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { gatherReport } from "../../lib/report/gather.ts";
import { renderReport } from "../../lib/report/html.ts";
import { unpackRows } from "../../lib/report/page/rows.js";
import { openRun } from "../../lib/report/run.ts";
import type { ReportData } from "../../lib/report/types.ts";
import { assertClean, BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { makeRun } from "../support/report_run.ts";

const ignore = !BROWSER;

/** Ids with characters that HTML, addresses, CSV and spreadsheets treat in a special way. */
const ODD = [`a&model=b#c %20/"<i>é\u{1F600}`, "=1+1", "-x,y"];

let made: Promise<{ data: ReportData; address: string }> | undefined;

/** A report at alpha 0.2 with odd ids, made once. */
function report() {
  return made ??= (async () => {
    const run = await openRun(await makeRun({ detector: "knn-poses" }), { alpha: 0.2 });
    const gathered = await gatherReport(run).finally(() => run.engine.close());
    const renamed = (id: string) => ODD[gathered.ids.indexOf(id)] ?? id;
    const clips = gathered.clips.map((clip) => ({ ...clip, id: renamed(clip.id) }));
    const data = { ...gathered, ids: gathered.ids.map(renamed), clips };
    const file = await Deno.makeTempFile({ suffix: ".html" });
    await Deno.writeTextFile(file, renderReport(data));
    return { data, address: `file://${file}` };
  })();
}

/** Open the report, and check in the end that nothing went wrong and nothing was asked for. */
async function onPage(
  use: (page: Page, data: ReportData, address: string) => Promise<void>,
  options: { hash?: string; width?: number } = {},
): Promise<void> {
  const { data, address } = await report();
  await withBrowser(async (browser) => {
    const watched = await openPage(browser, address + (options.hash ?? ""), options);
    await use(watched.page, data, address);
    assertClean(watched, (own) => own.startsWith(address));
  });
}

/** Texts of a column of the table of clips. */
async function column(page: Page, title: string): Promise<string[]> {
  const heads = await page.locator(".rows thead th").allInnerTexts();
  const at = heads.findIndex((own) => own.startsWith(title)) + 1;
  assert(at > 0, `no column ${title} in ${heads}`);
  return await page.locator(`.rows tbody tr > :nth-child(${at})`).allInnerTexts();
}

const filter = (page: Page, title: string) => page.locator(".filters").getByLabel(title, { exact: true });

Deno.test(
  { name: "Every alarm on the page is p up to the alpha that the reader moves", ignore },
  () =>
    onPage(async (page, data) => {
      const rows = unpackRows(data);
      for (const alpha of [0.2, 0.5, 0.13]) {
        await page.locator("#alpha").fill(String(alpha));
        for (const { category } of data.categories) {
          await page.locator("button.row", { hasText: category }).click();
          const own = rows.filter(({ model }) => model === category),
            loud = own.filter(({ p }) => p! <= alpha);
          const alarms = new Set(loud.map(({ id }) => id));
          for (const button of await page.locator(".cases .case").all()) {
            const text = await button.innerText();
            assertEquals(text.includes("alarm"), [...alarms].some((id) => text.startsWith(`${id}\n`)), text);
          }
          await filter(page, "Alarm").selectOption("alarm");
          assertEquals((await column(page, "Clip")).sort(), [...alarms].sort());
          const wrong = own.filter(({ p, anomalous }) => p! <= alpha !== anomalous).map(({ id }) => id);
          await filter(page, "Alarm").selectOption("");
          await filter(page, "Verdict").selectOption("wrong");
          assertEquals((await column(page, "Clip")).sort(), wrong.sort());
          await filter(page, "Verdict").selectOption("");
          const normals = loud.filter(({ anomalous }) => !anomalous).length;
          const rates = await page.locator(".detail").innerText();
          assertStringIncludes(rates, `At alpha ${alpha}: ${normals} of `);
          const drawn = await page.locator(".detail rect:not(.quiet):not(.alarm-band)").count();
          assertEquals(drawn > 0, alarms.size > 0);
        }
        const falseAlarms = rows.filter(({ p, anomalous }) => !anomalous && p! <= alpha).length;
        const section = page.locator("section", { has: page.locator("#alarms-title") });
        assertStringIncludes(await section.innerText(), `up to alpha ${alpha}: ${falseAlarms} of `);
      }
    }),
);

Deno.test({
  name: "The page says where alpha is below the smallest possible p, and which alpha is none",
  ignore,
}, () =>
  onPage(async (page, data) => {
    const about = page.locator("#alpha-about");
    assert(!(await about.innerText()).includes("No alarm"));
    await page.locator("input[aria-label^=Alpha]").focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowLeft");
    assertEquals(await page.locator("#alpha").inputValue(), "0.005");
    const names = data.categories.map(({ category }) => category);
    for (const name of names) {
      assertStringIncludes(await about.innerText(), `${name} (smallest possible p 0.0`);
    }
    assertStringIncludes(await page.locator(".verdict").innerText(), "No alarm is possible at alpha 0.005");
    assertStringIncludes(await page.locator(".detail .legend").innerText(), "No clip raises the alarm");
    await page.locator("#alpha").fill("1.5");
    assertStringIncludes(await about.innerText(), "must be between 0 and 1; it is still 0.005");
    assertEquals(await page.locator("#alpha").getAttribute("aria-invalid"), "true");
  }));

Deno.test(
  { name: "The table is sorted, filtered and searched by keys alone, and says how", ignore },
  () =>
    onPage(async (page, data) => {
      const press = async (...keys: string[]) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      const sortOf = (title: string) =>
        page.locator(".rows thead th", { hasText: new RegExp(`^${title}`) }).getAttribute("aria-sort");
      assertEquals([await sortOf("p"), await sortOf("Score")], ["ascending", "none"]);
      const head = page.locator(".rows .sort", { hasText: "Score" });
      await head.focus();
      for (const [state, sign] of [["ascending", 1], ["descending", -1]] as const) {
        await press("Enter");
        assertEquals([await sortOf("Score"), await sortOf("p")], [state, "none"]);
        const scores = (await column(page, "Score")).map((text) => Number(text.replace("\u2212", "-")));
        assertEquals(scores, scores.toSorted((a, b) => sign * (a - b)));
      }
      await filter(page, "Category").focus();
      await press("k"); // kick
      assertEquals(new Set(await column(page, "Category")), new Set(["kick"]));
      await press("Home");
      await filter(page, "Search").focus();
      await page.keyboard.type("WAVE g01");
      const found = await column(page, "Clip");
      assert(found.length > 0 && found.every((id) => id.startsWith("wave/")));
      assertEquals(new Set(await column(page, "Group")), new Set(["g01"]));
      assertEquals(
        await page.locator(".count").innerText(),
        `${found.length} of ${data.ids.length * data.categories.length} rows`,
      );
      await filter(page, "Search").fill("");
      await filter(page, "Detector of").selectOption("");
      const pages = Math.ceil(data.ids.length * data.categories.length / 25);
      await page.getByRole("button", { name: "Next" }).focus();
      await press(...Array.from({ length: pages }, () => "Enter"));
      const left = data.ids.length * data.categories.length - 25 * (pages - 1);
      assertEquals((await column(page, "Clip")).length, left);
      assertEquals(await page.getByRole("button", { name: "Next" }).getAttribute("aria-disabled"), "true");
    }),
);

Deno.test(
  { name: "The table is saved as CSV as it is shown, and no cell is a formula", ignore },
  () =>
    onPage(async (page, data) => {
      await filter(page, "Detector of").selectOption("");
      await page.locator(".rows .sort", { hasText: "Clip" }).click();
      const waiting = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as CSV" }).click();
      const download = await waiting, text = await Deno.readTextFile(await download.path());
      assertEquals(download.suggestedFilename(), `${data.name}.csv`);
      const lines = text.trimEnd().split("\r\n");
      assertEquals(lines[0], "Clip,Category,Group,Detector of,Score,p,Alarm,Verdict");
      assertEquals(lines.length - 1, data.ids.length * data.categories.length);
      assert(
        lines.some((line) => line.startsWith("'=1+1,")) && lines.some((line) => line.startsWith(`"'-x,y",`)),
      );
      assert(lines.some((line) => line.startsWith(`"a&model=b#c %20/""<i>é`)));
      const row = unpackRows(data).find(({ id }) => id === "=1+1")!;
      assert(text.includes(`,${row.score},${row.p},`)); // to the last digit
    }),
);

Deno.test({
  name: "A link opens its clip, is kept on reload, and the back key returns to the clip before",
  ignore,
}, () =>
  onPage(async (page, data) => {
    const open = async (id: string) => {
      await page.locator(".rows tbody a", { hasText: id }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: id, exact: true }).waitFor();
    };
    for (const id of ODD) {
      await open(id);
      const address = page.url();
      assertEquals(await page.locator("tr[aria-current=true] a").first().innerText(), id);
      assertEquals(await page.locator(".half .clip").first().innerText(), id);
      await page.reload();
      assertEquals([page.url(), await page.locator("#clip-title").innerText()], [address, id]);
      const scores = page.locator("section", { has: page.locator("#clip-title") });
      assertEquals(await scores.locator("tbody tr").count(), data.categories.length);
    }
    await page.goBack();
    await page.getByRole("heading", { name: ODD[1], exact: true }).waitFor();
    await page.evaluate("location.hash = 'clip=nothing'");
    await page.getByRole("heading", { name: "nothing", exact: true }).waitFor();
    assertStringIncludes(await page.locator("main").innerText(), "This run has no such test clip");
    await page.locator("button.row").last().click();
    assertEquals(new URL(page.url()).hash, "");
  }));

Deno.test(
  { name: "The matrix shows the mean p-value of each category's clips by each detector", ignore },
  () =>
    onPage(async (page, data) => {
      const rows = unpackRows(data), names = data.categories.map(({ category }) => category);
      const shown = await page.locator(".matrix tbody td").allInnerTexts();
      const means = names.flatMap((model) =>
        names.map((category) => {
          const own = rows.filter((row) => row.model === model && row.category === category);
          return (own.reduce((sum, { p }) => sum + p!, 0) / own.length).toFixed(2);
        })
      );
      assertEquals(shown, means);
      await page.locator(".matrix button", { hasText: names[1] }).click();
      assertEquals(await page.locator("#detail-title").innerText(), names[1]);
    }),
);
