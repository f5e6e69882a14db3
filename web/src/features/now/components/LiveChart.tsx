import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import type { LiveSeries } from "../api/liveSeries";
import { liveColumns, type LiveAppliance, type LiveColumns } from "../api/split";
import { drawCrosshair } from "./drawLive";
import { LivePicture } from "./livePicture";
import { useColours } from "@/components/charts/colours";
import { applianceColour, applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";

interface Props {
  mains: LiveSeries;
  appliances: readonly LiveAppliance[];
  spanMs: number;
  /** One sentence that says what is to be seen. */
  summary: string;
}

const KEY_STEPS: Partial<Record<string, number>> = {
  ArrowLeft: -5,
  ArrowRight: 5,
  PageUp: -60,
  PageDown: 60,
};

/**
 * The live power, drawn on a canvas at the pace of the screen.
 *
 * The picture is drawn when it has moved by a pixel or something new came, and kept; the pointer and
 * the arrow keys read values off it, and only their crosshair is drawn anew.
 */
export function LiveChart({ mains, appliances, spanMs, summary }: Props) {
  const { zone, appliances: known } = useBuilding();
  const colours = useColours();
  const canvas = useRef<HTMLCanvasElement>(null);
  const cursor = useRef<number | undefined>(undefined);
  const picture = useRef<LivePicture>(undefined);
  const drawn = useRef<{ columns: LiveColumns; startMs: number } | undefined>(undefined);
  const [readout, setReadout] = useState<string>();

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return undefined;
    const looks = [
      ...appliances.map(({ applianceId, source }) => ({
        known: source,
        colour: colours(applianceColour(applianceId)),
      })),
      { known: "unexplained" as const, colour: colours("--unexplained") },
    ];
    const shades = {
      total: colours("--total"),
      line: colours("--line"),
      muted: colours("--muted"),
    };
    const kept = (picture.current ??= new LivePicture());
    let lastPicture = "";
    let lastFrame = "";
    const paint = () => {
      frameRequest = requestAnimationFrame(paint);
      const width = element.clientWidth;
      const height = element.clientHeight;
      if (width === 0) return;
      const ratio = window.devicePixelRatio;
      const pixelMs = spanMs / width;
      // Whole pixels: columns stay the same while they move, so nothing flickers.
      const endMs = Math.ceil(Date.now() / pixelMs) * pixelMs;
      const pictureKey = `${endMs} ${width} ${height} ${ratio} ${mains.latest()?.timeMs}`;
      const frameKey = `${pictureKey} ${cursor.current}`;
      if (frameKey === lastFrame) return;
      lastFrame = frameKey;
      if (pictureKey !== lastPicture) {
        lastPicture = pictureKey;
        const startMs = endMs - spanMs;
        const columns = liveColumns(mains, appliances, startMs, endMs, width);
        drawn.current = { columns, startMs };
        const frame = { columns, looks, startMs, endMs, zone, width, height, colours: shades };
        kept.update(frame, ratio);
      }
      resize(element, Math.round(width * ratio), Math.round(height * ratio));
      kept.putOn(context);
      if (cursor.current !== undefined) {
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        drawCrosshair(context, cursor.current, height, shades.muted);
      }
    };
    // With the next frame, however many meters were read until then.
    let frameRequest = requestAnimationFrame(paint);
    return () => {
      cancelAnimationFrame(frameRequest);
    };
  }, [mains, appliances, spanMs, zone, colours]);

  const pointAt = (x: number | undefined) => {
    const now = drawn.current;
    cursor.current = x;
    if (!now || x === undefined) {
      setReadout(undefined);
      return;
    }
    const timeMs = now.startMs + (x / now.columns.totalW.length) * spanMs;
    const totalW = now.columns.totalW[x] ?? Number.NaN;
    const parts = appliances
      .map(({ applianceId }, row) => ({ applianceId, powerW: now.columns.partsW[row]?.[x] ?? 0 }))
      .filter((part) => part.powerW >= 1)
      .map((part) => `${applianceName(part.applianceId, known)} ${formatPower(part.powerW)}`);
    setReadout(
      [
        formatTime(timeMs, zone, "timeWithSeconds"),
        Number.isNaN(totalW) ? "no reading" : formatPower(totalW),
        ...parts,
      ].join(" · "),
    );
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const width = drawn.current?.columns.totalW.length ?? 0;
    if (event.key === "Escape") pointAt(undefined);
    const step = KEY_STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    pointAt(Math.max(0, Math.min(width - 1, (cursor.current ?? width - 1) + step)));
  };

  return (
    <figure className="m-0">
      <div
        role="slider"
        tabIndex={0}
        aria-label={`Live power. ${summary} The arrow keys read values.`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={100}
        aria-valuetext={readout ?? "newest"}
        onKeyDown={onKeyDown}
        onBlur={() => {
          pointAt(undefined);
        }}
        className="rounded-lg"
      >
        <canvas
          ref={canvas}
          className="block h-56 w-full touch-pan-y sm:h-72"
          onPointerMove={(event) => {
            pointAt(Math.floor(event.nativeEvent.offsetX));
          }}
          onPointerLeave={() => {
            pointAt(undefined);
          }}
        />
      </div>
      <figcaption className="mt-2 min-h-5 text-sm text-muted tabular-nums">
        {readout ?? summary}
      </figcaption>
    </figure>
  );
}

/** Sizes a canvas where it has another size: to size it clears it. */
function resize(element: HTMLCanvasElement, width: number, height: number): void {
  if (element.width !== width) element.width = width;
  if (element.height !== height) element.height = height;
}
