/** A double holds every number of up to 15 digits, and prints as at most 17. */
const LONGEST_DOUBLE = 17;

/** A string, to step over, or a number long enough to be more than a double holds. */
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]{15,}/g;

function lossy(source: string): boolean {
  const digits = source
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "");
  const value = Number(source);
  return (
    digits.length > LONGEST_DOUBLE ||
    (Number.isInteger(value) && !Number.isSafeInteger(value) && !/e/i.test(source))
  );
}

/**
 * Parses JSON without rounding numbers: one that a double cannot hold becomes a string of its digits. Sums of
 * large integers and wide decimals arrive so.
 */
export function parseExact(text: string): unknown {
  return JSON.parse(
    text.replace(STRING_OR_LONG_NUMBER, (found) =>
      found.startsWith('"') || !lossy(found) ? found : `"${found}"`,
    ),
  );
}
