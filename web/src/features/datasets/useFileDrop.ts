import { useEffect, useRef, useState } from "react";

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** Lets files be dropped anywhere on the page. */
export function useFileDrop(onDrop: (entries: (FileSystemEntry | null)[], files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const callback = useRef(onDrop);
  useEffect(() => {
    callback.current = onDrop;
  });
  useEffect(() => {
    // Every element a drag passes enters and leaves; the depth tells when the page itself is left.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const allow = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      // Folders are told from files only now, and read later.
      const items = [...(event.dataTransfer?.items ?? [])];
      callback.current(
        items.map((item) => item.webkitGetAsEntry()),
        [...(event.dataTransfer?.files ?? [])],
      );
    };
    const events = { dragenter: enter, dragleave: leave, dragover: allow, drop } as const;
    for (const [name, listener] of Object.entries(events))
      window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(events))
        window.removeEventListener(name, listener as EventListener);
    };
  }, []);
  return over;
}
