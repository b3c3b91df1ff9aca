/** The English of the Audit pages. */
export const auditText = {
  title: "Audit",
  docTitle: "Audit · Leo",
  runs: "Runs",
  none: "Nothing was asked yet.",
  failed: "The runs could not be loaded.",
};
