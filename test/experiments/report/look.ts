/** What a reader could see of a page of ours: how wide it is, what is drawn, and text too small, too pale or beyond the edge. */

/** Below this, in px on the screen, text on a report is not read but guessed. */
const SMALLEST_TEXT_PX = 11;
/** WCAG 2.2, 1.4.3: contrast of text. */
const CONTRAST = 4.5;

export interface Seen {
  readonly scrollWidth: number;
  readonly drawn: Readonly<Record<string, number>>;
  readonly smallText: readonly string[];
  readonly paleText: readonly string[];
  readonly spilling: readonly string[];
}

/** Runs in the page: what a reader could see of it. */
export function lookFor(drawings: Readonly<Record<string, string>>): string {
  return `((drawings, smallest, contrast) => {
  const shown = (element) => { const box = element.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
  const texts = [...document.querySelectorAll('body *')].filter((element) => shown(element) && !element.closest('.sr, script, svg title')
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''));
  const scaleOf = (element) => { const svg = element.ownerSVGElement; return svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1; };
  const said = (element, figure) => element.tagName + '.' + element.getAttribute('class') + ' "' + element.textContent.trim().slice(0, 30) + '" ' + figure;
  const channels = (colour) => (/rgba?\\(([^)]*)\\)/.exec(colour)?.[1] ?? '').split(/[, /]+/).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const paperOf = (element) => { for (let at = element; at; at = at.parentElement) { const [r, g, b, a = 1] = channels(getComputedStyle(at).backgroundColor); if (a > 0) return [r, g, b]; } return [255, 255, 255]; };
  const contrastOf = (element) => {
    const style = getComputedStyle(element);
    const [ink, paper] = [luminance(channels(element.ownerSVGElement ? style.fill : style.color)), luminance(paperOf(element))];
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  const onPaper = texts.filter((element) => !element.closest('.inside'));
  return {
    scrollWidth: document.documentElement.scrollWidth,
    drawn: Object.fromEntries(Object.entries(drawings).map(([name, selector]) => [name, [...document.querySelectorAll(selector)].filter(shown).length])),
    smallText: texts.flatMap((element) => { const px = parseFloat(getComputedStyle(element).fontSize) * scaleOf(element); return px < smallest ? [said(element, px.toFixed(1) + ' px')] : []; }),
    paleText: onPaper.flatMap((element) => { const ratio = contrastOf(element); return ratio < contrast ? [said(element, ratio.toFixed(2))] : []; }),
    spilling: texts.flatMap((element) => element.closest('.scroll, .inside') || element.getBoundingClientRect().right <= innerWidth + 1 ? [] : [said(element, Math.round(element.getBoundingClientRect().right) + ' px')]),
  };
})(${JSON.stringify(drawings)}, ${String(SMALLEST_TEXT_PX)}, ${String(CONTRAST)})`;
}
