import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  RouterProvider,
  useNavigate,
  useRouter,
  type ErrorComponentProps,
} from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components";
import { Suspense, useCallback, useEffect, useState, type ComponentType, type ReactNode } from "react";
import { ApiError, faultOf, whenSignedOut } from "./lib/http";
import { RunStoreContext } from "./lib/hooks";
import { onCommandKey, onSingleKey } from "./lib/keys";
import { RunStore } from "./lib/live";
import { AskPage } from "./features/ask/AskPage";
import { Sidebar } from "./features/history/Sidebar";
import { Button } from "./ui/Button";
import { Notice } from "./ui/Notice";
import { MenuContext, Page, PageLoading } from "./ui/Page";
import { text } from "./text";
import { part } from "./lib/part";

const SignIn = part(() => import("./features/session/SignIn"));
const KeysDialog = part(() => import("./features/keys/KeysDialog"));
const Palette = part(() => import("./features/palette/Palette"));
const MenuDrawer = part(() => import("./features/history/MenuDrawer"));

const Uploads = part(() => import("./features/uploads/Uploads"));

const DataPage = part(() => import("./features/data/DataPage"));
const DatasetPage = part(() => import("./features/data/DatasetPage"));
const SavedPage = part(() => import("./features/saved/SavedPage"));
const AuditPage = part(() => import("./features/audit/AuditPage"));
const AuditRunPage = part(() => import("./features/audit/AuditRunPage"));

/** Where the skip link leads: the question box, or the page's content where there is none. */
const MAIN = "main";
const question = () =>
  document.getElementById("question") ??
  document.querySelector<HTMLElement>(".editor [contenteditable=true]");

const stay = () => {};

function Shell() {
  const [menu, setMenu] = useState(false);
  const [keys, setKeys] = useState(false);
  const [palette, setPalette] = useState(false);
  const navigate = useNavigate();

  useEffect(
    () =>
      onSingleKey({
        "/": () => {
          const box = question();
          if (box) box.focus();
          else void navigate({ to: "/" });
        },
        n: () => void navigate({ to: "/" }),
        "g a": () => void navigate({ to: "/" }),
        "g d": () => void navigate({ to: "/data" }),
        "g s": () => void navigate({ to: "/saved" }),
        "g u": () => void navigate({ to: "/audit" }),
        "?": () => setKeys(true),
      }),
    [navigate],
  );

  useEffect(() => onCommandKey(() => setPalette(true)), []);

  const openMenu = useCallback(() => setMenu(true), []);
  const openKeys = () => {
    setMenu(false);
    setKeys(true);
  };
  const openPalette = () => {
    setMenu(false);
    setPalette(true);
  };
  return (
    <div className="grid h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[16.5rem_minmax(0,1fr)]">
      <a
        href={`#${MAIN}`}
        onClick={(event) => {
          event.preventDefault();
          (question() ?? document.getElementById(MAIN))?.focus();
        }}
        className="sr-only z-50 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {text.skipMain}
      </a>
      <aside aria-label={text.nav.label} className="flex min-h-0 flex-col border-r border-line max-lg:hidden">
        <Sidebar onPick={stay} onKeys={openKeys} onPalette={openPalette} />
      </aside>
      <div className="min-h-0 min-w-0">
        <MenuContext value={openMenu}>
          <Outlet />
        </MenuContext>
      </div>
      <Suspense>
        <Uploads />
        {menu && <MenuDrawer onClose={() => setMenu(false)} onKeys={openKeys} onPalette={openPalette} />}
        {palette && <Palette onClose={() => setPalette(false)} onKeys={openKeys} />}
        {keys && <KeysDialog onClose={() => setKeys(false)} />}
      </Suspense>
    </div>
  );
}

function Missing() {
  return (
    <Page title={text.nav.missing} docTitle={text.product}>
      <p className="text-ink-2">{text.nav.missingHint}</p>
      <Link to="/" className="text-accent underline">
        {text.nav.ask}
      </Link>
    </Page>
  );
}

function Crashed({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="mx-auto max-w-lg p-6">
      <Notice tone="bad" title={text.crash.title} hint={text.crash.hint}>
        <Button onPress={() => void router.invalidate().then(() => location.reload())}>
          {text.crash.reload}
        </Button>
        <pre className="mt-3 font-mono text-xs whitespace-pre-wrap">{faultOf(error).message}</pre>
      </Notice>
    </div>
  );
}

const root = createRootRoute({ component: Shell, errorComponent: Crashed });
const nothing = () => null;
// One page stays mounted under both addresses; the run in the address is only what it shows.
const ask = createRoute({ getParentRoute: () => root, id: "ask", component: AskPage });
const home = createRoute({ getParentRoute: () => ask, path: "/", component: nothing });
const run = createRoute({ getParentRoute: () => ask, path: "/runs/$runId", component: nothing });
const data = createRoute({ getParentRoute: () => root, path: "/data", component: later(DataPage) });
const dataset = createRoute({
  getParentRoute: () => root,
  path: "/data/$datasetId",
  component: later(DatasetPage),
});
const saved = createRoute({ getParentRoute: () => root, path: "/saved", component: later(SavedPage) });
const audit = createRoute({ getParentRoute: () => root, path: "/audit", component: later(AuditPage) });
const auditRun = createRoute({
  getParentRoute: () => root,
  path: "/audit/$runId",
  component: later(AuditRunPage),
});
const router = createRouter({
  routeTree: root.addChildren([ask.addChildren([home, run]), data, dataset, saved, audit, auditRun]),
  defaultNotFoundComponent: Missing,
});

/** A page whose code comes when it is first opened. */
function later(Component: ComponentType): () => ReactNode {
  return () => (
    <Suspense fallback={<PageLoading />}>
      <Component />
    </Suspense>
  );
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The dialog that adds data is wanted. */
    addData?: boolean;
  }
}

/** A fault is final; only silence is worth asking again. */
const retry = (failures: number, error: unknown): boolean =>
  failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502);

const client = new QueryClient({
  defaultOptions: { queries: { retry, retryDelay: 800, staleTime: 10_000 } },
});

export function App() {
  const [signedOut, setSignedOut] = useState(false);
  const [store, setStore] = useState(() => new RunStore());
  useEffect(() => whenSignedOut(() => setSignedOut(true)), []);
  const signedIn = () => {
    // Somebody else may have signed in.
    client.clear();
    setStore(new RunStore());
    setSignedOut(false);
  };
  return (
    <I18nProvider locale="en-US">
      <QueryClientProvider client={client}>
        <RunStoreContext value={store}>
          <Suspense>
            {signedOut ? <SignIn onSignedIn={signedIn} /> : <RouterProvider router={router} />}
          </Suspense>
        </RunStoreContext>
      </QueryClientProvider>
    </I18nProvider>
  );
}
