const RAYS =
  "M25.6 16L29.2 16M24.3 20.8L27.4 22.6M20.8 24.3L22.6 27.4M16 25.6L16 29.2M11.2 24.3L9.4 27.4M7.7 20.8L4.6 22.6M6.4 16L2.8 16M7.7 11.2L4.6 9.4M11.2 7.7L9.4 4.6M16 6.4L16 2.8M20.8 7.7L22.6 4.6M24.3 11.2L27.4 9.4";

/** Leo's mark: a mane. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden className="shrink-0 text-brand">
      <circle cx="16" cy="16" r="6.2" fill="currentColor" />
      <path d={RAYS} stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
