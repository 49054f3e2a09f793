import { openPage, withBrowser } from "./browser.ts";
const file = Deno.args[0], name = Deno.args[1];
await withBrowser(async (browser) => {
  for (const [width, dark] of [[1400, false], [1400, true], [820, false], [360, false], [360, true]] as const) {
    const { page, errors } = await openPage(browser, `file://${file}`, { width, dark, calm: true });
    await page.locator(".row").nth(5).click();
    await page.waitForTimeout(300);
    await page.screenshot({ path: `/tmp/shots/${name}-${width}${dark ? "-dark" : ""}.png`, fullPage: true });
    const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    console.log(width, dark, over, errors);
    if (width === 1400) for (const at of [300, 800]) {
      await page.locator(".case").nth(6).click();
      await page.locator(".controls input").fill(String(at));
      await page.locator(".clips").screenshot({ path: `/tmp/shots/${name}-player-${at}${dark ? "-dark" : ""}.png` });
    }
    await page.close();
  }
});
