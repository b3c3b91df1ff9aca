import { Fragment, useState } from "react";
import { Switch } from "react-aria-components";
import { commandKey, setSingleKeys, singleKeys } from "../../lib/keys";
import { Dialog } from "../../ui/Overlay";
import { keysText } from "../../text/keys";

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(singleKeys);
  const change = (value: boolean) => {
    setOn(value);
    setSingleKeys(value);
  };
  return (
    <Dialog title={keysText.title} onClose={onClose}>
      {keysText.groups(commandKey()).map(({ title, keys }) => (
        <section key={title} className="space-y-1.5">
          <h3 className="text-xs font-medium text-ink-3">{title}</h3>
          <dl className="space-y-1.5 text-sm">
            {keys.map(([names, does]) => (
              <div key={names} className="flex items-center justify-between gap-4">
                <dt className="text-ink-2">{does}</dt>
                <dd className="flex shrink-0 flex-wrap items-center justify-end gap-1">
                  <Keys names={names} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <div className="border-t border-line pt-4">
        <Switch isSelected={on} onChange={change} className="group flex items-center gap-3 text-sm">
          <span className="flex h-5 w-9 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-accent group-data-selected:bg-accent">
            <span className="size-4 rounded-full bg-surface transition-transform group-data-selected:translate-x-4" />
          </span>
          <span>
            {keysText.single}
            <span className="block text-xs text-ink-3">{keysText.singleHint}</span>
          </span>
        </Switch>
      </div>
    </Dialog>
  );
}

/** Keys that are held together stand side by side; a comma is "then". */
function Keys({ names }: { names: string }) {
  return names.split(", ").map((together, at) => (
    <Fragment key={together}>
      {at > 0 && <span className="text-xs text-ink-3">{keysText.then}</span>}
      {together.split(" ").map((key) => (
        <kbd
          key={key}
          className="rounded-sm border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs"
        >
          {key}
        </kbd>
      ))}
    </Fragment>
  ));
}
