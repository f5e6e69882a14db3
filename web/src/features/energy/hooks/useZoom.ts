import { useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import type { Span } from "../api/range";

const SETTLE_MS = 180;
const SHORTEST_MS = 60_000;

/** Holds what of a span is looked at: at once for the chart, settled for queries and the address. */
export function useZoom(range: Span) {
  const [search, setSearch] = useSearchParams();
  const text = search.get("zoom");
  const settled = useMemo(() => readZoom(text, range), [text, range]);
  const [moving, setMoving] = useState<Span>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );

  const zoomTo = (span: Span) => {
    const next = within(span, range);
    setMoving(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setMoving(undefined);
      setSearch(
        (before) => {
          const changed = new URLSearchParams(before);
          if (isWhole(next, range)) changed.delete("zoom");
          else changed.set("zoom", `${Math.round(next.startMs)}-${Math.round(next.endMs)}`);
          return changed;
        },
        { replace: true },
      );
    }, SETTLE_MS);
  };

  const visible = moving ?? settled;
  const length = visible.endMs - visible.startMs;
  return {
    visible,
    settled,
    isZoomed: !isWhole(visible, range),
    zoomTo,
    /** Shows a part of the length around the same middle. */
    zoomBy: (factor: number) => {
      const middle = (visible.startMs + visible.endMs) / 2;
      zoomTo({ startMs: middle - (length * factor) / 2, endMs: middle + (length * factor) / 2 });
    },
    /** Moves by a part of the length. */
    panBy: (part: number) => {
      zoomTo({ startMs: visible.startMs + length * part, endMs: visible.endMs + length * part });
    },
    reset: () => {
      zoomTo(range);
    },
  };
}

function readZoom(text: string | null, range: Span): Span {
  const [startMs = Number.NaN, endMs = Number.NaN] = (text ?? "").split("-").map(Number);
  const isInside = startMs < endMs && startMs >= range.startMs && endMs <= range.endMs;
  return isInside ? { startMs, endMs } : range;
}

/** Moves a span into the range, and keeps its length where there is room. */
function within(span: Span, range: Span): Span {
  const length = Math.min(
    Math.max(span.endMs - span.startMs, SHORTEST_MS),
    range.endMs - range.startMs,
  );
  const startMs = Math.min(Math.max(span.startMs, range.startMs), range.endMs - length);
  return { startMs, endMs: startMs + length };
}

function isWhole(span: Span, range: Span): boolean {
  return span.startMs <= range.startMs && span.endMs >= range.endMs;
}
