import { readdirSync } from "node:fs";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const features = readdirSync(new URL("./src/features", import.meta.url));

// app → features → ui/lib: a feature never imports another, and the shared layers import no feature.
const borders = features.map((feature) => ({
  files: [`src/features/${feature}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { group: ["@/app/*"], message: "Features do not know the app around them." },
          {
            group: features.filter((other) => other !== feature).flatMap((other) => [`@/features/${other}/*`, `../${other}/*`]),
            message: "A feature never imports another: move what both need to ui or lib.",
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist", "src/generated"] },
  ...tseslint.configs.recommended,
  { plugins: { "react-hooks": hooks }, rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" } },
  { files: ["**/*.{ts,tsx}"], rules: { "max-lines": ["error", 500], "@typescript-eslint/no-explicit-any": "error" } },
  {
    files: ["src/{ui,lib,words}/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@/app/*", "@/features/*"], message: "Shared layers know no page." }] },
      ],
    },
  },
  ...borders,
);
