import { LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import { ProgressBar } from "react-aria-components";
import type { PrepareProgress } from "../../lib/protocol";
import { progressWords, stagePercent } from "./progress";
import { uploadText as T } from "../../text/uploads";

/** What is being done with the files, as the server says; before it does, only for how long. */
export function Preparing({ progress }: { progress?: PrepareProgress }) {
  const [began] = useState(() => Date.now());
  const [now, setNow] = useState(began);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor((now - began) / 1000);
  const said = progress && progressWords(progress);
  const percent = progress && stagePercent(progress);
  const far = said ? said.far : seconds > 2 ? T.preparingFor(seconds) : "";
  return (
    <div className="space-y-1.5">
      <p className="flex items-start gap-2.5">
        <LoaderCircle
          size={18}
          aria-hidden
          className="mt-0.5 shrink-0 animate-spin text-run motion-reduce:animate-none"
        />
        <span className="min-w-0">
          <span role="status" className="wrap-anywhere">
            {said?.doing ?? T.preparing}
          </span>
          {far && <span className="num block text-sm text-ink-2">{far}</span>}
        </span>
      </p>
      {percent !== undefined && said && (
        <ProgressBar value={percent} aria-label={said.doing}>
          <div className="h-1 overflow-hidden rounded-full bg-sunken">
            <div className="h-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
          </div>
        </ProgressBar>
      )}
    </div>
  );
}
