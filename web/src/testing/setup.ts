import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

configure({ asyncUtilTimeout: 20_000 }); // of a machine that is busy with other things

// jsdom has no media queries.
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));

// jsdom lays nothing out and draws no canvas: charts take their options and show their sentences.
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe = () => undefined;
    disconnect = () => undefined;
  },
);
if ("document" in globalThis) {
  HTMLCanvasElement.prototype.getContext = () => null; // not in node
  Element.prototype.scrollIntoView = () => undefined;
}
vi.mock("@/components/charts/engine", () => ({
  init: () => ({
    on: () => undefined,
    getZr: () => ({ on: () => undefined }),
    setOption: () => undefined,
    resize: () => undefined,
    dispose: () => undefined,
  }),
}));

afterEach(cleanup);
