import assert from "node:assert/strict";
import { journey } from "./journey.mjs";
import { startLeo } from "./leo.mjs";
import { ask, ended, pick } from "./page.mjs";

const UNAUTHENTICATED = [/status of 401/];

async function signIn(page, token) {
  await page.getByRole("heading", { name: "Sign in to Leo" }).waitFor();
  await page.getByLabel("Access token").fill(token);
  await page.keyboard.press("Enter");
}

journey(
  "a copied link opens for somebody else, who signs in with a token first",
  async ({ leo, open }) => {
    const page = await open({ expect: UNAUTHENTICATED });
    await signIn(page, "leo_wrong");
    await page.getByText("This token is not valid, or was revoked.").waitFor();
    await signIn(page, leo.token);
    await pick(page, "Help desk");
    await ask(page, "How many tickets are there by priority?");
    const mine = await ended(page);
    await mine.getByRole("button", { name: "Copy link" }).click();
    await mine.getByText("Copied").waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(new URL(link).origin, leo.url);
    assert.ok(!link.includes(leo.token));

    const other = await open({ path: link.slice(leo.url.length), expect: UNAUTHENTICATED });
    await signIn(other, leo.token);
    const theirs = await ended(other);
    assert.equal(await theirs.getByRole("grid").innerText(), await mine.getByRole("grid").innerText());
    await other.getByRole("button", { name: /Sign out/ }).click();
    await other.getByRole("heading", { name: "Sign in to Leo" }).waitFor();
  },
  { start: () => startLeo("tokens", { token: "verifier" }) },
);
