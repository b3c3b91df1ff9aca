import { expect, it, vi } from "vitest";
import { hearTabs, tellTabs } from "./tabs";

it("tells every other tab, until it stops listening", async () => {
  const heard = vi.fn();
  const stop = hearTabs(heard);
  tellTabs();
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1));
  stop();
  const other = vi.fn();
  const end = hearTabs(other);
  tellTabs();
  await vi.waitFor(() => expect(other).toHaveBeenCalledTimes(1));
  expect(heard).toHaveBeenCalledTimes(1);
  end();
});
