import { useState } from "react";
import { Switch } from "react-aria-components";
import { setSingleKeys, singleKeys } from "../../lib/keys";
import { Dialog } from "../../ui/Overlay";
import { text } from "../../text";

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(singleKeys);
  const change = (value: boolean) => {
    setOn(value);
    setSingleKeys(value);
  };
  return (
    <Dialog title={text.keys.title} onClose={onClose}>
      <dl className="space-y-2 text-sm">
        {text.keys.list.map(([keys, does]) => (
          <div key={keys} className="flex items-center justify-between gap-4">
            <dt className="text-ink-2">{does}</dt>
            <dd className="flex gap-1">
              {keys.split(" ").map((key) => (
                <kbd
                  key={key}
                  className="rounded-sm border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="border-t border-line pt-4">
        <Switch isSelected={on} onChange={change} className="group flex items-center gap-3 text-sm">
          <span className="flex h-5 w-9 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-accent group-data-selected:bg-accent">
            <span className="size-4 rounded-full bg-surface transition-transform group-data-selected:translate-x-4" />
          </span>
          <span>
            {text.keys.single}
            <span className="block text-xs text-ink-3">{text.keys.singleHint}</span>
          </span>
        </Switch>
      </div>
    </Dialog>
  );
}
