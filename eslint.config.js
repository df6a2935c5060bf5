// The house's rules for static/*.js, beside ESLint's recommended ones; types are TypeScript's business (tsconfig.json).

import js from "@eslint/js";
import globals from "globals";

const WORKER = "static/phone/worker.js";
const CLASSIC = ["static/map/*.js", "static/site.js", "static/print.js", "static/phone/js_flag.js", "static/phone/reload_assets.js"];

export default [
  { ignores: ["**/vendor/", "node_modules/", ".venv/", "build/", "dist/", "instance/", "out/"] },
  js.configs.recommended,
  {
    files: ["static/**/*.js"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: { ...globals.browser, L: "readonly" } },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    rules: {
      complexity: ["error", 22],
      eqeqeq: "error",
      "max-lines": ["error", { max: 300, skipComments: true, skipBlankLines: true }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": ["error", ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: "Text never becomes markup; build elements (dom.js)." })), { object: "document", property: "write" }],
      "no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: CLASSIC, languageOptions: { sourceType: "script" } },
  { files: [WORKER], languageOptions: { sourceType: "script", globals: { ...globals.serviceworker, ...Object.fromEntries(["VERSION", "ASSETS_AT", "ASSETS", "PAGES", "CHILDREN", "NAMELESS", "SHELL", "OFFLINE", "drain"].map((name) => [name, "readonly"])) } } },
  { files: ["tests/scripts/*.{js,cjs}", "*.js"], languageOptions: { globals: globals.node } },
];
