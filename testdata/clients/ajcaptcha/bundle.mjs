import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import less from 'less';

// The client ships its styles as Less and leaves it to the app to build them.
const styles = {
  name: 'less',
  setup(build) {
    build.onLoad({ filter: /\.less$/ }, async ({ path }) => {
      const { css } = await less.render(await readFile(path, 'utf8'), { filename: path, paths: [dirname(path)], javascriptEnabled: true });
      return { contents: css, loader: 'css' };
    });
  },
};

// bundle builds the page with the client as it comes from npm.
export async function bundle() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('page.js', import.meta.url))],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    loader: { '.png': 'dataurl' },
    plugins: [styles],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const text = (ending) => outputFiles.find((file) => file.path.endsWith(ending)).text;
  return { script: text('.js'), style: text('.css') };
}

// shownWidth is how wide the client shows the picture, whose own width is 310.
// It sends round(moved * 310 / 280).
const shownWidth = 280;

// distance is how far to push the control for the solution x.
export const distance = (x) => Math.round((x * shownWidth) / 310);
