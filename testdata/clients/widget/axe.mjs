import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// assertAccessible has axe-core look at the whole page. Severe are the findings that count.
export async function assertAccessible({ page }, what, severe = /^(serious|critical)/) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    // What fades in is looked at when it is there.
    await Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations === 1).map((a) => a.finished));
    const { violations } = await axe.run(document, { rules: { 'target-size': { enabled: true } } });
    return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`);
  });
  assert.deepEqual(found.filter((text) => severe.test(text)), [], what);
}
