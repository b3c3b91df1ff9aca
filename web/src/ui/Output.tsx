/** Text a program wrote, to read as it is. */
export function Output({ label, value }: { label: string; value: string }) {
  return (
    <section className="space-y-1.5">
      <h4 className="text-xs font-semibold text-ink-3">{label}</h4>
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        className="max-h-72 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs whitespace-pre-wrap -outline-offset-2"
      >
        {value}
      </pre>
    </section>
  );
}
