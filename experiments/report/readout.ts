/**
 * The only script of the page: under the pointer, a percentile chart says its values; before printing, what is folded is opened.
 * Without it nothing is missing but this comfort. It reads the numbers from the drawn curves' own attributes.
 */
export const READOUT_SCRIPT = `
const time = (ns) => ns < 1e3 ? ns.toFixed(0) + ' ns' : ns < 1e6 ? (ns / 1e3).toPrecision(3) + ' µs' : (ns / 1e6).toPrecision(3) + ' ms';
const percent = (nines) => Number((100 * (1 - 10 ** -nines)).toFixed(Math.max(1, Math.ceil(nines) - 1)));
const pointsOf = (curve) => curve.dataset.points.split(' ').map((pair) => pair.split(':').map(Number));
function valueAt(points, nines) {
  let before = points[0];
  for (const point of points) {
    if (point[0] >= nines) {
      const share = point[0] === before[0] ? 1 : (nines - before[0]) / (point[0] - before[0]);
      return share < 0 ? null : before[1] * (point[1] / before[1] || 1) ** share;
    }
    before = point;
  }
  return null;
}
for (const chart of document.querySelectorAll('svg.chart')) {
  const figure = chart.closest('figure'), output = figure.querySelector('.readout'), cursor = chart.querySelector('.cursor');
  const left = Number(chart.dataset.left), right = Number(chart.dataset.right), end = Number(chart.dataset.nines);
  const curves = [...chart.querySelectorAll('[data-points]')].map((curve) => ({ label: curve.dataset.label, points: pointsOf(curve) }));
  chart.addEventListener('pointermove', (event) => {
    const box = chart.getBoundingClientRect();
    const x = Math.min(right, Math.max(left, (event.clientX - box.left) * chart.viewBox.baseVal.width / box.width));
    const nines = end * (x - left) / (right - left);
    cursor.setAttribute('x1', x); cursor.setAttribute('x2', x); cursor.classList.add('on');
    const said = curves.map((curve) => [curve.label, valueAt(curve.points, nines)]).filter(([, ns]) => ns !== null);
    output.textContent = 'p' + percent(nines) + '  ' + said.map(([label, ns]) => label + ' ' + time(ns)).join(' · ');
  });
  chart.addEventListener('pointerleave', () => { cursor.classList.remove('on'); output.textContent = ''; });
}
addEventListener('beforeprint', () => { for (const folded of document.querySelectorAll('details')) folded.open = true; });
`;
