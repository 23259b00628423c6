import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// In development the page comes from Vite and everything else from a running `cairn serve`.
const server = process.env.CAIRN_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    proxy: Object.fromEntries(["/api", "/docs", "/healthz"].map((path) => [path, { target: server }])),
  },
  build: { target: "es2022", chunkSizeWarningLimit: 900 },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
