/// <reference types="vitest/config" />
import { defineConfig, type Plugin } from "vite";
import react from "@vitejs/plugin-react";
import tailwindcss from "@tailwindcss/vite";

const ARIA =
  /node_modules[\\/](react-aria|react-stately|react-aria-components|@react-aria|@react-stately|@internationalized)[\\/]/;

const SHARED =
  /[\\/]src[\\/](lib[\\/]|ui[\\/]|text[\\/]index\.ts|features[\\/]history[\\/]|features[\\/](ask|datasets)[\\/](\w+\.ts$|Question|StageLine))/;

/**
 * Libraries get files of their own, so that a change to the app leaves them, and every browser's cache of them,
 * alone. "$initial" is what the first page needs; the rest of React Aria comes with the dialogs that use it. What
 * the app's own chunks share is apart from the entry, whose new name would otherwise change each of them.
 */
const groups: { name: string; test: RegExp; tags?: ["$initial"] }[] = [
  { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
  { name: "router", test: /node_modules[\\/]@tanstack[\\/](react-router|router-core|history)[\\/]/ },
  { name: "query", test: /node_modules[\\/]@tanstack[\\/](react-query|query-core)[\\/]/ },
  {
    name: "table",
    test: /node_modules[\\/]@tanstack[\\/](react-table|table-core|react-virtual|virtual-core)[\\/]/,
  },
  {
    name: "editor",
    test: /node_modules[\\/](@codemirror|@lezer|@marijn|style-mod|w3c-keyname|crelt)[\\/]/,
  },
  { name: "echarts", test: /node_modules[\\/](echarts|zrender|tslib)[\\/]/ },
  { name: "aria", test: ARIA, tags: ["$initial"] },
  { name: "aria-more", test: ARIA },
  { name: "icons", test: /node_modules[\\/]lucide-react[\\/]/, tags: ["$initial"] },
  { name: "icons-more", test: /node_modules[\\/]lucide-react[\\/]/ },
  { name: "shared", test: SHARED, tags: ["$initial"] },
  { name: "shared-more", test: SHARED },
];

const OTHER_LOCALES =
  /node_modules[\\/]react-[\w-]+[\\/]dist[\\/]private[\\/]intl[\\/](?:\w+[\\/])?(?!en-US)[a-z]{2}-[A-Z]{2}\.mjs$/;

/** The page is English (see I18nProvider in src/app.tsx), so React Aria's words in 33 other languages stay out. */
const englishOnly: Plugin = {
  name: "english-only",
  enforce: "pre",
  load: (id) => (OTHER_LOCALES.test(id) ? "export default {};" : null),
};

export default defineConfig({
  plugins: [englishOnly, react(), tailwindcss()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: { codeSplitting: { groups } },
    },
  },
  server: {
    proxy: {
      "/api": {
        target: process.env.LEO_API ?? "http://127.0.0.1:8080",
        // Leo refuses requests from other origins, and to it the development server is one.
        configure: (proxy) => proxy.on("proxyReq", (request) => request.removeHeader("origin")),
      },
    },
  },
  test: {
    environment: "happy-dom",
    css: false,
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
