/** How long a frame may take before the page goes on without it. */
const FRAME_MS = 1_000;

/** Acts with the next frame, before it is drawn. A hidden page draws none, and acts at once. */
export function inFrame(act: () => void): void {
  const go = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    act();
  };
  const frame = requestAnimationFrame(go);
  const timer = setTimeout(go, document.hidden ? 0 : FRAME_MS);
}

/** Resolves when the next frame has been drawn. */
export const drawn = (): Promise<void> => new Promise((resolve) => inFrame(() => setTimeout(resolve)));
