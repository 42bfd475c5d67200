// SPDX-License-Identifier: Apache-2.0

const LEVELS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const WIDTH = 60;
const HEIGHT = 18;

/** Draws a line of io.harvester.fleet.Sparkline: a character per point, 64 levels, '.' for a gap. */
export function Sparkline({line}: {line: string | undefined}) {
  if (!line) return <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const step = WIDTH / (line.length - 1);
  let path = '';
  let area = '';
  let begun = -1;
  for (let i = 0; i <= line.length; i++) {
    const level = i < line.length ? LEVELS.indexOf(line[i]) : -1;
    const x = (i * step).toFixed(1);
    if (level >= 0) {
      path += `${begun < 0 ? 'M' : 'L'}${x} ${(HEIGHT - 1 - (level / 63) * (HEIGHT - 2)).toFixed(1)}`;
      if (begun < 0) begun = path.lastIndexOf('M');
    } else if (begun >= 0) {
      const from = path.slice(begun + 1).split(' ', 1)[0];
      area += `${path.slice(begun)}L${((i - 1) * step).toFixed(1)} ${HEIGHT}L${from} ${HEIGHT}Z`;
      begun = -1;
    }
  }
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="area" d={area} />
      <path class="line" d={path} />
    </svg>
  );
}
