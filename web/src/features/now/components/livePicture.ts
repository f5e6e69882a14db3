import type { LiveColumns } from "../api/split";
import { drawColumns, drawGrid, topOf, type LiveFrame } from "./drawLive";

/** How far a column reaches to its sides: half of a line, and the slope to the next column. */
const REACH_PX = 3;

/**
 * The picture of the live chart, kept between frames.
 *
 * Time moves it by whole pixels: what is on it already is moved along, and only columns that differ
 * from those before are drawn. A new scale, size or look draws all of it.
 */
export class LivePicture {
  private readonly power = newLayer();
  private readonly grid = newLayer();
  private shown: { frame: LiveFrame; look: string; topW: number } | undefined;
  private movedPx = 0;

  /** Brings the picture up to a frame; `ratio` is the number of device pixels in a CSS pixel. */
  update(frame: LiveFrame, ratio: number): void {
    const topW = topOf(frame.columns);
    const look = lookOf(frame, topW, ratio);
    const { shown } = this;
    this.shown = { frame, look, topW };
    this.drawGrid(frame, topW, ratio);
    const movedPx = shown ? movedBy(shown.frame, frame) : 0;
    const isKept = shown?.look === look && movedPx >= 0 && Number.isInteger(movedPx * ratio);
    if (!isKept) {
      this.movedPx = 0;
      this.clear(this.power, frame, ratio);
      this.draw(frame, topW, 0);
      return;
    }
    this.movedPx += movedPx;
    if (movedPx > 0) this.move(movedPx * ratio);
    const changed = firstChange(shown.frame.columns, frame.columns, movedPx);
    if (changed < frame.columns.totalW.length) this.draw(frame, topW, changed);
  }

  /** Puts the picture on a canvas of its size in device pixels. */
  putOn(context: CanvasRenderingContext2D): void {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.drawImage(this.power.canvas, 0, 0);
    context.drawImage(this.grid.canvas, 0, 0);
  }

  private draw(frame: LiveFrame, topW: number, changed: number): void {
    const left = Math.max(0, changed - REACH_PX);
    this.power.save();
    this.power.beginPath();
    this.power.rect(left, 0, frame.width - left, frame.height);
    this.power.clip();
    this.power.clearRect(left, 0, frame.width - left, frame.height);
    drawColumns(this.power, frame, topW, Math.max(0, left - REACH_PX), this.movedPx);
    this.power.restore();
  }

  private move(devicePx: number): void {
    this.power.save();
    this.power.setTransform(1, 0, 0, 1, 0, 0);
    this.power.globalCompositeOperation = "copy";
    this.power.drawImage(this.power.canvas, -devicePx, 0);
    this.power.restore();
  }

  private drawGrid(frame: LiveFrame, topW: number, ratio: number): void {
    this.clear(this.grid, frame, ratio);
    drawGrid(this.grid, frame, topW);
  }

  private clear(layer: CanvasRenderingContext2D, frame: LiveFrame, ratio: number): void {
    layer.canvas.width = Math.round(frame.width * ratio);
    layer.canvas.height = Math.round(frame.height * ratio);
    layer.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}

/** Returns the first column that is not what stood there, or `movedPx` to its right, before. */
export function firstChange(before: LiveColumns, after: LiveColumns, movedPx: number): number {
  const count = after.totalW.length;
  const rows = after.partsW.map((values, row) => [values, before.partsW[row]] as const);
  rows.push([after.totalW, before.totalW]);
  for (let x = 0; x < count - movedPx; x += 1) {
    if (rows.some(([now, then]) => !Object.is(now[x], then?.[x + movedPx]))) return x;
  }
  return Math.max(0, count - movedPx);
}

function movedBy(before: LiveFrame, after: LiveFrame): number {
  const pixelMs = (after.endMs - after.startMs) / after.width;
  return Math.round((after.endMs - before.endMs) / pixelMs);
}

/** Returns what all columns are drawn by; another one draws them all anew. */
function lookOf(frame: LiveFrame, topW: number, ratio: number): string {
  const { colours, endMs, height, looks, startMs, width } = frame;
  const parts = looks.map(({ known, colour }) => `${known} ${colour}`);
  return [topW, ratio, width, height, Math.round(endMs - startMs), colours.total, ...parts].join();
}

function newLayer(): CanvasRenderingContext2D {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) throw new Error("this browser draws no canvas");
  return context;
}
