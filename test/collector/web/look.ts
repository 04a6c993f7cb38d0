/** What a reader could see of a page; LOOK runs in it. */

/** In px on the screen. */
const SMALLEST_TEXT_PX = 12;
/** WCAG 2.2, 1.4.3: contrast of text. */
const CONTRAST = 4.5;

export interface Seen {
  readonly scrollWidth: number;
  /** Distinct colours of each chart's canvas: an empty one has one. */
  readonly chartColours: readonly number[];
  readonly smallText: readonly string[];
  readonly paleText: readonly string[];
  readonly spilling: readonly string[];
}

export const LOOK = `((smallest, contrast) => {
  const shown = (element) => { const box = element.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
  const texts = [...document.querySelectorAll('body *')].filter((element) => shown(element) && !element.closest('.sr, script, title')
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''));
  const said = (element, figure) => element.tagName + '.' + element.getAttribute('class') + ' "' + element.textContent.trim().slice(0, 30) + '" ' + figure;
  const channels = (colour) => (/rgba?\\(([^)]*)\\)/.exec(colour)?.[1] ?? '').split(/[, /]+/).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const paperOf = (element) => { for (let at = element; at; at = at.parentElement) { const [r, g, b, a = 1] = channels(getComputedStyle(at).backgroundColor); if (a > 0) return [r, g, b]; } return [255, 255, 255]; };
  const contrastOf = (element) => {
    const [ink, paper] = [luminance(channels(getComputedStyle(element).color)), luminance(paperOf(element))];
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  const coloursOf = (canvas) => new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
  return {
    scrollWidth: document.documentElement.scrollWidth,
    chartColours: [...document.querySelectorAll('canvas')].filter(shown).map(coloursOf),
    smallText: texts.flatMap((element) => { const px = parseFloat(getComputedStyle(element).fontSize); return px < smallest ? [said(element, px.toFixed(1) + ' px')] : []; }),
    paleText: texts.flatMap((element) => { const ratio = contrastOf(element); return ratio < contrast ? [said(element, ratio.toFixed(2))] : []; }),
    spilling: texts.flatMap((element) => element.closest('.scroll') || element.getBoundingClientRect().right <= innerWidth + 1 ? [] : [said(element, Math.round(element.getBoundingClientRect().right) + ' px')]),
  };
})(${String(SMALLEST_TEXT_PX)}, ${String(CONTRAST)})`;
