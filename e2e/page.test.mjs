// The page of a review in a real browser: what is found, what moves, how it looks; and that nothing leaves it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build } from "../bin/build.mjs";
import { packages } from "./parts/packages.mjs";
import { settingOf } from "./parts/setting.mjs";
import { home, scratch } from "./terraform.mjs";

const { reviewAsPage } = createRequire(join(build(), "package.json"))("./review/page.js");

let browser;

before(async () => {
  packages(settingOf(), { installed: ["chromium", "fonts-dejavu-core"] }, (line) => console.log(line));
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    // Of what a browser does by itself, nothing.
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
});

after(() => browser?.close());

const named = (name) => JSON.parse(readFileSync(join(home, "__tests__/reviews", `${name}.json`), "utf8"));

/** One review of all of them, and so many changes besides. */
function everything(more = 0) {
  const [first, ...others] = ["removal", "class-replaces", "widening", "small", "drift", "failed"].map(named);
  const all = { ...first, environments: named("class-replaces").environments };
  for (const { changes, drift, gates, environments } of others) {
    all.changes = [...all.changes, ...changes];
    all.drift = [...all.drift, ...drift];
    all.gates = [...all.gates, ...gates];
    const failed = environments.filter(({ stacks }) => stacks.some((stack) => stack.is === "failed"));
    all.environments = [
      ...all.environments.filter(({ name }) => !failed.some((one) => one.name === name)),
      ...failed,
    ];
  }
  const plain = all.changes.find(({ kind, is }) => kind === "router" && is === "changed");
  const many = Array.from({ length: more }, (_, index) => ({ ...plain, key: `router-${index}` }));
  return { ...all, changes: [...all.changes, ...many] };
}

/** The page of a review, opened; at the end nothing may have been complained of, and nothing asked for but the page. */
async function opened(t, review, options = {}) {
  const file = join(scratch(t), "review.html");
  writeFileSync(file, reviewAsPage(review));
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const [complaints, requests] = [[], []];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  const { href } = pathToFileURL(file);
  await page.goto(href);
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests, [href]);
  });
  return page;
}

/** The names of the changes that are seen, in their order. */
const names = (page) => page.locator("details.change:visible .key").allTextContents();

/** What was typed is looked for at the next frame. */
const filtered = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

test("what destroys is open, what changes is closed", async (t) => {
  const page = await opened(t, everything());
  const isOpen = (name) =>
    page
      .locator("details.change", { hasText: name })
      .first()
      .evaluate((one) => one.open);
  assert.equal(await isOpen("einfra_cz/meta-old-pilot"), true);
  assert.equal(await isOpen("c2.48core-384ram"), true);
  assert.equal(await isOpen("openstack/keystone"), false);
  assert.match(
    await page.locator("h1").textContent(),
    /^Failed.*refused.*destroys.*replaces.*widens.*drifted$/,
  );
});

test("filters: environment, kind, what happens; what they hide of what is lost is said", async (t) => {
  const page = await opened(t, everything());
  const all = (await names(page)).length;
  await page.selectOption("#where", { label: "dev" });
  const inDev = await names(page);
  assert.ok(inDev.includes("c2") && !inDev.includes("einfra_cz/meta-old-pilot"));
  assert.match(await page.locator("#shown").textContent(), /that destroy or replace are hidden/);
  await page.selectOption("#where", "");
  await page.selectOption("#kind", { label: "1 helm-release" });
  assert.deepEqual(await names(page), ["openstack/keystone"]);
  await page.selectOption("#kind", "");
  await page.selectOption("#what", "removed");
  assert.deepEqual(await names(page), ["pilot-internal", "einfra_cz/meta-old-pilot", "c2.2core-4ram"]);
  await page.selectOption("#what", "wider");
  assert.ok((await names(page)).includes("cloud-admins-on-admin"));
  await page.selectOption("#what", "");
  assert.equal((await names(page)).length, all);
  assert.doesNotMatch(await page.locator("#shown").textContent(), /hidden/);
});

test("search: names, values, files; headings without a change go too", async (t) => {
  const page = await opened(t, everything());
  for (const [words, found] of [
    ["keystone", ["openstack/keystone"]],
    ["KEYSTONE token", ["openstack/keystone"]],
    ["courses of the year", ["einfra_cz/meta-training"]],
    ["routers/internal.yaml", ["internal"]],
    ["nothing-is-called-so", []],
  ]) {
    await page.fill("#search", words);
    await filtered(page);
    assert.deepEqual(await names(page), found, words);
  }
  assert.equal(await page.locator("section.part:visible").count(), 0);
  // What is refused is never hidden.
  assert.ok((await page.locator(".gate:visible").count()) > 0);
  await page.press("#search", "Escape");
  assert.ok((await names(page)).length > 10);
});

