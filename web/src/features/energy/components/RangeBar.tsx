import { ChevronLeft, ChevronRight } from "lucide-react";
import { rangeOf, rangeTitle, shiftRange, type Comparison, type Range } from "../api/range";
import type { useRange } from "../hooks/useRange";
import { CustomRange } from "./CustomRange";
import { Button } from "@/components/ui/Button";
import { Segmented } from "@/components/ui/Segmented";
import { useBuilding } from "@/lib/building/context";
import { addToDay, type DayText } from "@/lib/time/zone";

const CHOICES = [
  { value: "today", label: "Today" },
  { value: "yesterday", label: "Yesterday" },
  { value: "week", label: "Week" },
  { value: "month", label: "Month" },
  { value: "year", label: "Year" },
  { value: "custom", label: "Custom" },
] as const;

type Choice = (typeof CHOICES)[number]["value"];

const COMPARISONS: readonly { value: Comparison; label: string }[] = [
  { value: "none", label: "No comparison" },
  { value: "previous", label: "With the period before" },
  { value: "year", label: "With the year before" },
];

/** Chooses what the whole page looks at. */
export function RangeBar({ state }: { state: ReturnType<typeof useRange> }) {
  const { zone } = useBuilding();
  const { range, today, comparison, setRange, setComparison } = state;
  const isNewest = range.to > today;
  return (
    <section aria-label="Range of time" className="grid gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Segmented
          label="Kind of range"
          value={choiceOf(range, today)}
          options={CHOICES}
          onChange={(choice) => {
            setRange(chosen(choice, range, today));
          }}
        />
        <label className="text-sm">
          <span className="sr-only">Comparison</span>
          <select
            value={comparison}
            onChange={(event) => {
              const next = COMPARISONS.find((each) => each.value === event.target.value);
              if (next) setComparison(next.value);
            }}
            className="min-h-11 rounded-lg border border-edge bg-surface px-3 text-sm"
          >
            {COMPARISONS.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          look="secondary"
          isSmall
          aria-label="Back"
          onClick={() => {
            setRange(shiftRange(range, -1));
          }}
        >
          <ChevronLeft aria-hidden className="size-4" />
        </Button>
        <Button
          look="secondary"
          isSmall
          aria-label="Forward"
          disabled={isNewest}
          onClick={() => {
            setRange(shiftRange(range, 1));
          }}
        >
          <ChevronRight aria-hidden className="size-4" />
        </Button>
        <p className="ml-1 text-lg font-semibold" aria-live="polite" data-testid="range-title">
          {rangeTitle(range, zone)}
        </p>
        {range.kind === "custom" && (
          <CustomRange key={`${range.from} ${range.to}`} range={range} onChange={setRange} />
        )}
      </div>
    </section>
  );
}

function choiceOf(range: Range, today: DayText): Choice | "other" {
  if (range.kind !== "day") return range.kind;
  if (range.from === today) return "today";
  return range.from === addToDay(today, { days: -1 }) ? "yesterday" : "other";
}

/** Keeps to the days that are looked at when only the kind changes. */
function chosen(choice: Choice, range: Range, today: DayText): Range {
  const isNow = range.from <= today && today < range.to;
  const day = isNow ? today : range.from;
  switch (choice) {
    case "today":
      return rangeOf("day", today);
    case "yesterday":
      return rangeOf("day", addToDay(today, { days: -1 }));
    case "custom":
      return { ...range, kind: "custom" };
    case "week":
    case "month":
    case "year":
      return rangeOf(choice, day);
  }
}
