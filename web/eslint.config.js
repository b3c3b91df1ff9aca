import tseslint from "typescript-eslint";
import hooks from "eslint-plugin-react-hooks";

/** English lives in src/text, so that it can be read, checked and one day translated in one place. */
const noProse = {
  selector: "JSXText[value=/[A-Za-z]{2,}/]",
  message: "Put the text into src/text.",
};

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api.d.ts"] },
  ...tseslint.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "no-restricted-syntax": ["error", noProse],
      "no-console": "error",
      "max-lines": ["error", { max: 500, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
);
