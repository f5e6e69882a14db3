import { ChevronLeft, ChevronRight, Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { partsAt, type PowerView } from "../api/power";
import { powerOption } from "../api/powerOption";
import type { Span } from "../api/range";
import { usePower } from "../hooks/usePower";
import type { useRange } from "../hooks/useRange";
import { useZoom } from "../hooks/useZoom";
import { Legend } from "./Legend";
import { PowerTable } from "./PowerTable";
import { EChart } from "@/components/charts/EChart";
import { useColours } from "@/components/charts/colours";
import { Button } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { TableButton } from "@/components/ui/TableButton";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatDuration, formatPower } from "@/lib/format/quantities";
import { formatSpan, formatTime } from "@/lib/format/times";

const MOST_POINTS = 2_000;
const DAY_MS = 86_400_000;

interface Props {
  state: ReturnType<typeof useRange>;
  /** The whole range. */
  span: Span;
}

/** The power through the range: zooming fetches finer buckets. */
export function PowerCard({ state, span }: Props) {
  const { zone, meters } = useBuilding();
  const [isTable, setIsTable] = useState(false);
  const [withTruth, setWithTruth] = useState(false);
  const zoom = useZoom(span);
  const power = usePower(padded(zoom.settled, span), MOST_POINTS, withTruth);
  const hasTruth = meters.some((meter) => meter.kind === MeterKind.SIMULATED_TRUTH);
  const style = zoom.visible.endMs - zoom.visible.startMs < 2 * DAY_MS ? "dayAndTime" : "day";
  const view = power.data;
  return (
    <Card
      title="Power"
      subtitle={
        view && (
          <span data-testid="resolution">
            {formatSpan(zoom.visible.startMs, zoom.visible.endMs, zone, style)} · one point every{" "}
            {formatDuration(view.bucketMs)}, band from least to greatest
          </span>
        )
      }
      actions={
        <div className="flex flex-wrap gap-1.5">
          {hasTruth && (
            <Button
              look="secondary"
              isSmall
              aria-pressed={withTruth}
              className="aria-pressed:border-accent aria-pressed:text-accent-text"
              onClick={() => {
                setWithTruth(!withTruth);
              }}
            >
              Simulated truth
            </Button>
          )}
          <Tool
            label="Earlier"
            onClick={() => {
              zoom.panBy(-0.5);
            }}
            disabled={!zoom.isZoomed}
          >
            <ChevronLeft aria-hidden className="size-4" />
          </Tool>
          <Tool
            label="Later"
            onClick={() => {
              zoom.panBy(0.5);
            }}
            disabled={!zoom.isZoomed}
          >
            <ChevronRight aria-hidden className="size-4" />
          </Tool>
          <Tool
            label="Zoom in"
            onClick={() => {
              zoom.zoomBy(0.5);
            }}
          >
            <ZoomIn aria-hidden className="size-4" />
          </Tool>
          <Tool
            label="Zoom out"
            onClick={() => {
              zoom.zoomBy(2);
            }}
            disabled={!zoom.isZoomed}
          >
            <ZoomOut aria-hidden className="size-4" />
          </Tool>
          <Tool label="Show the whole range" onClick={zoom.reset} disabled={!zoom.isZoomed}>
            <Maximize2 aria-hidden className="size-4" />
          </Tool>
          <TableButton isTable={isTable} onChange={setIsTable} />
        </div>
      }
    >
      {power.isError && !view ? (
        <Failure error={power.error} onRetry={() => void power.refetch()} />
      ) : view === undefined ? (
        <Loading label="Loading the power">
          <Skeleton className="h-72" />
        </Loading>
      ) : view === null || view.meanW.every(Number.isNaN) ? (
        <Message icon={ZoomOut} title="No reading in this time">
          Choose another range, or import the readings of these days.
        </Message>
      ) : (
        <>
          <div className="mb-3">
            <Legend parts={view.parts} only={state.only} onOnly={state.setOnly} />
            {view.truth.length > 0 && !isTable && (
              <p className="mt-2 text-sm text-muted">
                Dashed: what each simulated appliance truly used.
              </p>
            )}
          </div>
          {isTable ? (
            <PowerTable view={view} visible={zoom.visible} />
          ) : (
            <PowerChart
              view={view}
              span={span}
              visible={zoom.visible}
              only={state.only}
              onZoom={zoom.zoomTo}
            />
          )}
        </>
      )}
    </Card>
  );
}

