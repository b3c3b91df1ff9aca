/** Settings of this browser. Storage may be switched off or full; then a setting lives as long as the page. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`leo.${name}`, value);
  } catch {
    // Nothing is lost but the memory of a preference.
  }
}

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`leo.${name}`);
  } catch {
    return null;
  }
}
