import { dataText } from "../../text/data";
import { bars, spread } from "./profile";
import type { TableColumn } from "./queries";

/** A histogram small enough for a table's cell; the details say it in words. */
export function TinySpread({ column }: { column: TableColumn }) {
  const all = spread(column);
  if (all.length === 0) return null;
  const width = 64 / Math.max(all.length, 4);
  return (
    <svg width={64} height={20} viewBox="0 0 64 20" aria-hidden className="text-accent">
      {all.map((bar, at) => {
        const height = bar.count === 0 ? 0 : Math.max(1, bar.height * 19);
        return (
          <rect
            key={at}
            x={at * width}
            y={20 - height}
            width={Math.max(1, width - 1)}
            height={height}
            fill="currentColor"
          />
        );
      })}
      <line x1="0" y1="19.75" x2="64" y2="19.75" stroke="var(--line-strong)" strokeWidth="0.5" />
    </svg>
  );
}

/** A histogram with its ends named. Every bar says what it stands for when it is pointed at, and in a list for ears. */
export function BigSpread({ column }: { column: TableColumn }) {
  const histogram = column.profile?.histogram;
  if (!histogram) {
    return column.profile?.top ? null : <p className="text-sm text-ink-3">{dataText.column.noHistogram}</p>;
  }
  const all = bars(column, histogram);
  const lengths = histogram.of === "length";
  const first = all[0]?.label.split(" – ")[0] ?? "";
  const last = all.at(-1)?.label.split(" – ").at(-1) ?? "";
  const title = lengths ? dataText.column.lengths(column.name) : dataText.column.histogram(column.name);
  const width = 320 / all.length;
  return (
    <figure className="max-w-md min-w-0">
      <figcaption className="mb-1.5 text-xs text-ink-3">{title}</figcaption>
      <svg viewBox="0 0 320 96" preserveAspectRatio="none" aria-hidden className="h-24 w-full text-accent">
        {all.map((bar, at) => {
          const height = bar.count === 0 ? 0 : Math.max(1.5, bar.height * 94);
          return (
            <g key={at}>
              <rect
                x={at * width + 0.5}
                y={95 - height}
                width={Math.min(64, Math.max(1, width - 1.5))}
                height={height}
                fill="currentColor"
              />
              <rect x={at * width} y="0" width={width} height="96" fill="transparent">
                <title>{dataText.column.bin(bar.label, bar.count)}</title>
              </rect>
            </g>
          );
        })}
        <line x1="0" y1="95.5" x2="320" y2="95.5" stroke="var(--line-strong)" />
      </svg>
      {all.length > 1 && (
        <div className="num mt-1 flex justify-between gap-3 text-xs text-ink-3" aria-hidden>
          <span>{first}</span>
          <span>{last}</span>
        </div>
      )}
      <ul className="sr-only">
        {all.map((bar, at) => (
          <li key={at}>{dataText.column.bin(bar.label, bar.count)}</li>
        ))}
      </ul>
    </figure>
  );
}
