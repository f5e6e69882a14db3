import { useState } from "react";
import type { Range } from "../api/range";
import { addToDay, isDayText } from "@/lib/time/zone";

const INPUT = "min-h-9 rounded-lg border border-edge bg-surface px-2 text-sm";

/** Chooses any first and last day. */
export function CustomRange({
  range,
  onChange,
}: {
  range: Range;
  onChange: (range: Range) => void;
}) {
  const [first, setFirst] = useState(range.from);
  const [last, setLast] = useState(addToDay(range.to, { days: -1 }));
  const isOrdered = first <= last;
  const choose = (from: string, to: string) => {
    if (isDayText(from) && isDayText(to) && from <= to) {
      onChange({ kind: "custom", from, to: addToDay(to, { days: 1 }) });
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <label className="flex items-center gap-2">
        From
        <input
          type="date"
          value={first}
          className={INPUT}
          onChange={(event) => {
            setFirst(event.target.value);
            choose(event.target.value, last);
          }}
        />
      </label>
      <label className="flex items-center gap-2">
        to
        <input
          type="date"
          value={last}
          aria-invalid={!isOrdered}
          className={INPUT}
          onChange={(event) => {
            setLast(event.target.value);
            choose(first, event.target.value);
          }}
        />
      </label>
      {!isOrdered && (
        <p role="alert" className="text-danger">
          The last day is before the first.
        </p>
      )}
    </div>
  );
}
