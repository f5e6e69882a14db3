import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const gateway = process.env.NILM_GATEWAY ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/app/", // where the gateway serves the app
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  server: {
    // Every RPC's path begins with its package; the others tell how the services are.
    proxy: { "^/(nilm\\.|(health|live|ready)(\\?|$))": { target: gateway } },
  },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false }, // would be an inline script
    chunkSizeWarningLimit: 600, // the charts, loaded when one is shown
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler|react-router)\// },
            { name: "rpc", test: /node_modules\/(@bufbuild|@connectrpc|@tanstack)\// },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    css: false,
    testTimeout: 90_000, // of a machine that is busy with other things
  },
});
