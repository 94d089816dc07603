import { solution } from '../captchad.mjs';

// The Site that mock mode has ready for this vendor.
export const site = 'demo-env';
export const secret = 'cloudbase-demo-secret';

// read is the Answer of somebody who can read the picture.
export const read = async (id) => (await solution(id)).text;
