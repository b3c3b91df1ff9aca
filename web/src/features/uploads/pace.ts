const MIB = 2 ** 20;

/** Pieces are between what the server takes at least and at most. */
export const MIN_PIECE = MIB;
export const MAX_PIECE = 16 * MIB;

/** The next piece should take about two seconds: a cut costs little, and requests stay few. */
export function nextPiece(bytes: number, ms: number): number {
  const ideal = (bytes / Math.max(ms, 1)) * 2000;
  return Math.round(Math.min(MAX_PIECE, Math.max(MIN_PIECE, Math.min(ideal, bytes * 2), bytes / 2)));
}

/** A short rest never leaves an end that is too small to be a piece of its own: the end may be any size. */
export const pieceEnd = (offset: number, size: number, total: number): number =>
  Math.min(total, offset + size);

/** How long to wait after the n-th failure in a row: 1, 2, 4, 8, 16, 30 s. */
export const backoffMs = (failures: number): number =>
  Math.min(30_000, 1000 * 2 ** Math.max(0, failures - 1));

/** Whether the same request may succeed later. */
export const mayPass = (status: number): boolean =>
  status === 0 || status === 429 || (status >= 500 && status !== 507);
