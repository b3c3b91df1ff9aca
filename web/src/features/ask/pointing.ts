import { createContext, useContext } from "react";

/** The cell a person points at, in the answer, the chart or the table; the other two light it up too. */
export interface Cell {
  row: number;
  column?: string;
}

export interface Pointing {
  cell?: Cell;
  point: (cell: Cell | undefined) => void;
  /** Counts requests to bring the cell into view, so that asking twice scrolls twice. */
  shown: number;
  show: (cell: Cell) => void;
}

export const PointingContext = createContext<Pointing>({ point: () => {}, shown: 0, show: () => {} });

export const usePointing = (): Pointing => useContext(PointingContext);