/** Fetches a margin on both sides, so that panning finds something there. */
function padded(span: Span, range: Span): Span {
  const margin = (span.endMs - span.startMs) / 2;
  return {
    startMs: Math.max(range.startMs, Math.floor(span.startMs - margin)),
    endMs: Math.min(range.endMs, Math.ceil(span.endMs + margin)),
  };
}

interface ToolProps {
  label: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, children, ...rest }: ToolProps) {
  return (
    <Button look="secondary" isSmall aria-label={label} title={label} {...rest}>
      {children}
    </Button>
  );
}

interface ChartProps {
  view: PowerView;
  span: Span;
  visible: Span;
  only: string | undefined;
  onZoom: (span: Span) => void;
}

function PowerChart({ view, span, visible, only, onZoom }: ChartProps) {
  const { zone, appliances } = useBuilding();
  const colours = useColours();
  const [hoveredMs, setHoveredMs] = useState<number>();
  const option = useMemo(
    () =>
      powerOption(view, {
        colours,
        zone,
        range: span,
        visible,
        only,
        mostTicks: window.innerWidth < 640 ? 4 : 9,
      }),
    [view, colours, zone, span, visible, only],
  );
  const sentence = powerSentence(view, visible, zone);
  const first = (view.timesMs[0] ?? 0) - view.bucketMs / 2;
  const index = hoveredMs === undefined ? -1 : Math.floor((hoveredMs - first) / view.bucketMs);
  const meanW = view.meanW[index];
  return (
    <>
      <EChart
        option={option}
        label={sentence}
        className="h-64 sm:h-80"
        onHover={setHoveredMs}
        onZoom={(startMs, endMs) => {
          const isMoved =
            Math.abs(startMs - visible.startMs) > 1 || Math.abs(endMs - visible.endMs) > 1;
          if (isMoved) onZoom({ startMs, endMs });
        }}
      />
      <p className="mt-2 min-h-5 text-sm tabular-nums">
        {meanW === undefined ? (
          <span className="text-muted">{sentence} Ctrl and the wheel zoom, dragging moves.</span>
        ) : (
          <>
            <span className="font-medium">
              {formatTime(first + index * view.bucketMs, zone, "dayAndTime")}:{" "}
              {Number.isNaN(meanW) ? "no reading" : formatPower(meanW)}
            </span>
            <span className="text-muted">
              {!Number.isNaN(meanW) &&
                ` (${formatPower(view.minW[index] ?? 0)} to ${formatPower(view.maxW[index] ?? 0)})`}
              {partsAt(view, index, only).map(
                ({ applianceId, powerW, trueW }) =>
                  ` · ${applianceName(applianceId, appliances)} ${power(powerW)}${Number.isNaN(trueW) ? "" : ` (true ${power(trueW)})`}`,
              )}
            </span>
          </>
        )}
      </p>
    </>
  );
}

function power(powerW: number): string {
  return Number.isNaN(powerW) ? "–" : formatPower(powerW);
}

function powerSentence(view: PowerView, visible: Span, zone: string): string {
  let peak = -1;
  view.maxW.forEach((maxW, index) => {
    const timeMs = view.timesMs[index] ?? 0;
    if (timeMs < visible.startMs || timeMs > visible.endMs || Number.isNaN(maxW)) return;
    if (peak < 0 || maxW > (view.maxW[peak] ?? 0)) peak = index;
  });
  if (peak < 0) return "No reading in the part that is shown.";
  const time = formatTime(view.timesMs[peak] ?? 0, zone, "dayAndTime");
  return `The greatest power shown was ${formatPower(view.maxW[peak] ?? 0)}, ${time}.`;
}
