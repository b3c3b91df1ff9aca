import type { Role } from "./protocol";

const RANK: Role[] = ["viewer", "analyst", "verifier", "admin"];

/** Whether a role includes another. */
export const may = (role: Role | undefined, needs: Role): boolean =>
  role !== undefined && RANK.indexOf(role) >= RANK.indexOf(needs);
