import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../lib/api";
import { chooseTheme } from "../../lib/theme";
import { text } from "../../text";
import { paletteText as T } from "../../text/palette";
import { useDatasets } from "../datasets/queries";
import type { Command } from "./commands";

const RECENT = 50;

/** Everything the palette can do now. `failed` says that part of it could not be loaded. */
export function useCommands(q: string, onKeys: () => void): { commands: Command[]; failed: boolean } {
  const navigate = useNavigate();
  const datasets = useDatasets();
  const threads = useQuery({
    queryKey: ["threads", "palette", q],
    queryFn: () => api.threads({ q, limit: RECENT }),
    placeholderData: (before) => before,
  });
  const pages = [
    ["/", T.ask, "g a"],
    ["/data", text.nav.data, "g d"],
    ["/saved", text.nav.saved, "g s"],
    ["/audit", text.nav.audit, "g u"],
  ] as const;
  const commands: Command[] = [
    ...pages.map(([to, label, note]): Command => ({
      id: to,
      group: "go",
      label,
      note,
      run: () => void navigate({ to }),
    })),
    {
      id: "new",
      group: "do",
      label: T.newQuestion,
      note: "n",
      run: () =>
        void navigate({ to: "/" }).then(() =>
          requestAnimationFrame(() => document.getElementById("question")?.focus()),
        ),
    },
    {
      id: "add",
      group: "do",
      label: T.addData,
      also: "upload csv file",
      run: () => void navigate({ to: "/", state: { addData: true } }),
    },
    ...(["light", "dark", "system"] as const).map((theme): Command => ({
      id: theme,
      group: "do",
      label: T.theme[theme],
      run: () => chooseTheme(theme),
    })),
    { id: "keys", group: "do", label: T.keys, note: "?", run: onKeys },
    ...(datasets.data ?? []).map((one): Command => ({
      id: `dataset ${one.id}`,
      group: "dataset",
      label: one.title || one.id,
      also: one.id,
      run: () => void navigate({ to: "/data/$datasetId", params: { datasetId: one.id } }),
    })),
    ...(threads.data?.threads ?? []).map((one): Command => ({
      id: `thread ${one.thread_id}`,
      group: "thread",
      label: one.title,
      // The server looks into all of a conversation, so what it finds for the query belongs here.
      also: q,
      run: () => void navigate({ to: "/runs/$runId", params: { runId: one.last_run_id } }),
    })),
  ];
  return { commands, failed: datasets.isError || threads.isError };
}
