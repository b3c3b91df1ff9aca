/** The English of the editors of SQL and Python. */
export const editorText = {
  label: { sql: "SQL", python: "Python" },
  placeholder: {
    sql: "SELECT … FROM …",
    python: "result = orders.groupby(…)",
  },
  tabMoves: "Mod Enter runs it. Escape leaves the editor. Control M makes Tab indent.",
  tabIndents: "Tab indents. Control M makes it move on again; Escape leaves the editor.",
};
