import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
  useNavigate,
  useRouter,
  type ErrorComponentProps,
} from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components";
import { lazy, Suspense, useEffect, useState } from "react";
import { ApiError, faultOf, whenSignedOut } from "./lib/http";
import { RunStoreContext } from "./lib/hooks";
import { onSingleKey } from "./lib/keys";
import { RunStore } from "./lib/live";
import { AskPage } from "./features/ask/AskPage";
import { Sidebar } from "./features/history/Sidebar";
import { Button } from "./ui/Button";
import { Notice } from "./ui/Notice";
import { text } from "./text";

const SignIn = lazy(() => import("./features/session/SignIn"));
const KeysDialog = lazy(() => import("./features/keys/KeysDialog"));
const MenuDrawer = lazy(() => import("./features/history/MenuDrawer"));

const focusQuestion = () => document.getElementById("question")?.focus();

function Shell() {
  const [menu, setMenu] = useState(false);
  const [keys, setKeys] = useState(false);
  const navigate = useNavigate();

  useEffect(
    () =>
      onSingleKey({
        "/": focusQuestion,
        n: () => void navigate({ to: "/" }),
        "?": () => setKeys(true),
      }),
    [navigate],
  );

  const openKeys = () => {
    setMenu(false);
    setKeys(true);
  };
  return (
    <div className="grid h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[16.5rem_minmax(0,1fr)]">
      <a
        href="#question"
        onClick={(event) => {
          event.preventDefault();
          focusQuestion();
        }}
        className="sr-only z-50 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {text.skip}
      </a>
      <aside aria-label={text.nav.label} className="flex min-h-0 flex-col border-r border-line max-lg:hidden">
        <Sidebar onPick={() => {}} onKeys={openKeys} />
      </aside>
      <div className="min-h-0 min-w-0">
        <AskPage onMenu={() => setMenu(true)} />
        <Outlet />
      </div>
      <Suspense>
        {menu && <MenuDrawer onClose={() => setMenu(false)} onKeys={openKeys} />}
        {keys && <KeysDialog onClose={() => setKeys(false)} />}
      </Suspense>
    </div>
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
const home = createRoute({ getParentRoute: () => root, path: "/", component: nothing });
const run = createRoute({ getParentRoute: () => root, path: "/runs/$runId", component: nothing });
const router = createRouter({ routeTree: root.addChildren([home, run]), defaultNotFoundComponent: nothing });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
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
