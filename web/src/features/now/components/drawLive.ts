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

/** Draws the live chart without its crosshair, in CSS pixels. */
export function drawLive(context: CanvasRenderingContext2D, frame: LiveFrame): void {
  const { columns, width, height, colours } = frame;
  context.clearRect(0, 0, width, height);
  let peakW = LEAST_SCALE_W;
  for (const powerW of columns.totalW) if (powerW > peakW) peakW = powerW;
  const topW = niceCeiling(peakW);
  const base = height - PLOT_BOTTOM;
  const yOf = (powerW: number) => base - (powerW / topW) * (base - PLOT_TOP);

  drawParts(context, frame, yOf);
  drawGrid(context, frame, topW, yOf);

  context.strokeStyle = colours.total;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  let isDown = false;
  columns.totalW.forEach((powerW, x) => {
    if (Number.isNaN(powerW)) isDown = false;
    else if (isDown) context.lineTo(x, yOf(powerW));
    else {
      context.moveTo(x, yOf(powerW));
      isDown = true;
    }
  });
  context.stroke();
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
    context.fillStyle = pattern ?? look.colour;
    context.beginPath();
    let start = -1;
    for (let x = 0; x <= count; x += 1) {
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

function drawGrid(
  context: CanvasRenderingContext2D,
  frame: LiveFrame,
  topW: number,
  yOf: (powerW: number) => number,
): void {
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
