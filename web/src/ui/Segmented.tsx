import { ToggleButton, ToggleButtonGroup, type Key } from "react-aria-components";
import type { ReactNode } from "react";

/** One choice out of a few, all visible. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: { id: T; label: string; icon?: ReactNode }[];
  onChange: (value: T) => void;
}) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys: Set<Key>) => {
        const [key] = keys;
        if (key !== undefined) onChange(key as T);
      }}
      className="inline-flex rounded-md border border-line bg-sunken p-0.5"
    >
      {options.map(({ id, label: name, icon }) => (
        <ToggleButton
          key={id}
          id={id}
          aria-label={icon ? name : undefined}
          className="inline-flex min-h-6.5 items-center justify-center rounded-sm px-2.5 text-xs text-ink-2 transition-colors hover:text-ink data-selected:bg-surface data-selected:font-medium data-selected:text-ink data-selected:shadow-xs pointer-coarse:min-h-10"
        >
          {icon ?? name}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
