/** How a quantity is known: each kind is drawn differently, on every chart. */
export type Known = "measured" | "estimated" | "unexplained";

const SIZE = 8;
const tiles = new Map<string, HTMLCanvasElement>();

/** Returns the tile that fills an area: hatched where estimated, dotted where unexplained. */
export function fillTile(known: Known, colour: string): HTMLCanvasElement {
  const key = `${known} ${colour}`;
  let tile = tiles.get(key);
  if (!tile) {
    tile = draw(known, colour);
    tiles.set(key, tile);
  }
  return tile;
}

function draw(known: Known, colour: string): HTMLCanvasElement {
  const tile = document.createElement("canvas");
  tile.width = SIZE;
  tile.height = SIZE;
  const context = tile.getContext("2d");
  if (!context) return tile;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  switch (known) {
    case "measured":
      context.fillRect(0, 0, SIZE, SIZE);
      break;
    case "estimated":
      context.globalAlpha = 0.62;
      context.fillRect(0, 0, SIZE, SIZE);
      context.globalAlpha = 1;
      context.lineWidth = 2;
      context.beginPath();
      for (const offset of [-SIZE, 0, SIZE]) {
        context.moveTo(offset, SIZE);
        context.lineTo(offset + SIZE, 0);
      }
      context.stroke();
      break;
    case "unexplained":
      context.globalAlpha = 0.35;
      context.fillRect(0, 0, SIZE, SIZE);
      context.globalAlpha = 0.9;
      context.fillRect(1, 1, 1.5, 1.5);
      context.fillRect(5, 5, 1.5, 1.5);
      break;
  }
  return tile;
}
