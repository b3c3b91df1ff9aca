/** The English of the Data pages. */
export const dataText = {
  title: "Data",
  docTitle: "Data · Leo",
  list: "Datasets",
};
