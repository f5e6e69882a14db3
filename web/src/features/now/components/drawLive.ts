import type { LiveColumns } from "../api/split";
import { fillTile, type Known } from "@/components/charts/fills";
import { niceCeiling, timeStepMs } from "@/components/charts/scales";
import { formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { ceilTo } from "@/lib/time/useNow";

/** How one part below the total is drawn. */
export interface PartLook {
  known: Known;
  colour: string;
}

export interface LiveFrame {
  columns: LiveColumns;
  looks: readonly PartLook[];
  startMs: number;
  endMs: number;
  zone: string;
  width: number;
  height: number;
  colours: { total: string; line: string; muted: string };
}

export const PLOT_TOP = 10;
export const PLOT_BOTTOM = 24;
const LEAST_SCALE_W = 200;

/** Returns the power at the top of the chart, W. */
export function topOf(columns: LiveColumns): number {
  let peakW = LEAST_SCALE_W;
  for (const powerW of columns.totalW) if (powerW > peakW) peakW = powerW;
  return niceCeiling(peakW);
}

/**
 * Draws the parts and the total from a column on, in CSS pixels.
 *
 * The fills are laid `movedPx` to the left of where they would lie, so that they go on from columns
 * that were drawn before and moved.
 */
export function drawColumns(
  context: CanvasRenderingContext2D,
  frame: LiveFrame,
  topW: number,
  first: number,
  movedPx: number,
): void {
  const { columns, colours } = frame;
  const yOf = scaleOf(frame, topW);
  drawParts(context, frame, yOf, first, movedPx);
  context.strokeStyle = colours.total;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  let isDown = false;
  for (let x = first; x < columns.totalW.length; x += 1) {
    const powerW = columns.totalW[x] ?? Number.NaN;
    if (Number.isNaN(powerW)) isDown = false;
    else if (isDown) context.lineTo(x, yOf(powerW));
    else {
      context.moveTo(x, yOf(powerW));
      isDown = true;
    }
  }
  context.stroke();
}

function scaleOf({ height }: LiveFrame, topW: number): (powerW: number) => number {
  const base = height - PLOT_BOTTOM;
  return (powerW) => base - (powerW / topW) * (base - PLOT_TOP);
}

/** Draws the crosshair over a column. */
export function drawCrosshair(
  context: CanvasRenderingContext2D,
  column: number,
  height: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(column + 0.5, PLOT_TOP);
  context.lineTo(column + 0.5, height - PLOT_BOTTOM);
  context.stroke();
  context.setLineDash([]);
}

function drawParts(
  context: CanvasRenderingContext2D,
  { columns, looks }: LiveFrame,
  yOf: (powerW: number) => number,
  first: number,
  movedPx: number,
): void {
  const count = columns.totalW.length;
  const below = new Float64Array(count);
  // The unexplained rest, the last row, carries the others.
  const order = [...looks.keys()].reverse();
  for (const row of order) {
    const look = looks[row];
    const values = columns.partsW[row];
    if (!look || !values) continue;
    const above = below.map((powerW, x) => powerW + (values[x] ?? 0));
    const pattern = context.createPattern(fillTile(look.known, look.colour), "repeat");
    pattern?.setTransform(new DOMMatrix([1, 0, 0, 1, -movedPx, 0]));
    context.fillStyle = pattern ?? look.colour;
    context.beginPath();
    let start = -1;
    for (let x = first; x <= count; x += 1) {
      const isThere = x < count && (values[x] ?? 0) > 0;
      if (isThere && start < 0) start = x;
      if (isThere || start < 0) continue;
      for (let at = start; at < x; at += 1) context.lineTo(at, yOf(above[at] ?? 0));
      for (let at = x - 1; at >= start; at -= 1) context.lineTo(at, yOf(below[at] ?? 0));
      context.closePath();
      context.fill();
      context.beginPath();
      start = -1;
    }
    below.set(above);
  }
}

/** Draws the lines of the scale, and the texts of both axes. */
export function drawGrid(context: CanvasRenderingContext2D, frame: LiveFrame, topW: number): void {
  const yOf = scaleOf(frame, topW);
  const { width, height, colours, startMs, endMs, zone } = frame;
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  context.fillStyle = colours.muted;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.textBaseline = "bottom";
  context.textAlign = "left";
  for (const part of [0, 0.5, 1]) {
    const y = Math.round(yOf(topW * part)) + 0.5;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    if (part > 0) {
      context.textBaseline = "top";
      context.fillText(formatPower(topW * part), 2, y + 3);
    }
  }
  const stepMs = timeStepMs(endMs - startMs, Math.max(2, Math.floor(width / 90)));
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  for (let timeMs = ceilTo(startMs, stepMs); timeMs < endMs; timeMs += stepMs) {
    const x = ((timeMs - startMs) / (endMs - startMs)) * width;
    if (x < 20 || x > width - 20) continue;
    context.fillText(formatTime(timeMs, zone, "time"), x, height - 6);
  }
}