test("keys: / j k o e ?", async (t) => {
  const page = await opened(t, everything());
  const current = () => page.evaluate(() => document.activeElement.querySelector(".key")?.textContent);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.type("jk/");
  assert.equal(await page.inputValue("#search"), "jk/");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  assert.equal(await current(), "pilot-internal");
  await page.keyboard.press("j");
  assert.equal(await current(), "einfra_cz/meta-old-pilot");
  await page.keyboard.press("k");
  assert.equal(await current(), "pilot-internal");
  const isOpen = () => page.evaluate(() => document.activeElement.parentElement.open);
  await page.keyboard.press("o");
  assert.equal(await isOpen(), false);
  await page.keyboard.press("Enter");
  assert.equal(await isOpen(), true);
  const closed = () => page.locator("details.change:not([open])").count();
  await page.keyboard.press("e");
  assert.equal(await closed(), 0);
  await page.keyboard.press("e");
  assert.equal(await closed(), await page.locator("details.change").count());
  await page.keyboard.press("?");
  assert.equal(await page.locator("#help").evaluate((one) => one.open), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#help").evaluate((one) => one.open), false);
});

for (const colorScheme of ["light", "dark"])
  test(`${colorScheme}: every text can be read`, async (t) => {
    const page = await opened(t, everything(), { colorScheme });
    await page.keyboard.press("e");
    const { pale, back } = await page.evaluate(contrasts);
    assert.deepEqual(pale, []);
    assert.equal(back > 0.5, colorScheme === "light");
  });

/** In the page: texts whose contrast with what is behind them is under 4.5, and how bright the page is. */
function contrasts() {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const brightness = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const [red, green, blue, alpha = 1] = channels(getComputedStyle(one).backgroundColor);
      if (alpha > 0) return brightness([red, green, blue]);
    }
    return 1;
  };
  const pale = [];
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.textContent.trim() !== "",
    );
    if (!says || !element.checkVisibility() || element.closest("option, script")) continue;
    const [low, high] = [brightness(channels(getComputedStyle(element).color)), behind(element)].sort(
      (a, b) => a - b,
    );
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) pale.push(`${element.className || element.tagName} ${contrast.toFixed(2)}`);
  }
  return { pale, back: behind(document.body) };
}

for (const name of ["everything", "hostile", "nothing"])
  test(`375 pixels are enough: ${name}`, async (t) => {
    const review = name === "everything" ? everything() : named(name);
    const page = await opened(t, review, {
      viewport: { width: 375, height: 800 },
      isMobile: true,
      hasTouch: true,
    });
    for (const details of await page.locator("details").all())
      await details.evaluate((one) => (one.open = true));
    const wide = await page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const over = [...document.querySelectorAll("body *")].filter(
        (one) => one.getBoundingClientRect().right > width + 1,
      );
      return {
        width,
        scroll: document.documentElement.scrollWidth,
        over: over.map((one) => one.outerHTML.slice(0, 80)),
      };
    });
    assert.deepEqual(wide, { width: 375, scroll: 375, over: [] });
  });

test("without a script all of it is there, and nothing that would not work", async (t) => {
  const page = await opened(t, everything(), { javaScriptEnabled: false });
  assert.equal(await page.locator("#tools").isVisible(), false);
  assert.equal(
    await page.locator("details.change:visible").count(),
    everything().changes.length + everything().drift.length,
  );
});

test("a hostile review does nothing", async (t) => {
  const page = await opened(t, named("hostile"));
  page.on("dialog", () => assert.fail("a dialog"));
  assert.equal(await page.locator("img, iframe, a, main script, svg").count(), 0);
  assert.ok((await page.locator("main").textContent()).includes("<img src=x onerror=alert(1)>"));
});

test("on paper everything is open and nothing is for the mouse", async (t) => {
  const page = await opened(t, everything());
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#tools").isVisible(), false);
  assert.equal(await page.locator("details.change:not([open])").count(), 0);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.ok((await page.locator("details.change:not([open])").count()) > 0);
});

test("five thousand changes are usable", async (t) => {
  const page = await opened(t, everything(5000));
  await page.fill("#search", "router-4321");
  await filtered(page);
  assert.deepEqual(await names(page), ["router-4321"]);
  await page.press("#search", "Escape");
  await filtered(page);
  assert.equal(await page.locator("#shown").textContent(), "5018 shown");
  await page.keyboard.press("k");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /internal_old/);
});
