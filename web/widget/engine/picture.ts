import type { Media } from './server';

/**
 * picture makes an element of the picture, once it is decoded. It is a canvas, because a page whose CSP
 * has no data: and no blob: for images still lets a canvas be painted.
 */
export async function picture(media: Media): Promise<HTMLCanvasElement | HTMLImageElement> {
  if (typeof createImageBitmap !== 'function') return image(media);
  const bitmap = await createImageBitmap(new Blob([bytes(media)], { type: media.type }));
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return canvas;
}

/** How many milliseconds an image gets to load. It has its data already; jsdom never says that it is loaded. */
const patience = 100;

// image is for old browsers, and for jsdom.
function image(media: Media): Promise<HTMLImageElement> {
  const element = new Image();
  element.draggable = false;
  return new Promise((resolve) => {
    element.onload = element.onerror = () => resolve(element);
    setTimeout(() => resolve(element), patience);
    element.src = `data:${media.type};base64,${media.data}`;
  });
}

/** bytes are the data of the media. */
export function bytes(media: Media): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(media.data), (character) => character.charCodeAt(0));
}
