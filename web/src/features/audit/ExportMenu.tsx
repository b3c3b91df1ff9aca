import { ChevronDown, Download } from "lucide-react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { auditText } from "../../text/audit";
import { Button } from "../../ui/Button";
import type { Filter } from "./filter";
import { exportOf } from "./queries";

const T = auditText.export;

/** What can be taken out of the audit. Each export is put on record. */
export function ExportMenu({ filter }: { filter: Filter }) {
  const items: [id: string, label: string, href: string][] = [
    ["csv", T.csv, exportOf.runs(filter, "csv")],
    ["jsonl", T.lines, exportOf.runs(filter, "jsonl")],
    ["events", T.events, exportOf.events(filter)],
    ["capsules", T.capsules, exportOf.capsules(filter)],
    ["acts", T.acts, exportOf.acts(filter)],
  ];
  return (
    <MenuTrigger>
      <Button>
        <Download size={14} aria-hidden />
        {T.open}
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Popover placement="bottom end" className="z-50 rounded-md border border-line bg-surface p-1 shadow-sm">
        <Menu aria-label={T.label} className="outline-none">
          {items.map(([id, label, href]) => (
            <MenuItem
              key={id}
              id={id}
              href={href}
              download={id === "csv" || id === "jsonl" ? "" : `leo-${id}.jsonl`}
              className="control flex cursor-default items-center rounded-sm px-3 text-sm text-ink no-underline outline-none data-focused:bg-accent-soft"
            >
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
