// An SVG as a PNG, twice as sharp where the browser can make one of that size.
import { MARGIN } from './svg.ts';

/** What all browsers can paint at once. */
const MOST_SIDE = 16_000;
const MOST_AREA = 120_000_000;

export async function png(svg: string, size: { width: number; height: number }): Promise<Blob> {
  const [width, height] = [size.width + 2 * MARGIN, size.height + 2 * MARGIN];
  const scale = Math.min(2, MOST_SIDE / Math.max(width, height), Math.sqrt(MOST_AREA / (width * height)));
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    URL.revokeObjectURL(address);
  }
}
