import { readdirSync } from "node:fs";
import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

const features = readdirSync(new URL("src/features", import.meta.url));

/** What each folder of src must not import: features know no other feature, shared parts none. */
const zones = [
  ...features.map((feature) => ({
    target: `./src/features/${feature}`,
    from: "./src/features",
    except: [`./${feature}`],
    message: "A feature imports no other feature; share through components or lib.",
  })),
  {
    target: ["./src/components", "./src/lib"],
    from: ["./src/features", "./src/app"],
    message: "Shared parts know no feature.",
  },
  { target: "./src/lib", from: "./src/components", message: "lib draws nothing." },
  { target: "./src/features", from: "./src/app", message: "Features do not know the app." },
];

export default tseslint.config(
  { ignores: ["dist", "src/gen", "node_modules", "e2e/results"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Numbers in template strings are formatted on purpose.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Event handlers of React may be async; their rejections are handled inside.
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [jsxA11y.flatConfigs.strict, reactHooks.configs.flat.recommended],
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-cycle": "error",
      "import-x/order": ["error", { alphabetize: { order: "asc" } }],
    },
  },
  {
    files: ["*.js", "tools/*.mjs"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["public/*.js"],
    languageOptions: { globals: globals.browser, sourceType: "script" },
  },
);
