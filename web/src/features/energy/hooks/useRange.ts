import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { readRange, writeRange, type Comparison, type Range } from "../api/range";
import { useBuilding } from "@/lib/building/context";
import { useNow } from "@/lib/time/useNow";
import { dayOf, type DayText } from "@/lib/time/zone";

interface RangeState {
  range: Range;
  today: DayText;
  nowMs: number;
  comparison: Comparison;
  /** Appliance that is shown alone; empty for the unexplained part, undefined for all. */
  only: string | undefined;
  setRange: (range: Range) => void;
  setComparison: (comparison: Comparison) => void;
  setOnly: (applianceId: string | undefined) => void;
}

const UNEXPLAINED = "unexplained";

/** Holds what the page looks at, in its address. */
export function useRange(): RangeState {
  const { zone } = useBuilding();
  const [search, setSearch] = useSearchParams();
  const nowMs = useNow(60_000);
  const today = dayOf(zone, nowMs);
  const range = useMemo(() => readRange(search, today), [search, today]);
  const compare = search.get("compare");
  const only = search.get("only") ?? undefined;

  const setRange = useCallback(
    (next: Range) => {
      setSearch((before) => writeRange(before, next, today));
    },
    [setSearch, today],
  );
  const set = useCallback(
    (name: string, value: string | undefined) => {
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === undefined) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      );
    },
    [setSearch],
  );

  return {
    range,
    today,
    nowMs,
    comparison: compare === "previous" || compare === "year" ? compare : "none",
    only: only === UNEXPLAINED ? "" : only,
    setRange,
    setComparison: (next) => {
      set("compare", next === "none" ? undefined : next);
    },
    setOnly: (applianceId) => {
      set("only", applianceId === "" ? UNEXPLAINED : applianceId);
    },
  };
}
